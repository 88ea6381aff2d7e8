// What happens to the brand, day by day: half of the members act once, one in a hundred makes most of it, evenings and
// weekends are busy, campaigns lift, members fade. Nothing is written here; the road does that.
import { addDays, localDate, startOfDay } from '#kernel/time'
import {
  CAMPAIGNS,
  COMMUNITIES,
  type CommunityKey,
  type Habit,
  HOURS,
  KINDS,
  type Kind,
  nameOf,
  POSTS,
  PRODUCTS,
  TOPICS,
} from './brand.ts'
import { type Random, random } from './random.ts'

export interface Setting {
  members: number
  days: number
  seed: number
  /** The story ends here; nothing happens later. */
  end: Date
  zone: string
}

export interface Person {
  externalId: string
  createdAt: Date
  community: CommunityKey
  kind: Kind
  properties: Record<string, string | number | boolean>
}

/** One thing that happens, as the operation that takes it wants it. */
export type Happening =
  | { to: 'checkin'; externalId: string; at: Date }
  | { to: 'order'; externalId: string; at: Date; input: Record<string, unknown> }
  | {
      to: 'event'
      event: string
      messageId: string
      externalId: string
      community: CommunityKey
      at: Date
      data: Record<string, unknown>
      actor?: string
    }
  | { to: 'track'; call: Record<string, unknown> }

export interface Day {
  day: string
  joining: Person[]
  happenings: Happening[]
}

/** The story, one day at a time. The same setting tells the same story. */
export function* tell(setting: Setting): Generator<Day> {
  const r = random(setting.seed)
  const last = localDate(setting.end, setting.zone)
  const first = addDays(last, 1 - setting.days)
  const people = cast(setting, r, first)
  const byDay = Map.groupBy(people, (p) => localDate(p.createdAt, setting.zone))
  const active: Person[] = []
  const talk: Opening[] = []
  let made = 0
  for (let i = 0; i < setting.days; i++) {
    const day = addDays(first, i)
    const joining = byDay.get(day) ?? []
    const happenings: Happening[] = []
    const start = startOfDay(day, setting.zone).getTime()
    active.push(...joining)
    const lift = liftOf(setting.days - i, day)
    for (const person of active) {
      const habit = habitOf(person.kind)
      const age = (start - person.createdAt.getTime()) / 86_400_000
      const p = age < 1 ? 0.55 : Math.min(0.98, habit.daily * 0.5 ** (age / habit.halfLife) * lift.visits)
      if (!r.chance(p)) continue
      const at = momentOf(r, start, person.createdAt.getTime())
      if (at > setting.end.getTime()) continue
      made = visit({ r, person, habit, at, lift, talk, happenings, made })
    }
    yield { day, joining, happenings: happenings.filter((h) => timeOf(h) <= setting.end.getTime()) }
  }
}

const habitOf = (kind: Kind): Habit => (KINDS.find(([k]) => k === kind) ?? KINDS[0])[1]

/** Who there will be, and when each joins: a third at the start, then more and more, in waves with the campaigns. */
function cast(setting: Setting, r: Random, first: string): Person[] {
  const weights = Array.from({ length: setting.days }, (_, i) => {
    const lift = liftOf(setting.days - i, addDays(first, i))
    return [i, (i < 3 ? setting.days / 12 : 1 + i / setting.days) * lift.visits] as const
  })
  return Array.from({ length: setting.members }, (_, n) => {
    const day = addDays(first, r.weighted(weights))
    const community = r.weighted(COMMUNITIES.map((c) => [c, c.weight] as const))
    const start = startOfDay(day, setting.zone).getTime()
    const createdAt = new Date(Math.min(momentOf(r, start, start), setting.end.getTime() - 1000))
    const kind = r.weighted(KINDS.map(([k, habit]) => [k, habit.share] as const))
    const gender = r.weighted([
      ['female', 58],
      ['male', 42],
    ] as const)
    return {
      externalId: `tea-${setting.seed}-${n + 1}`,
      createdAt,
      community: community.key,
      kind,
      properties: {
        name: nameOf(r.int(1000), r.int(1000)),
        gender,
        city: r.chance(0.88) ? community.city : r.pick(['苏州', '宁波', '重庆', '北京', '广州']),
        entry: r.weighted([
          ['门店海报', 34],
          ['朋友邀请', 28],
          ['公众号', 20],
          ['小红书', 12],
          ['直播间', 6],
        ] as const),
        ageGroup: r.weighted([
          ['18-24', 14],
          ['25-34', 38],
          ['35-44', 28],
          ['45-54', 14],
          ['55+', 6],
        ] as const),
        favourite: r.pick(PRODUCTS).name,
        ...(r.chance(0.7)
          ? { phone: `13${String(900_000_000 + ((n * 7919 + setting.seed) % 99_999_999)).slice(0, 9)}` }
          : {}),
        ...(r.chance(0.45) ? { email: `tea${setting.seed}.${n + 1}@example.com` } : {}),
      },
    }
  })
}

function liftOf(daysLeft: number, day: string): { visits: number; orders: number } {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  const weekend = weekday === 0 || weekday === 6 ? 1.35 : 1
  const on = CAMPAIGNS.find((c) => daysLeft <= c.from && daysLeft >= c.to)
  return { visits: weekend * (on?.lift ?? 1), orders: on?.orders ?? 1 }
}

function momentOf(r: Random, dayStart: number, notBefore: number): number {
  const hour = r.weighted(HOURS.map((weight, h) => [h, weight] as const))
  const at = dayStart + hour * 3_600_000 + r.int(3_600_000)
  return at > notBefore ? at : notBefore + 60_000 + r.int(1_800_000)
}

/** A post that others may reply to. */
interface Opening {
  postId: string
  author: Person
  at: number
}

/** Who looks for something to reply to looks at this many of the newest. */
const NEWEST = 6

interface Visit {
  r: Random
  person: Person
  habit: Habit
  at: number
  lift: { visits: number; orders: number }
  talk: Opening[]
  happenings: Happening[]
  made: number
}

/** One visit: looks around, perhaps checks in, talks, buys. Answers how many things have been made so far. */
function visit({ r, person, habit, at, lift, talk, happenings, made }: Visit): number {
  const { externalId, community } = person
  let clock = at
  let n = made
  const later = () => {
    clock += 15_000 + r.int(180_000)
    return new Date(clock)
  }
  const track = (event: string, properties: Record<string, unknown>) =>
    happenings.push({
      to: 'track',
      call: {
        type: 'track',
        event,
        userId: externalId,
        messageId: `${externalId}-${++n}`,
        timestamp: later().toISOString(),
        properties,
      },
    })
  const event = (name: string, who: Person, data: Record<string, unknown>, actor?: string) =>
    happenings.push({
      to: 'event',
      event: name,
      messageId: `${externalId}-${++n}`,
      externalId: who.externalId,
      community,
      at: later(),
      data,
      ...(actor ? { actor } : {}),
    })
  for (let i = 1 + r.poisson(0.8); i > 0; i--) {
    const product = r.pick(PRODUCTS)
    track('Product Viewed', { sku: product.sku, name: product.name, price: product.price / 100 })
  }
  if (r.chance(habit.checkin)) happenings.push({ to: 'checkin', externalId, at: later() })
  for (let i = r.poisson(habit.post * 0.5); i > 0; i--) {
    const postId = `${externalId}-p${++n}`
    const title = r
      .pick(POSTS)
      .replace('{tea}', r.pick(PRODUCTS).name.split(' ')[0] ?? '')
      .replace('{city}', String(person.properties.city))
    event('post.created', person, { postId, title, tags: [r.pick(TOPICS)] })
    talk.push({ postId, author: person, at: clock })
    if (talk.length > 400) talk.shift()
  }
  for (let i = r.poisson(habit.answer * 0.7); i > 0; i--) {
    const open = talk.filter((o) => o.at < clock && o.author !== person && o.author.community === community)
    if (open.length === 0) break
    const { postId, author } = r.pick(open.slice(-NEWEST))
    const answerId = `${externalId}-a${++n}`
    if (r.chance(0.4)) {
      event('answer.created', person, { answerId, postId })
      if (r.chance(0.3)) event('answer.accepted', person, { answerId, postId }, author.externalId)
    } else event('comment.created', person, { commentId: answerId, postId })
    if (r.chance(0.5)) event('vote.received', author, { postId, kind: 'up' }, externalId)
  }
  if (r.chance(Math.min(0.5, habit.order * lift.orders))) {
    const lines = Array.from({ length: 1 + r.poisson(0.4) }, () => ({
      product: r.pick(PRODUCTS),
      quantity: 1 + r.poisson(0.2),
    }))
    const paidAt = later()
    happenings.push({
      to: 'order',
      externalId,
      at: paidAt,
      input: {
        orderId: `${externalId}-o${++n}`,
        amount: lines.reduce((sum, l) => sum + l.product.price * l.quantity, 0),
        currency: 'CNY',
        paidAt: paidAt.toISOString(),
        items: lines.map((l) => ({
          sku: l.product.sku,
          name: l.product.name,
          quantity: l.quantity,
          price: l.product.price,
        })),
      },
    })
  }
  return n
}

const timeOf = (h: Happening): number => (h.to === 'track' ? Date.parse(String(h.call.timestamp)) : h.at.getTime())
