import { act, type Preset } from './preset.ts'

/** What members make themselves. */
const CONTENT = ['post.created', 'answer.created', 'comment.created', 'wiki.created']
const APPROVED = [{ path: 'kind', op: 'in', value: ['up', 'favorite'] }]

export const role: Preset = {
  key: 'role',
  name: { en: 'Role pyramid', zh: '角色金字塔' },
  about: {
    en: 'Opinion leaders and key consumers (about 10 % together), active members (about 20 %) and readers (about 70 %).',
    zh: 'KOL 与 KOC 合计约 10%，活跃成员约 20%，潜水成员约 70%，看内容由谁在生产。',
  },
  layers: [
    {
      key: 'kol',
      name: { en: 'KOL', zh: 'KOL 意见领袖' },
      condition: {
        all: [
          {
            event: ['post.created', 'answer.created', 'wiki.created'],
            within: '365d',
            count: { op: 'gte', value: 20 },
          },
          { event: 'vote.received', within: '365d', where: APPROVED, count: { op: 'gte', value: 100 } },
        ],
      },
      expected: 0.02,
      colour: 'violet',
      actions: [
        act(
          ['Co-operation', '达人合作'],
          ['Work with us?', '邀你合作'],
          [
            'Many follow what you write. We would like to plan the next piece with you.',
            '你的内容影响了很多人，想邀请你一起策划下一期内容。',
          ],
        ),
        act(
          ['Early access', '新品内测'],
          ['Before everybody else', '新品内测资格'],
          ['Try the new product and tell the community what you think.', '邀请你抢先体验新品，并分享真实感受。'],
        ),
      ],
    },
    {
      key: 'koc',
      name: { en: 'KOC', zh: 'KOC 关键消费者' },
      condition: {
        any: [
          { community: 'any', role: 'koc' },
          {
            all: [
              { event: CONTENT, within: '90d', count: { op: 'gte', value: 8 } },
              {
                any: [
                  { event: 'vote.received', within: '90d', where: APPROVED, count: { op: 'gte', value: 5 } },
                  { event: 'answer.accepted', within: '90d' },
                ],
              },
            ],
          },
        ],
      },
      expected: 0.08,
      colour: 'green',
      actions: [
        act(
          ['Trial officer', '招募试用官'],
          ['Become a trial officer', '试用官招募'],
          [
            'Members trust your answers. Apply to try products and report on them.',
            '大家信任你的分享，邀请你申请成为试用官。',
          ],
        ),
        act(
          ['Bonus for good content', '优质内容奖励'],
          ['A bonus for your posts', '你的内容获得奖励'],
          [
            'Your recent posts helped many: extra points are on the way.',
            '你近期的内容帮到了很多人，额外积分即将到账。',
          ],
        ),
      ],
    },
    {
      key: 'active',
      name: { en: 'Active', zh: '活跃成员' },
      condition: { event: [...CONTENT, 'checkin.completed'], within: '30d' },
      expected: 0.2,
      colour: 'blue',
      actions: [
        act(
          ['Invite to write', '引导发帖'],
          ['Share yours', '来分享你的故事'],
          [
            'Others would like to see how you do it. Write your first post.',
            '大家想看看你是怎么做的，来发一条分享吧。',
          ],
        ),
      ],
    },
    {
      key: 'lurker',
      name: { en: 'Lurker', zh: '潜水成员' },
      expected: 0.7,
      colour: 'grey',
      actions: [
        act(
          ['Small first step', '轻互动引导'],
          ['Vote with one tap', '投个票就好'],
          ['No need to write: vote in this week’s poll.', '不用发言，给本周话题投个票就好。'],
        ),
      ],
    },
  ],
}
