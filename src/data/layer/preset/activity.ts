import { ANY, act, type Preset } from './preset.ts'

export const activity: Preset = {
  key: 'activity',
  name: { en: 'Activity layers', zh: '活跃分层' },
  about: {
    en: 'How alive the community is: here every week, here this month, silent for a month, or never active at all.',
    zh: '看社群活跃结构：周周都来、近一个月来过、沉默超过一个月、从未互动。',
  },
  layers: [
    {
      key: 'core',
      name: { en: 'Core', zh: '核心' },
      condition: { regularly: { event: ANY }, every: '7d', of: 4, atLeast: 4 },
      expected: 0.15,
      colour: 'green',
      actions: [
        act(
          ['Invite to co-create', '邀请共创'],
          ['Help us decide', '邀你参与共创'],
          [
            '{{member.name|Friend}}, you are here every week. Would you help to choose what comes next?',
            '{{member.name|朋友}}，你每周都在，想邀请你一起决定下一期的主题。',
          ],
        ),
        act(
          ['Recognition', '荣誉激励'],
          ['Thank you', '感谢有你'],
          ['Four weeks without a gap: we noticed.', '连续四周都有你的身影，这份坚持我们都看在眼里。'],
        ),
      ],
    },
    {
      key: 'active',
      name: { en: 'Active', zh: '活跃' },
      condition: { event: ANY, within: '30d' },
      expected: 0.3,
      colour: 'blue',
      actions: [
        act(
          ['Streak challenge', '连续打卡挑战'],
          ['Seven days in a row?', '七天打卡挑战'],
          ['Check in seven days in a row and earn extra points.', '连续打卡七天，赢取额外积分。'],
        ),
        act(
          ['Topic of the week', '本周话题'],
          ['What do you think?', '本周话题，等你来聊'],
          ['Join this week’s topic; others wait for your view.', '本周话题已开启，来说说你的看法。'],
        ),
      ],
    },
    {
      key: 'silent',
      name: { en: 'Silent', zh: '沉默' },
      condition: { event: ANY },
      expected: 0.4,
      colour: 'orange',
      actions: [
        act(
          ['Wake up', '沉默唤醒'],
          ['We kept your place', '给你留了位置'],
          [
            '{{member.name|Friend}}, here is what you missed this month.',
            '{{member.name|朋友}}，这个月社群里发生了这些事，回来看看吧。',
          ],
        ),
        act(
          ['Survey', '流失原因调研'],
          ['One question', '想问你一个问题'],
          ['What would bring you back? One tap is enough.', '怎样的内容会让你想回来？点一下就能告诉我们。'],
        ),
      ],
    },
    {
      key: 'latent',
      name: { en: 'Latent', zh: '潜在' },
      expected: 0.15,
      colour: 'grey',
      actions: [
        act(
          ['First interaction', '首次互动引导'],
          ['Begin with one tap', '从打个卡开始'],
          ['Your first check-in earns points at once.', '完成首次打卡，积分立即到账。'],
        ),
      ],
    },
  ],
}
