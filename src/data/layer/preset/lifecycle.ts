import { ANY, ARRIVAL, act, type Preset } from './preset.ts'

const REPEAT = { event: 'order.paid', within: '365d' }

export const lifecycle: Preset = {
  key: 'lifecycle',
  name: { en: 'Lifecycle nodes', zh: '生命周期节点' },
  about: {
    en: 'By age since the first sign of a member: day 1, week 1, month 1; after that by whether they stay and buy again.',
    zh: '按首次出现至今的时长划分：首日曝光、首周探索、首月转化；满月后看是否留存与复购。',
  },
  layers: [
    {
      key: 'exposure',
      name: { en: 'Exposure (day 1)', zh: '曝光期（0–1 天）' },
      condition: { firstEvent: ARRIVAL, within: '1d' },
      colour: 'violet',
      actions: [
        act(
          ['Welcome within the hour', '即时欢迎'],
          ['Welcome', '欢迎来到这里'],
          ['Nice to meet you, {{member.name|friend}}.', '{{member.name|朋友}}，很高兴认识你。'],
        ),
      ],
    },
    {
      key: 'exploration',
      name: { en: 'Exploration (days 1–7)', zh: '探索期（1–7 天）' },
      condition: { firstEvent: ARRIVAL, within: '7d' },
      colour: 'blue',
      actions: [
        act(
          ['Guide', '新手引导'],
          ['What is there to find', '这里能做什么'],
          ['A short tour of the communities that fit you.', '为你挑选了几个适合的社群，花一分钟逛一逛。'],
        ),
      ],
    },
    {
      key: 'conversion',
      name: { en: 'Conversion (days 7–30)', zh: '转化期（7–30 天）' },
      condition: { firstEvent: ARRIVAL, within: '30d' },
      colour: 'orange',
      actions: [
        act(
          ['First purchase offer', '首单优惠'],
          ['For your first order', '首单专享'],
          ['An offer for your first order, valid for seven days.', '首单专享优惠，七天内有效。'],
        ),
      ],
    },
    {
      key: 'retention',
      name: { en: 'Retention', zh: '留存期' },
      condition: {
        all: [
          { event: ANY, within: '30d' },
          { ...REPEAT, count: { op: 'lt', value: 2 } },
        ],
      },
      colour: 'lime',
      actions: [
        act(
          ['Reason to return', '复购引导'],
          ['Time for a refill?', '是时候补货了'],
          ['Members who bought what you like also chose these.', '和你口味相近的成员，还选了这些。'],
        ),
      ],
    },
    {
      key: 'loyalty',
      name: { en: 'Loyalty', zh: '忠诚期' },
      condition: {
        all: [
          { event: ANY, within: '30d' },
          { ...REPEAT, count: { op: 'gte', value: 2 } },
        ],
      },
      colour: 'green',
      actions: [
        act(
          ['Invite friends', '邀请好友'],
          ['Bring a friend', '带朋友一起来'],
          ['Bring a friend and both of you earn points.', '邀请好友加入，你们都能获得积分。'],
        ),
      ],
    },
    {
      key: 'dormant',
      name: { en: 'Dormant', zh: '休眠' },
      colour: 'grey',
      actions: [
        act(
          ['Wake up', '唤醒'],
          ['See what is new', '看看最近的新鲜事'],
          [
            '{{member.name|Friend}}, a lot happened this month.',
            '{{member.name|朋友}}，这个月有不少新鲜事，回来看看吧。',
          ],
        ),
      ],
    },
  ],
}
