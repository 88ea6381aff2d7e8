import { ANY, ARRIVAL, act, type Preset } from './preset.ts'

export const value: Preset = {
  key: 'value',
  name: { en: 'Value layers', zh: '价值分层' },
  about: {
    en: 'New, lost, potential and core members by what they did and bought, asked in this order; everybody else belongs to Other.',
    zh: '按互动与购买把成员分为新成员、流失、潜力、核心，依次判断，其余归入「其他」。',
  },
  layers: [
    {
      key: 'new',
      name: { en: 'New', zh: '新成员' },
      condition: { firstEvent: ARRIVAL, within: '7d' },
      expected: 0.3,
      colour: 'blue',
      actions: [
        act(
          ['Welcome gift', '欢迎礼包'],
          ['Welcome', '欢迎加入'],
          [
            'Hello {{member.name|friend}}, a small welcome gift is waiting for you.',
            '{{member.name|朋友}}，欢迎你！一份新人礼包已经备好，点开即可领取。',
          ],
        ),
        act(
          ['First steps', '新手指南'],
          ['Three things to start with', '三步上手'],
          [
            'Check in, say hello in a community, and look at what others ask most.',
            '先打个卡，再到社群里打声招呼，最后看看大家最常问的问题。',
          ],
        ),
        act(
          ['Interaction task', '互动任务'],
          ['Your first task', '你的第一个任务'],
          ['Check in three days in a row and earn points.', '连续打卡三天，即可获得积分奖励。'],
        ),
      ],
    },
    {
      key: 'lost',
      name: { en: 'Lost', zh: '流失成员' },
      condition: {
        all: [{ not: { event: ANY, within: '90d' } }, { not: { firstEvent: ARRIVAL, within: '90d' } }],
      },
      expected: 0.2,
      colour: 'pink',
      actions: [
        act(
          ['Win-back', '召回'],
          ['It has been a while', '好久不见'],
          [
            '{{member.name|Friend}}, much is new since you were here last.',
            '{{member.name|朋友}}，你不在的这段时间上了不少新东西，回来看看吧。',
          ],
        ),
        act(
          ['Exclusive offer', '专属优惠'],
          ['An offer only for you', '只给你的优惠'],
          ['Come back this week and use an offer kept for you.', '本周回来即可使用为你保留的专属优惠。'],
        ),
        act(
          ['Problem solving', '问题解决'],
          ['Did something go wrong?', '是不是遇到了问题？'],
          [
            'Tell us what kept you away. A person will read and answer it.',
            '有什么让你不满意的地方，请直接告诉我们，会有专人跟进处理。',
          ],
        ),
      ],
    },
    {
      key: 'potential',
      name: { en: 'Potential', zh: '潜力成员' },
      condition: { all: [{ not: { event: ANY, within: '30d' } }, { event: 'order.paid' }] },
      expected: 0.35,
      colour: 'orange',
      actions: [
        act(
          ['Incentive to interact', '互动激励'],
          ['Double points this week', '本周互动双倍积分'],
          ['Check in or answer a question this week for extra points.', '本周打卡或回答问题，可额外获得积分。'],
        ),
        act(
          ['Festival benefit', '节日福利'],
          ['A gift for the season', '节日福利到了'],
          [
            '{{member.name|Friend}}, a seasonal benefit for members who bought from us is ready.',
            '{{member.name|朋友}}，为老客准备的节日福利已到账，记得查收。',
          ],
        ),
        act(
          ['How-to', '使用教程'],
          ['Get more out of it', '这样用更好'],
          ['Short lessons on what you bought, made by members.', '你买过的产品，这里有成员总结的使用技巧。'],
        ),
      ],
    },
    {
      key: 'core',
      name: { en: 'Core', zh: '核心成员' },
      condition: { event: ANY, within: '365d', count: { op: 'gte', value: 50 } },
      expected: 0.15,
      expectedRevenue: 0.6,
      colour: 'green',
      actions: [
        act(
          ['Personal service', '专属客服'],
          ['Your own contact', '你的专属客服'],
          [
            '{{member.name|Friend}}, from now on one person looks after you.',
            '{{member.name|朋友}}，即日起由专属客服为你服务，有事随时找我们。',
          ],
        ),
        act(
          ['New products first', '新品优先'],
          ['First to try', '新品抢先试'],
          ['You see and order new products before everybody else.', '新品上市前，你可优先试用和下单。'],
        ),
        act(
          ['Made for you', '定制'],
          ['Tell us how you want it', '为你定制'],
          ['Choose your own variant of the next batch.', '下一批产品，可按你的喜好定制。'],
        ),
      ],
    },
    { key: 'other', name: { en: 'Other', zh: '其他' }, colour: 'grey' },
  ],
}
