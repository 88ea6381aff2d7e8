import { ANY, act, type Preset } from './preset.ts'

export const tier: Preset = {
  key: 'tier',
  name: { en: 'Tiers of intent, activity and value', zh: '意向—活跃—价值阶梯' },
  about: {
    en: 'The ladder high intent → high activity → high value, asked from the top: each member stands on the highest rung reached.',
    zh: '高意向 → 高活跃 → 高价值 的进阶阶梯，从高到低判断，每位成员归入已达到的最高一级。',
  },
  layers: [
    {
      key: 'high-value',
      name: { en: 'High value', zh: '高价值' },
      // 500 yuan a year, in the minor unit of the currency.
      condition: {
        event: 'order.paid',
        within: '365d',
        measure: { of: 'amount', fn: 'sum' },
        op: 'gte',
        value: 50_000,
      },
      colour: 'green',
      actions: [
        act(
          ['Personal service', '专属服务'],
          ['A line of your own', '你的专属通道'],
          ['Your questions are answered first from now on.', '即日起，你的咨询将优先响应。'],
        ),
      ],
    },
    {
      key: 'high-activity',
      name: { en: 'High activity', zh: '高活跃' },
      condition: { event: ANY, within: '30d', count: { op: 'gte', value: 12 } },
      colour: 'blue',
      actions: [
        act(
          ['Turn activity into orders', '活跃转化'],
          ['Your points can be used', '积分可以用啦'],
          ['Use your points on your next order.', '下单时可使用积分抵扣。'],
        ),
      ],
    },
    {
      key: 'high-intent',
      name: { en: 'High intent', zh: '高意向' },
      condition: {
        event: ['page.viewed', 'screen.viewed', 'message.read'],
        within: '30d',
        count: { op: 'gte', value: 3 },
      },
      colour: 'orange',
      actions: [
        act(
          ['Answer open questions', '答疑促单'],
          ['Anything you would like to know?', '想了解什么？'],
          ['Ask, and a person answers today.', '有疑问尽管问，今天就有专人解答。'],
        ),
      ],
    },
    { key: 'other', name: { en: 'Other', zh: '其他' }, colour: 'grey' },
  ],
}
