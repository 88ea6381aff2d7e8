// Dashboards to begin with. Each is made of events of the catalogue; tiles whose events or kinds this system does not
// have yet are named as waiting and left out.
import type { Locale, Text } from '#kernel/text'
import type { ContentInput, InsightQuery } from './tile.ts'

type TileInput = ContentInput['tiles'][number]
interface Made {
  title: Text
  /** Columns and rows; tiles flow from left to right. */
  w: number
  h: number
  of:
    | { kind: string; query: InsightQuery; view?: 'chart' | 'table'; preset?: string }
    | { number: MetricInput; unit?: 'money' }
    | { goal: MetricInput; target: number; unit?: 'money'; preset?: string }
    | { text: Text }
}
interface MetricInput {
  event: string | string[]
  measure?: string
  of?: string
}
export interface Template {
  key: string
  title: Text
  hint: Text
  tiles: readonly Made[]
}

const text = (en: string, zh: string): Text => ({ en, zh })
const big = (title: Text, number: MetricInput, unit?: 'money'): Made => ({
  title,
  w: 3,
  h: 2,
  of: { number, ...(unit ? { unit } : {}) },
})
/** Rows a picture needs that is longer than the others. */
const TALL: Readonly<Record<string, number>> = { retention: 8, stickiness: 7 }

const drawn = (title: Text, w: number, kind: string, query: InsightQuery, preset?: string): Made => ({
  title,
  w,
  // Half a year has fewer months than a quarter has weeks.
  h: kind === 'retention' && query.period === 'month' ? 6 : (TALL[kind] ?? 5),
  of: { kind, query, ...(preset ? { preset } : {}) },
})
const series = (event: string | readonly string[], measure: string, name: string, more: object = {}) => ({
  event,
  measure,
  name,
  ...more,
})
const words = (en: string, zh: string, w = 12): Made => ({ title: text('', ''), w, h: 1, of: { text: text(en, zh) } })

const ACTIVES = {
  interval: 'day',
  series: [series('*', 'members', 'DAU'), series('*', 'rolling:7d', 'WAU'), series('*', 'rolling:28d', 'MAU')],
}
const WEEKLY = {
  start: { event: '*' },
  return: { event: '*' },
  period: 'week',
  periods: 11,
  cohort: 'first',
  mode: 'on',
}

const activeToday = big(text('Active members', '活跃成员'), { event: '*', measure: 'members' })
const joins = big(text('Joined a community', '新入群成员'), { event: 'community.joined', measure: 'members' })
const checkins = big(text('Check-ins', '打卡次数'), { event: 'checkin.completed' })
const orders = big(text('Paid orders', '支付订单'), { event: 'order.paid' })
const revenue = big(text('Revenue', '支付金额'), { event: 'order.paid', measure: 'sum', of: 'amount' }, 'money')

export const TEMPLATES: readonly Template[] = [
  {
    key: 'overview',
    title: text('Overview', '经营总览'),
    hint: text('Size, activity, conversion and retention on one page.', '规模、活跃、转化与留存，一页看全。'),
    tiles: [
      activeToday,
      joins,
      checkins,
      revenue,
      drawn(text('Active members', '活跃成员趋势'), 8, 'trend', ACTIVES),
      drawn(text('From joining to paying', '入群到支付'), 4, 'funnel', {
        steps: [{ event: 'community.joined' }, { event: 'checkin.completed' }, { event: 'order.paid' }],
        window: '28d',
      }),
      drawn(text('Weekly retention', '周留存'), 12, 'retention', WEEKLY, '90d'),
      drawn(text('When members are active', '活跃时段'), 12, 'heatmap', { event: '*', measure: 'members' }),
    ],
  },
  {
    key: 'growth',
    title: text('Growth', '拉新增长'),
    hint: text('Who comes, from where, and who of them stays.', '新成员从哪里来、来了多少、留下多少。'),
    tiles: [
      joins,
      big(text('Signed in for the first time', '登录成员'), { event: 'signin.completed', measure: 'members' }),
      big(text('Left a community', '退群成员'), { event: 'community.left', measure: 'members' }),
      {
        title: text('New members this month', '本月新入群目标'),
        w: 3,
        h: 2,
        of: { goal: { event: 'community.joined', measure: 'members' }, target: 300, preset: 'thisMonth' },
      },
      drawn(text('Joined and left', '入群与退群'), 8, 'trend', {
        interval: 'day',
        series: [
          series('community.joined', 'members', '入群 / joined'),
          series('community.left', 'members', '退群 / left'),
        ],
      }),
      drawn(text('How they came in', '入群途径'), 4, 'trend', {
        interval: 'week',
        series: [series('community.joined', 'members', '入群 / joined')],
        breakdown: { eventProperty: 'via' },
      }),
      drawn(
        text('New, returning, back, dormant', '成员生命周期'),
        8,
        'lifecycle',
        { event: '*', period: 'week' },
        '90d',
      ),
      drawn(text('First week', '新成员首周'), 4, 'funnel', {
        steps: [{ event: 'community.joined' }, { event: '*' }, { event: 'checkin.completed' }],
        window: '7d',
      }),
    ],
  },
  {
    key: 'activity',
    title: text('Activity', '活跃分析'),
    hint: text('How many, how often, when, and with what.', '多少人、多频繁、什么时候、在做什么。'),
    tiles: [
      activeToday,
      checkins,
      big(text('Posts', '发帖数'), { event: 'post.created' }),
      big(text('Comments and answers', '评论与回答'), { event: ['comment.created', 'answer.created'] }),
      drawn(text('Active members', '活跃成员趋势'), 8, 'trend', ACTIVES),
      drawn(text('How often', '活跃频次分布'), 4, 'distribution', { event: '*', measure: 'days' }),
      drawn(text('When members are active', '活跃时段'), 12, 'heatmap', { event: '*', measure: 'members' }),
      drawn(text('Stickiness', '活跃粘性'), 6, 'stickiness', { event: '*', interval: 'week' }),
      drawn(text('What they do', '互动构成'), 6, 'trend', {
        interval: 'day',
        series: [
          series('checkin.completed', 'total', '打卡 / check-ins'),
          series('post.created', 'total', '发帖 / posts'),
          series('comment.created', 'total', '评论 / comments'),
          series('answer.created', 'total', '回答 / answers'),
        ],
      }),
    ],
  },
  {
    key: 'conversion',
    title: text('Conversion', '转化分析'),
    hint: text('From interest to order, and where members are lost.', '从浏览到下单，找到流失在哪一步。'),
    tiles: [
      orders,
      revenue,
      big(text('Buyers', '支付成员'), { event: 'order.paid', measure: 'members' }),
      big(text('Mean order', '客单价'), { event: 'order.paid', measure: 'avg', of: 'amount' }, 'money'),
      drawn(text('From looking to paying', '浏览到支付'), 6, 'funnel', {
        steps: [{ event: 'Product Viewed' }, { event: 'order.paid' }],
        window: '14d',
      }),
      drawn(text('From joining to the first order', '入群到首单'), 6, 'funnel', {
        steps: [{ event: 'community.joined' }, { event: '*' }, { event: 'order.paid' }],
        window: '28d',
      }),
      drawn(text('Orders and buyers', '订单与支付成员'), 8, 'trend', {
        interval: 'day',
        series: [series('order.paid', 'total', '订单 / orders'), series('order.paid', 'members', '支付成员 / buyers')],
      }),
      drawn(text('Spending per member', '消费金额分布'), 4, 'distribution', {
        event: 'order.paid',
        measure: 'sum',
        of: 'amount',
      }),
    ],
  },
  {
    key: 'retention',
    title: text('Retention', '留存分析'),
    hint: text('Who comes back, and who is about to be lost.', '谁会回来，谁正在流失。'),
    tiles: [
      drawn(text('Weekly retention by first activity', '按首次活跃的周留存'), 12, 'retention', WEEKLY, '90d'),
      drawn(
        text('Retention of new members', '新入群成员留存'),
        12,
        'retention',
        {
          ...WEEKLY,
          start: { event: 'community.joined' },
          mode: 'onOrAfter',
        },
        '90d',
      ),
      drawn(
        text('Buying again', '复购留存'),
        6,
        'retention',
        {
          start: { event: 'order.paid' },
          return: { event: 'order.paid' },
          period: 'month',
          periods: 5,
          cohort: 'first',
          mode: 'on',
        },
        '180d',
      ),
      drawn(text('Lifecycle', '成员生命周期'), 6, 'lifecycle', { event: '*', period: 'week' }, '90d'),
    ],
  },
  {
    key: 'support',
    title: text('Support', '服务支持'),
    hint: text('Questions, answers, and how soon they come.', '提问、解答与响应速度。'),
    tiles: [
      big(text('Questions and posts', '提问与帖子'), { event: 'post.created' }),
      big(text('Answers', '回答数'), { event: 'answer.created' }),
      big(text('Accepted answers', '被采纳回答'), { event: 'answer.accepted' }),
      big(text('Who answers', '解答成员'), { event: 'answer.created', measure: 'members' }),
      drawn(text('Questions and answers', '提问与解答趋势'), 12, 'trend', {
        interval: 'day',
        series: [
          series('post.created', 'total', '提问 / questions'),
          series('answer.created', 'total', '回答 / answers'),
          series('answer.accepted', 'total', '采纳 / accepted'),
        ],
      }),
      drawn(text('When questions come', '提问时段'), 12, 'heatmap', { event: 'post.created' }),
      big(text('Tickets opened', '新建工单'), { event: 'ticket.opened' }),
      big(text('Tickets solved', '解决工单'), { event: 'ticket.resolved' }),
    ],
  },
  {
    key: 'campaign',
    title: text('Campaign', '活动复盘'),
    hint: text(
      'What was sent, what was read, and what came of it. Annotate the start of the campaign.',
      '触达、阅读与带来的转化；可在图上标注活动起点。',
    ),
    tiles: [
      big(text('Messages sent', '送达消息'), { event: 'message.sent' }),
      big(text('Messages read', '阅读消息'), { event: 'message.read' }),
      big(text('Points granted', '发放积分'), { event: 'points.awarded', measure: 'sum', of: 'points' }),
      revenue,
      drawn(text('From message to order', '触达到支付'), 4, 'funnel', {
        steps: [{ event: 'message.sent' }, { event: 'message.read' }, { event: 'order.paid' }],
        window: '7d',
      }),
      drawn(text('Day by day', '每日趋势'), 8, 'trend', {
        interval: 'day',
        series: [
          series('message.sent', 'total', '送达 / sent'),
          series('message.read', 'total', '阅读 / read'),
          series('order.paid', 'total', '订单 / orders'),
        ],
      }),
      drawn(text('What orders are owed to', '订单归因'), 12, 'attribution', {
        conversion: { event: 'order.paid' },
        value: 'amount',
        touch: [
          { event: 'message.read', name: '消息 / message' },
          { event: 'checkin.completed', name: '打卡 / check-in' },
        ],
        model: 'last',
        window: '7d',
      }),
      big(text('Entries scanned', '入口扫码'), { event: 'entry.scanned' }),
      words(
        '**Review** · What was the aim, what came of it, what is kept?',
        '**复盘** · 目标是什么？结果如何？哪些做法保留？',
      ),
    ],
  },
]

/** What a system has: events that are declared or have been seen, and kinds of insight. */
export interface Known {
  events: ReadonlySet<string>
  kinds: ReadonlySet<string>
}

/** Names that stand in a question where an event does. */
function eventsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(eventsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'event' ? [inner].flat().filter((e): e is string => typeof e === 'string') : eventsIn(inner),
  )
}

/** Clients send these by Segment's names; no capability declares them. */
const fromClients = (event: string) => /^[A-Z]/.test(event)

const lacks = ({ of }: Made, { events, kinds }: Known): string[] => [
  ...('kind' in of && !kinds.has(of.kind) ? [of.kind] : []),
  ...eventsIn(of)
    .concat('number' in of ? eventsIn([of.number]) : [])
    .filter((e) => e !== '*' && !fromClients(e) && !events.has(e)),
]

/** What of a template has to wait for capabilities that are not there yet. */
export const waitingOf = (template: Template, known: Known): string[] => [
  ...new Set(template.tiles.flatMap((tile) => lacks(tile, known))),
]

/** The template as a dashboard in a language, without what has to wait. */
export function contentOf(template: Template, language: Locale, known: Known): ContentInput {
  const tiles: TileInput[] = []
  let [x, y, height] = [0, 0, 0]
  for (const [i, made] of template.tiles.filter((t) => lacks(t, known).length === 0).entries()) {
    if (x + made.w > 12) {
      x = 0
      y += height
      height = 0
    }
    tiles.push(tileOf(made, language, { id: `t${i + 1}`, x, y, w: made.w, h: made.h }))
    x += made.w
    height = Math.max(height, made.h)
  }
  return { tiles, compare: true }
}

function tileOf(
  { title, of }: Made,
  language: Locale,
  place: Pick<TileInput, 'id' | 'x' | 'y' | 'w' | 'h'>,
): TileInput {
  const named = { ...place, title: title[language] }
  if ('text' in of) return { ...place, type: 'text', text: of.text[language] }
  if ('number' in of) return { ...named, type: 'number', metric: of.number, ...(of.unit ? { unit: of.unit } : {}) }
  const own = of.preset ? { range: { preset: of.preset } } : {}
  if ('goal' in of)
    return { ...named, ...own, type: 'goal', metric: of.goal, target: of.target, ...(of.unit ? { unit: of.unit } : {}) }
  return {
    ...named,
    ...own,
    type: 'insight',
    kind: of.kind,
    query: inLanguage(of.query, language),
    view: of.view ?? 'chart',
  }
}

/** Names of series are written “中文 / English”. */
function inLanguage(query: InsightQuery, language: Locale): InsightQuery {
  const pick = (name: string) => {
    const [zh, en] = name.split(' / ')
    return en === undefined ? name : language === 'zh' ? (zh ?? name) : en
  }
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === 'name' && typeof inner === 'string' ? pick(inner) : walk(inner),
      ]),
    )
  }
  return walk(query) as InsightQuery
}
