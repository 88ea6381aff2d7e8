// Segments most brands want first, to begin from. Each names the part an event plays; it is offered once the brand has
// an event for every part.
import type { Text } from '#web/text.ts'
import type { Draft, EventNames } from './draft.ts'

/** By the part it plays, the events that can play it: our own, and those of the common tracking plan for shops. */
const PARTS = {
  buy: { title: { en: 'paying an order', zh: '支付订单' }, names: ['order.paid', 'Order Completed'] },
  pay: { title: { en: 'paying an order, with its amount', zh: '支付订单（含金额）' }, names: ['order.paid'] },
  cart: { title: { en: 'adding to the cart', zh: '加入购物车' }, names: ['cart.added', 'Product Added'] },
  view: { title: { en: 'looking at a product', zh: '浏览商品' }, names: ['Product Viewed'] },
  browse: {
    title: { en: 'looking at pages', zh: '浏览页面' },
    names: ['page.viewed', 'screen.viewed', 'Product Viewed'],
  },
  checkin: { title: { en: 'checking in', zh: '打卡' }, names: ['checkin.completed'] },
  write: {
    title: { en: 'writing', zh: '发帖、评论或回答' },
    names: ['post.created', 'comment.created', 'answer.created'],
  },
  help: { title: { en: 'an accepted answer', zh: '回答被采纳' }, names: ['answer.accepted'] },
  join: { title: { en: 'joining a community', zh: '加入社群' }, names: ['community.joined'] },
  read: { title: { en: 'reading a message', zh: '阅读消息' }, names: ['message.read'] },
  spend: { title: { en: 'spending points', zh: '消耗积分' }, names: ['points.spent'] },
} as const satisfies Record<string, { title: Text; names: readonly string[] }>
type Part = keyof typeof PARTS

export interface Template {
  key: string
  group: Text
  name: Text
  definition: Draft | null
  /** What the brand has not got yet, where the definition is null. */
  waitsFor: readonly Text[]
}

interface Recipe {
  key: string
  name: Text
  needs: readonly Part[]
  /** A property that members must have. */
  property?: { path: string; title: Text }
  make(event: Record<Part, EventNames>): Draft
}

const MOST_OF_A_QUARTER = '90d'

const RECIPES: readonly { group: Text; recipes: readonly Recipe[] }[] = [
  {
    group: { en: 'New members', zh: '新成员' },
    recipes: [
      {
        key: 'new',
        name: { en: 'New: joined within 7 days', zh: '新成员：7 天内入群' },
        needs: [],
        make: () => ({ community: 'any', joinedWithin: '7d' }),
      },
      {
        key: 'new-quiet',
        name: { en: 'New and still quiet', zh: '新人未互动：入群 7 天内没打卡也没发言' },
        needs: ['checkin', 'write'],
        make: (e) => ({
          all: [
            { community: 'any', joinedWithin: '7d' },
            { not: { event: [e.checkin, e.write].flat(), within: '7d' } },
          ],
        }),
      },
      {
        key: 'new-warm',
        name: { en: 'Found their feet: joined, then took part within 3 days', zh: '融入成功：入群后 3 天内有互动' },
        needs: ['join', 'checkin', 'write'],
        make: (e) => ({
          sequence: [{ event: e.join }, { event: [e.checkin, e.write].flat() }],
          gap: '3d',
          within: '30d',
        }),
      },
    ],
  },
  {
    group: { en: 'Active members', zh: '活跃成员' },
    recipes: [
      {
        key: 'active',
        name: { en: 'Active: 3 times or more in 7 days', zh: '活跃：7 天互动至少 3 次' },
        needs: [],
        make: () => ({ event: '*', within: '7d', count: { op: 'gte', value: 3 } }),
      },
      {
        key: 'habit',
        name: { en: 'A habit: checked in in 6 of the last 8 weeks', zh: '习惯养成：近 8 周至少 6 周打过卡' },
        needs: ['checkin'],
        make: (e) => ({
          regularly: { event: e.checkin },
          count: { op: 'gte', value: 1 },
          every: '1w',
          of: 8,
          atLeast: 6,
        }),
      },
      {
        key: 'author',
        name: { en: 'Authors: wrote 3 times or more in 30 days', zh: '内容创作者：30 天发言至少 3 次' },
        needs: ['write'],
        make: (e) => ({ event: e.write, within: '30d', count: { op: 'gte', value: 3 } }),
      },
      {
        key: 'helper',
        name: { en: 'Helpers: an accepted answer in 90 days', zh: '热心答主：90 天内有回答被采纳' },
        needs: ['help'],
        make: (e) => ({ event: e.help, within: MOST_OF_A_QUARTER, count: { op: 'gte', value: 1 } }),
      },
      {
        key: 'lurker',
        name: { en: 'Lurkers: look, but never write', zh: '潜水：常来看，但从不发言' },
        needs: ['browse', 'write'],
        make: (e) => ({
          all: [
            { event: e.browse, within: '30d', count: { op: 'gte', value: 3 } },
            { not: { event: e.write, within: MOST_OF_A_QUARTER } },
          ],
        }),
      },
    ],
  },
  {
    group: { en: 'Silence and return', zh: '沉默与流失' },
    recipes: [
      {
        key: 'risk',
        name: { en: 'At risk: used to come weekly, not for 14 days', zh: '流失预警：原本每周都来，近 14 天没来' },
        needs: [],
        make: () => ({
          all: [
            { regularly: { event: '*' }, count: { op: 'gte', value: 1 }, every: '1w', of: 8, atLeast: 4 },
            { not: { event: '*', within: '14d' } },
          ],
        }),
      },
      {
        key: 'silent',
        name: { en: 'Silent: came within 90 days, not for 30', zh: '沉默：90 天内来过，近 30 天没来' },
        needs: [],
        make: () => ({ stopped: '*', active: '90d', quiet: '30d' }),
      },
      {
        key: 'lost',
        name: { en: 'Lost: not for 90 days', zh: '流失：近一年来过，90 天没来' },
        needs: [],
        make: () => ({ stopped: '*', active: '365d', quiet: '90d' }),
      },
      {
        key: 'back',
        name: { en: 'Back again after 60 days of silence', zh: '回流：沉默 60 天后，最近 7 天又来了' },
        needs: [],
        make: () => ({ restarted: '*', quietFrom: '60d', recent: '7d' }),
      },
    ],
  },
  {
    group: { en: 'Buying', zh: '消费' },
    recipes: [
      {
        key: 'first-order',
        name: { en: 'First purchase within 7 days', zh: '首购：7 天内首次下单' },
        needs: ['buy'],
        make: (e) => ({ firstEvent: e.buy, within: '7d' }),
      },
      {
        key: 'repeat',
        name: { en: 'Repeat purchase: twice or more in 90 days', zh: '复购：90 天内购买至少 2 次' },
        needs: ['buy'],
        make: (e) => ({ event: e.buy, within: MOST_OF_A_QUARTER, count: { op: 'gte', value: 2 } }),
      },
      {
        key: 'high-value',
        name: { en: 'High value: 500 or more in 90 days', zh: '高价值：90 天累计消费满 500 元' },
        needs: ['pay'],
        make: (e) => ({
          event: e.pay,
          within: MOST_OF_A_QUARTER,
          measure: { of: 'amount', fn: 'sum' },
          op: 'gte',
          // Of the minor unit.
          value: 50_000,
        }),
      },
      {
        key: 'one-time',
        name: { en: 'Bought once, not again for 60 days', zh: '一次性客户：只买过 1 次，60 天未再购' },
        needs: ['buy'],
        make: (e) => ({
          all: [{ event: e.buy, count: { op: 'eq', value: 1 } }, { not: { event: e.buy, within: '60d' } }],
        }),
      },
      {
        key: 'cart',
        name: { en: 'Left the cart: added within 3 days, did not pay', zh: '购物车流失：3 天内加购未支付' },
        needs: ['cart', 'buy'],
        make: (e) => ({
          all: [
            { event: e.cart, within: '3d', count: { op: 'gte', value: 1 } },
            { not: { event: e.buy, within: '3d' } },
          ],
        }),
      },
      {
        key: 'looking',
        name: { en: 'Looking: viewed 3 times in 7 days, did not buy', zh: '意向客户：7 天浏览商品 3 次以上未下单' },
        needs: ['view', 'buy'],
        make: (e) => ({
          all: [
            { event: e.view, within: '7d', count: { op: 'gte', value: 3 } },
            { not: { event: e.buy, within: '7d' } },
          ],
        }),
      },
      {
        key: 'points',
        name: { en: 'Spent points in 30 days', zh: '积分活跃：30 天内用过积分' },
        needs: ['spend'],
        make: (e) => ({ event: e.spend, within: '30d', count: { op: 'gte', value: 1 } }),
      },
    ],
  },
  {
    group: { en: 'Dates, reach and trials', zh: '日期、触达与实验' },
    recipes: [
      {
        key: 'birthday',
        name: { en: 'Birthday within 7 days', zh: '7 天内过生日' },
        needs: [],
        // A date of birth lies in the past; what comes near is the next birthday.
        property: { path: 'nextBirthday', title: { en: 'next birthday', zh: '下一次生日' } },
        make: () => ({ property: 'nextBirthday', op: 'withinNext', value: '7cd' }),
      },
      {
        key: 'reachable',
        name: { en: 'Can be reached by e-mail', zh: '可邮件触达' },
        needs: [],
        make: () => ({ property: 'email', op: 'exists' }),
      },
      {
        key: 'reader',
        name: { en: 'Reads messages: one in 30 days', zh: '消息活跃：30 天内读过消息' },
        needs: ['read'],
        make: (e) => ({ event: e.read, within: '30d', count: { op: 'gte', value: 1 } }),
      },
      {
        key: 'tenth',
        name: { en: 'A stable random tenth, for comparison', zh: '对照组：固定随机 10%' },
        needs: [],
        make: () => ({ bucket: { salt: 'control-1', from: 0, to: 0.1 } }),
      },
    ],
  },
]

/** The templates as they are for a brand with these events and properties. */
export function templatesFor(events: ReadonlySet<string>, properties: ReadonlySet<string>): Template[] {
  const present = (part: Part): readonly string[] => PARTS[part].names.filter((name) => events.has(name))
  const played = Object.fromEntries(
    (Object.keys(PARTS) as Part[]).map((part) => {
      const names = present(part)
      return [part, names.length === 1 ? (names[0] ?? '') : names]
    }),
  ) as Record<Part, EventNames>
  return RECIPES.flatMap(({ group, recipes }) =>
    recipes.map(({ key, name, needs, property, make }) => {
      const waitsFor = [
        ...needs.filter((part) => present(part).length === 0).map((part) => PARTS[part].title),
        ...(property && !properties.has(property.path) ? [property.title] : []),
      ]
      return { key, group, name, waitsFor, definition: waitsFor.length === 0 ? make(played) : null }
    }),
  )
}
