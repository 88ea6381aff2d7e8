import {
  all,
  CONTENT,
  did,
  firstWithin,
  is,
  type LibraryDimension,
  not,
  quietFor,
  regularly,
  stopped,
  tag,
  times,
} from './entry.ts'

const votes = (kind: string, n: number, within: string) => did('vote.received', within, n, [is('kind', kind)])
const quiet = (within: string) => not(did(CONTENT, within))

export const content: LibraryDimension = {
  key: 'content',
  title: { en: 'Content interest', zh: '内容参与' },
  colour: 'violet',
  tags: [
    tag('content.first-post', '首次发帖', 'First post', firstWithin('post.created', '7d')),
    tag('content.poster', '近期发帖', 'Posted lately', did('post.created', '30d')),
    tag('content.prolific', '高产作者', 'Prolific author', did('post.created', '30d', 5), {
      en: '5 or more posts in 30 days',
      zh: '近 30 天发帖 5 篇及以上',
    }),
    tag('content.steady', '持续创作', 'Posts every month', regularly('post.created', '30d', 3, 3)),
    tag('content.stopped', '停更作者', 'Stopped posting', stopped('post.created', '120d', '30d'), {
      en: 'Last post 30 to 120 days ago',
      zh: '最近一次发帖在 30–120 天前',
    }),
    tag('content.commenter', '爱评论', 'Comments', did('comment.created', '30d', 3)),
    tag('content.first-comment', '首次评论', 'First comment', firstWithin('comment.created', '7d')),
    tag('content.answerer', '爱答题', 'Answers', did('answer.created', '30d', 2)),
    tag('content.asker', '只问不答', 'Asks only', all(did('post.created', '90d'), not(did('answer.created', '90d')))),
    tag('content.wiki', '词条贡献者', 'Wiki author', did('wiki.created', '365d')),
    tag('content.accepted', '回答被采纳', 'Accepted answer', did('answer.accepted', '90d')),
    tag('content.topic-subscriber', '主动订阅主题', 'Subscribes to topics', did('topic.subscribed', '180d')),
    tag('content.reader', '深度阅读', 'Reads a lot', did('content.viewed', '30d', 10)),
    tag('content.sharer', '爱转发', 'Shares', did(['content.shared', 'post.shared'], '30d', 2)),
    tag('content.liker', '爱点赞', 'Likes', did(['content.liked', 'reaction.added'], '30d', 5)),
    tag('content.featured', '入选精华', 'Featured', did('post.featured', '180d')),
    tag('content.live-viewer', '直播观众', 'Watches live', did('live.joined', '30d')),
    tag('content.live-fan', '直播铁粉', 'Never misses live', did('live.joined', '30d', 4)),
    tag('content.live-chatter', '直播间互动', 'Chats in live', did('live.chatted', '30d')),
    tag('content.poll-voter', '爱投票', 'Votes in polls', did('poll.voted', '90d', 2)),
    tag('content.survey', '问卷参与者', 'Answers surveys', did('survey.completed', '90d')),
    tag(
      'content.survey-dropper',
      '问卷中途放弃',
      'Leaves surveys half way',
      all(did('survey.started', '90d'), not(did('survey.completed', '90d'))),
    ),
    tag('content.idea', '创意提案人', 'Proposes ideas', did('idea.submitted', '365d')),
    tag('content.challenger', '挑战赛选手', 'Joins challenges', did('challenge.joined', '90d')),
  ],
}

export const role: LibraryDimension = {
  key: 'role',
  title: { en: 'Social role', zh: '社交角色' },
  colour: 'blue',
  tags: [
    tag('role.kol', '意见领袖 KOL', 'KOL', all(did('post.created', '90d', 8), votes('up', 20, '90d')), {
      en: '8 posts and 20 up-votes in 90 days',
      zh: '近 90 天发帖 8 篇及以上，获赞同 20 次及以上',
    }),
    tag(
      'role.koc',
      '关键消费者 KOC',
      'KOC',
      all(did('order.paid', '180d'), did(CONTENT, '90d', 6), votes('up', 5, '90d')),
      {
        en: 'Has bought in 180 days; 6 contributions and 5 up-votes in 90 days',
        zh: '180 天内有购买，近 90 天发言 6 次及以上，获赞同 5 次及以上',
      },
    ),
    tag('role.active', '活跃发言者', 'Speaks often', did(CONTENT, '30d', 5)),
    tag('role.occasional', '偶尔发言', 'Speaks at times', all(did(CONTENT, '30d'), times(CONTENT, 'lt', 5, '30d'))),
    tag('role.lurker', '潜水成员', 'Lurker', all(did('community.joined'), quiet('90d'), did('*', '30d')), {
      en: 'Active in 30 days, said nothing in 90',
      zh: '近 30 天有互动，但 90 天未发言',
    }),
    tag('role.never-spoke', '从未发言', 'Never spoke', all(did('community.joined'), not(did(CONTENT)))),
    tag('role.helper', '热心解答', 'Helper', did('answer.created', '90d', 5)),
    tag('role.expert', '认证答主', 'Expert', did('answer.accepted', '180d', 3), {
      en: '3 accepted answers in 180 days',
      zh: '近 180 天有 3 个回答被采纳',
    }),
    tag('role.popular', '人气作者', 'Popular', votes('up', 10, '30d')),
    tag('role.collected', '内容常被收藏', 'Often bookmarked', votes('favorite', 3, '180d')),
    tag('role.disputed', '争议发言者', 'Disputed', votes('down', 3, '30d')),
    tag('role.badge', '勋章获得者', 'Badge holder', did('badge.awarded', '365d')),
    tag('role.badges', '勋章收藏家', 'Badge collector', did('badge.awarded', undefined, 5)),
    tag('role.gold', '金牌成员', 'Gold badge', did('badge.awarded', undefined, 1, [is('grade', 'gold')])),
    tag('role.inviter', '邀请达人', 'Brings friends', did('referral.joined', '180d', 3)),
    tag('role.chatter', '群聊活跃', 'Chats', did('chat.sent', '30d', 20)),
  ],
}

const holds = (name: string) => ({ community: 'any', role: name })

export const standing: LibraryDimension = {
  key: 'standing',
  title: { en: 'Community standing', zh: '社群身份' },
  colour: 'teal',
  tags: [
    tag('standing.owner', '群主', 'Community owner', holds('owner')),
    tag('standing.manager', '社群管理员', 'Community manager', holds('manager')),
    tag('standing.moderator', '版主', 'Moderator', holds('moderator')),
    tag('standing.koc', '社群 KOC', 'Community KOC', holds('koc')),
    tag('standing.volunteer', '志愿者', 'Volunteer', holds('volunteer')),
    tag(
      'standing.member',
      '普通成员',
      'Plain member',
      all(holds('member'), not({ community: 'any', role: ['owner', 'manager', 'moderator', 'koc', 'volunteer'] })),
    ),
    tag('standing.none', '未入群', 'In no community', not({ community: 'any' })),
    tag('standing.several', '多群成员', 'Joined several', did('community.joined', undefined, 2), {
      en: 'Joined a community twice or more',
      zh: '累计入群 2 次及以上',
    }),
    tag(
      'standing.invited',
      '受邀入群',
      'Came by invitation',
      did('community.joined', undefined, 1, [is('via', 'invitation')]),
    ),
    tag('standing.added', '运营拉群', 'Added by staff', did('community.joined', undefined, 1, [is('via', 'added')])),
    tag('standing.self', '自主入群', 'Came by themselves', did('community.joined', undefined, 1, [is('via', 'open')])),
    tag(
      'standing.promoted',
      '新晋骨干',
      'Newly promoted',
      did('community.role_changed', '90d', 1, [
        { path: 'role', op: 'in', value: ['koc', 'moderator', 'manager', 'volunteer'] },
      ]),
    ),
    tag('standing.rules', '已确认群规', 'Acknowledged the rules', did('community.rules_acknowledged')),
    tag('standing.idle', '在群不互动', 'In a community, silent', all({ community: 'any' }, quietFor('*', '60d'))),
  ],
}
