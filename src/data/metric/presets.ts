// Metrics that most communities start with, on events of the catalogue.
import type { MetricDefinition } from '#data/segment'
import type { Text } from '#kernel/text'
import type { Format } from './tables.ts'

export interface Preset {
  key: string
  name: Text
  description: Text
  definition: MetricDefinition
  format: Format
  unit: Text | null
}

const TIMES: Text = { en: 'times', zh: '次' }
const PEOPLE: Text = { en: 'members', zh: '人' }
const counted = (
  event: string | string[],
  measure: MetricDefinition['measure'],
  where: MetricDefinition['where'] = [],
): MetricDefinition => ({ event, where, measure })
const number = { format: 'number' as const }

/** What counts as taking part in a community beyond reading. */
const CONTRIBUTIONS = ['post.created', 'answer.created', 'comment.created', 'wiki.created']

export const PRESETS: readonly Preset[] = [
  {
    key: 'activeMembers',
    name: { en: 'Active members', zh: '活跃人数' },
    description: {
      en: 'Members with any activity of their own; system events do not count.',
      zh: '有任意主动行为的去重人数，系统事件不计。',
    },
    definition: counted('*', 'members'),
    ...number,
    unit: PEOPLE,
  },
  {
    key: 'visits',
    name: { en: 'Page and screen views', zh: '浏览量' },
    description: { en: 'Pages and screens viewed.', zh: '页面与屏幕的浏览次数。' },
    definition: counted(['page.viewed', 'screen.viewed'], 'total'),
    ...number,
    unit: TIMES,
  },
  {
    key: 'signedIn',
    name: { en: 'Members signed in', zh: '登录人数' },
    description: { en: 'Members who signed in.', zh: '完成登录的去重人数。' },
    definition: counted('signin.completed', 'members'),
    ...number,
    unit: PEOPLE,
  },
  {
    key: 'firstSignIns',
    name: { en: 'First sign-ins', zh: '首次登录人数' },
    description: { en: 'Members who signed in for the first time.', zh: '首次完成登录的人数。' },
    definition: counted('signin.completed', 'members', [{ path: 'first', op: 'eq', value: true }]),
    ...number,
    unit: PEOPLE,
  },
  {
    key: 'joined',
    name: { en: 'Joined a community', zh: '入群人数' },
    description: { en: 'Members who joined a community.', zh: '加入任一社群的去重人数。' },
    definition: counted('community.joined', 'members'),
    ...number,
    unit: PEOPLE,
  },
  {
    key: 'left',
    name: { en: 'Left a community', zh: '退群人数' },
    description: {
      en: 'Members who left a community or were removed from it.',
      zh: '主动退出或被移出社群的去重人数。',
    },
    definition: counted(['community.left', 'community.member_removed'], 'members'),
    ...number,
    unit: PEOPLE,
  },
  {
    key: 'posts',
    name: { en: 'Posts', zh: '发帖数' },
    description: { en: 'Posts written.', zh: '新发布的帖子数。' },
    definition: counted('post.created', 'total'),
    ...number,
    unit: { en: 'posts', zh: '篇' },
  },
  {
    key: 'contributors',
    name: { en: 'Contributors', zh: '内容贡献人数' },
    description: {
      en: 'Members who posted, answered, commented or wrote a wiki entry.',
      zh: '发帖、回答、评论或撰写词条的去重人数。',
    },
    definition: counted(CONTRIBUTIONS, 'members'),
    ...number,
    unit: PEOPLE,
  },
  {
    key: 'contributions',
    name: { en: 'Contributions', zh: '内容贡献量' },
    description: { en: 'Posts, answers, comments and wiki entries.', zh: '帖子、回答、评论与词条的总数。' },
    definition: counted(CONTRIBUTIONS, 'total'),
    ...number,
    unit: TIMES,
  },
  {
    key: 'answersAccepted',
    name: { en: 'Accepted answers', zh: '被采纳回答数' },
    description: { en: 'Answers that the asker accepted.', zh: '被提问者采纳的回答数。' },
    definition: counted('answer.accepted', 'total'),
    ...number,
    unit: TIMES,
  },
  {
    key: 'checkins',
    name: { en: 'Check-ins', zh: '打卡次数' },
    description: { en: 'Daily check-ins completed.', zh: '完成打卡的次数。' },
    definition: counted('checkin.completed', 'total'),
    ...number,
    unit: TIMES,
  },
  {
    key: 'checkinMembers',
    name: { en: 'Members checking in', zh: '打卡人数' },
    description: { en: 'Members who checked in.', zh: '完成打卡的去重人数。' },
    definition: counted('checkin.completed', 'members'),
    ...number,
    unit: PEOPLE,
  },
  {
    key: 'gmv',
    name: { en: 'Revenue', zh: '成交额' },
    description: {
      en: 'Sum of paid orders, refunds not taken off; orders in several currencies are added as they are.',
      zh: '已支付订单金额合计，未扣除退款；多币种订单直接相加。',
    },
    definition: { event: 'order.paid', where: [], measure: 'sum', of: 'amount' },
    format: 'money',
    unit: null,
  },
  {
    key: 'orders',
    name: { en: 'Paid orders', zh: '支付订单数' },
    description: { en: 'Orders paid.', zh: '完成支付的订单数。' },
    definition: counted('order.paid', 'total'),
    ...number,
    unit: { en: 'orders', zh: '单' },
  },
  {
    key: 'buyers',
    name: { en: 'Buyers', zh: '支付人数' },
    description: { en: 'Members who paid an order.', zh: '完成支付的去重人数。' },
    definition: counted('order.paid', 'members'),
    ...number,
    unit: PEOPLE,
  },
  {
    key: 'orderValue',
    name: { en: 'Average order value', zh: '笔单价' },
    description: { en: 'Mean amount of a paid order.', zh: '每笔支付订单的平均金额。' },
    definition: { event: 'order.paid', where: [], measure: 'avg', of: 'amount' },
    format: 'money',
    unit: null,
  },
  {
    key: 'ordersPerBuyer',
    name: { en: 'Orders per buyer', zh: '人均订单数' },
    description: { en: 'Paid orders per member who paid any.', zh: '支付成员的人均订单数。' },
    definition: counted('order.paid', 'perMember'),
    ...number,
    unit: { en: 'orders', zh: '单' },
  },
  {
    key: 'pointsAwarded',
    name: { en: 'Points awarded', zh: '发放积分' },
    description: { en: 'Points given to members.', zh: '发放给成员的积分合计。' },
    definition: { event: 'points.awarded', where: [], measure: 'sum', of: 'points' },
    ...number,
    unit: { en: 'points', zh: '分' },
  },
  {
    key: 'pointsSpent',
    name: { en: 'Points spent', zh: '消耗积分' },
    description: { en: 'Points that members spent.', zh: '成员消耗的积分合计。' },
    definition: { event: 'points.spent', where: [], measure: 'sum', of: 'points' },
    ...number,
    unit: { en: 'points', zh: '分' },
  },
  {
    key: 'messagesRead',
    name: { en: 'Messages read', zh: '消息阅读数' },
    description: { en: 'Messages that members opened.', zh: '成员打开阅读的消息数。' },
    definition: counted('message.read', 'total'),
    ...number,
    unit: TIMES,
  },
]
