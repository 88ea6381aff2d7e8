// Traits that are ready to be installed, on events of the catalogue; among them the scores of the dimension models.
// Every score is a rule in the open: what is measured, from where to where it counts, and how much it weighs.
import type { Text } from '#kernel/text'
import type { Component, Definition, Measure } from './definition.ts'
import type { Fn } from './fn.ts'

export interface Preset {
  key: string
  title: Text
  hint: Text
  definition(locale: keyof Text): Definition
}

type Source = Partial<Pick<Measure, 'within' | 'of' | 'where'>>
const measure = (fn: Fn, event: Measure['event'], more: Source = {}): Measure => ({ where: [], event, fn, ...more })

function simple(key: string, title: Text, hint: Text, of: Measure): Preset {
  return { key, title, hint, definition: () => ({ measure: of }) }
}

type Part = readonly [key: string, title: Text, weight: number, scale: Component['scale'], measure: Measure]
function score(key: string, title: Text, hint: Text, parts: readonly Part[]): Preset {
  return {
    key,
    title,
    hint,
    definition: (locale) => ({
      score: {
        components: parts.map(([part, name, weight, scale, of]) => ({
          key: part,
          title: name[locale],
          weight,
          scale,
          measure: of,
        })),
      },
    }),
  }
}

const upTo = (to: number): Component['scale'] => ({ from: 0, to })
/** The first ones count most: the tenth order says less than the second. */
const growing = (to: number): Component['scale'] => ({ from: 0, to, log: true })
const POSTS = ['post.created', 'answer.created', 'wiki.created']
const MADE = [...POSTS, 'comment.created']
/** Also as shops tell it by the public Segment specification. */
const VIEWS = ['page.viewed', 'screen.viewed', 'Product Viewed']
const ACTIVE = ['checkin.completed', ...MADE, 'order.paid', ...VIEWS]

export const PRESETS: readonly Preset[] = [
  simple(
    'visits',
    { en: 'Active days in 30 days', zh: '近 30 天活跃天数' },
    { en: 'Days with a page view, check-in, post or order', zh: '有浏览、打卡、发帖或下单的自然日数' },
    measure('days', ACTIVE, { within: '30d' }),
  ),
  simple(
    'checkin_streak',
    { en: 'Check-in streak', zh: '连续打卡天数' },
    { en: 'Days in a row until today or yesterday', zh: '截至今天或昨天的连续打卡天数' },
    measure('streak', 'checkin.completed'),
  ),
  simple(
    'checkin_longest',
    { en: 'Longest check-in streak', zh: '最长连续打卡天数' },
    { en: 'The longest run of days ever', zh: '历史最长的一段连续打卡' },
    measure('longestStreak', 'checkin.completed'),
  ),
  simple(
    'spend_365',
    { en: 'Spent in a year', zh: '近一年消费金额' },
    { en: 'Sum of paid orders', zh: '已支付订单金额合计' },
    measure('sum', 'order.paid', { of: 'amount', within: '365d' }),
  ),
  simple(
    'orders_365',
    { en: 'Orders in a year', zh: '近一年订单数' },
    { en: 'Paid orders', zh: '已支付订单' },
    measure('count', 'order.paid', { within: '365d' }),
  ),
  simple(
    'order_average',
    { en: 'Average order', zh: '客单价' },
    { en: 'Mean amount of all paid orders', zh: '全部已支付订单的平均金额' },
    measure('avg', 'order.paid', { of: 'amount' }),
  ),
  simple(
    'order_first_at',
    { en: 'First order', zh: '首单时间' },
    { en: 'When the first order was paid', zh: '首笔订单的支付时间' },
    measure('first', 'order.paid'),
  ),
  simple(
    'days_since_order',
    { en: 'Days since the last order', zh: '距上次下单天数' },
    { en: 'Full days of 24 hours', zh: '按满 24 小时计' },
    measure('daysSince', 'order.paid'),
  ),
  simple(
    'days_since_active',
    { en: 'Days since last active', zh: '沉默天数' },
    { en: 'Since the last page view, check-in, post or order', zh: '距最近一次浏览、打卡、发帖或下单' },
    measure('daysSince', ACTIVE),
  ),
  simple(
    'posts_90',
    { en: 'Posts in 90 days', zh: '近 90 天发帖数' },
    { en: 'Posts, answers and articles', zh: '帖子、回答与文章' },
    measure('count', POSTS, { within: '90d' }),
  ),
  simple(
    'votes_90',
    { en: 'Votes received in 90 days', zh: '近 90 天获赞数' },
    { en: 'Votes by others on own posts', zh: '他人对其内容的投票' },
    measure('count', 'vote.received', { within: '90d' }),
  ),
  simple(
    'messages_read_90',
    { en: 'Messages read in 90 days', zh: '近 90 天阅读消息数' },
    { en: 'Messages opened in any channel', zh: '各渠道已读消息' },
    measure('count', 'message.read', { within: '90d' }),
  ),
  simple(
    'points_used_365',
    { en: 'Points used in a year', zh: '近一年使用积分' },
    { en: 'Sum of points spent', zh: '消耗积分合计' },
    measure('sum', 'points.spent', { of: 'points', within: '365d' }),
  ),
  {
    key: 'rfm',
    title: { en: 'RFM', zh: 'RFM 分层' },
    hint: {
      en: 'Recency, frequency and money of paid orders in fifths, measured anew every day',
      zh: '按最近消费、消费频次、消费金额五等分，每日重算',
    },
    definition: () => ({ rfm: { event: 'order.paid', where: [], amount: 'amount' } }),
  },
  score(
    'spending',
    { en: 'Spending power', zh: '消费力' },
    { en: 'How much and how often they buy', zh: '买得多不多、贵不贵、勤不勤' },
    [
      [
        'amount',
        { en: 'Spent in a year', zh: '近一年消费金额' },
        50,
        growing(500_000),
        measure('sum', 'order.paid', { of: 'amount', within: '365d' }),
      ],
      [
        'orders',
        { en: 'Orders in a year', zh: '近一年订单数' },
        30,
        upTo(12),
        measure('count', 'order.paid', { within: '365d' }),
      ],
      [
        'average',
        { en: 'Average order', zh: '客单价' },
        20,
        growing(100_000),
        measure('avg', 'order.paid', { of: 'amount', within: '365d' }),
      ],
    ],
  ),
  score(
    'social',
    { en: 'Social power', zh: '社交力' },
    { en: 'How they talk with others and are heard', zh: '与人互动、被人回应的程度' },
    [
      [
        'comments',
        { en: 'Comments in 90 days', zh: '近 90 天评论数' },
        35,
        growing(30),
        measure('count', 'comment.created', { within: '90d' }),
      ],
      [
        'votes',
        { en: 'Votes received in 90 days', zh: '近 90 天获赞数' },
        40,
        growing(50),
        measure('count', 'vote.received', { within: '90d' }),
      ],
      ['groups', { en: 'Communities joined', zh: '加入社群数' }, 25, upTo(3), measure('count', 'community.joined')],
    ],
  ),
  score(
    'decision',
    { en: 'Decision power', zh: '决策力' },
    { en: 'How readily they decide, and how far others follow', zh: '自己下单是否果断，意见是否被他人采纳' },
    [
      [
        'orders',
        { en: 'Orders in 90 days', zh: '近 90 天订单数' },
        40,
        upTo(4),
        measure('count', 'order.paid', { within: '90d' }),
      ],
      [
        'recent',
        { en: 'Days since the last order', zh: '距上次下单天数' },
        20,
        { from: 90, to: 0 },
        measure('daysSince', 'order.paid'),
      ],
      [
        'accepted',
        { en: 'Answers accepted in a year', zh: '近一年被采纳回答' },
        40,
        growing(10),
        measure('count', 'answer.accepted', { within: '365d' }),
      ],
    ],
  ),
  score(
    'demand',
    { en: 'Demand sensitivity', zh: '需求敏感度' },
    { en: 'How they respond to offers, news and rewards', zh: '对内容、权益与触达的反应程度' },
    [
      [
        'messages',
        { en: 'Messages read in 90 days', zh: '近 90 天阅读消息数' },
        35,
        growing(10),
        measure('count', 'message.read', { within: '90d' }),
      ],
      [
        'views',
        { en: 'Page views in 30 days', zh: '近 30 天浏览数' },
        35,
        growing(40),
        measure('count', VIEWS, { within: '30d' }),
      ],
      [
        'points',
        { en: 'Points used in 90 days', zh: '近 90 天使用积分' },
        30,
        growing(500),
        measure('sum', 'points.spent', { of: 'points', within: '90d' }),
      ],
    ],
  ),
  score(
    'interaction',
    { en: 'Interaction', zh: '互动力' },
    { en: 'How often they come and take part', zh: '来得勤不勤、参与得多不多' },
    [
      [
        'days',
        { en: 'Active days in 30 days', zh: '近 30 天活跃天数' },
        50,
        upTo(20),
        measure('days', ACTIVE, { within: '30d' }),
      ],
      [
        'comments',
        { en: 'Comments in 30 days', zh: '近 30 天评论数' },
        30,
        growing(20),
        measure('count', 'comment.created', { within: '30d' }),
      ],
      ['streak', { en: 'Check-in streak', zh: '连续打卡天数' }, 20, upTo(14), measure('streak', 'checkin.completed')],
    ],
  ),
  score(
    'influence',
    { en: 'Influence', zh: '影响力' },
    { en: 'How others value what they say', zh: '内容被他人认可的程度' },
    [
      [
        'votes',
        { en: 'Votes received in a year', zh: '近一年获赞数' },
        50,
        growing(200),
        measure('count', 'vote.received', { within: '365d' }),
      ],
      [
        'accepted',
        { en: 'Answers accepted in a year', zh: '近一年被采纳回答' },
        30,
        growing(20),
        measure('count', 'answer.accepted', { within: '365d' }),
      ],
      [
        'badges',
        { en: 'Badges in a year', zh: '近一年获得勋章' },
        20,
        upTo(10),
        measure('count', 'badge.awarded', { within: '365d' }),
      ],
    ],
  ),
  score(
    'loyalty',
    { en: 'Loyalty', zh: '忠诚度' },
    { en: 'How long and how steadily they stay', zh: '陪伴时间与稳定程度' },
    [
      ['tenure', { en: 'Days since first seen', zh: '陪伴天数' }, 30, growing(730), measure('daysSinceFirst', ACTIVE)],
      [
        'days',
        { en: 'Active days in 90 days', zh: '近 90 天活跃天数' },
        40,
        upTo(45),
        measure('days', ACTIVE, { within: '90d' }),
      ],
      [
        'longest',
        { en: 'Longest check-in streak', zh: '最长连续打卡天数' },
        30,
        growing(60),
        measure('longestStreak', 'checkin.completed'),
      ],
    ],
  ),
  score(
    'contribution',
    { en: 'Contribution', zh: '贡献度' },
    { en: 'What they give to the community', zh: '为社群产出的内容与帮助' },
    [
      [
        'posts',
        { en: 'Posts in 90 days', zh: '近 90 天发帖数' },
        50,
        growing(20),
        measure('count', POSTS, { within: '90d' }),
      ],
      [
        'answers',
        { en: 'Answers in 90 days', zh: '近 90 天回答数' },
        30,
        growing(20),
        measure('count', 'answer.created', { within: '90d' }),
      ],
      [
        'days',
        { en: 'Days with something written in 90 days', zh: '近 90 天产出天数' },
        20,
        upTo(30),
        measure('days', MADE, { within: '90d' }),
      ],
    ],
  ),
]

/** What a radar shows: scores that stand together. */
export const MODELS: readonly { key: string; title: Text; axes: readonly string[] }[] = [
  {
    key: 'four',
    title: { en: 'Four dimensions', zh: '四维模型' },
    axes: ['spending', 'social', 'decision', 'demand'],
  },
  {
    key: 'six',
    title: { en: 'Six dimensions', zh: '六维画像' },
    axes: ['spending', 'interaction', 'influence', 'loyalty', 'contribution', 'demand'],
  },
]
