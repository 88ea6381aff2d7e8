// What a condition means, said a second time: plainly, over a list of events and facts in memory. Slow and obvious,
// for comparison with what the compiler makes the warehouse answer.
import { createHash } from 'node:crypto'
import { addDays, localDate, parseDuration, startOfDay, windowStart } from '#kernel/time'
import { type Filter, type Names, namesOf } from './clause/matching.ts'
import type { Clause } from './clause/registry.ts'
import type { Condition } from './condition.ts'
import type { Comparison } from './op.ts'

export interface PastEvent {
  name: string
  class: 'client' | 'capability' | 'system'
  t: number
  seq: number
  properties: Record<string, unknown>
}
export interface PastFact {
  key: string
  value: unknown
  t: number
  seq: number
}
export interface Past {
  memberId: string
  events: readonly PastEvent[]
  facts: readonly PastFact[]
}
export interface When {
  at: number
  zone: string
  segments?: ReadonlyMap<string, Condition>
  /** Those that are dynamic. */
  tags?: ReadonlyMap<string, Condition>
  topics?: ReadonlyMap<string, boolean>
  stores?: ReadonlyMap<string, { point: readonly [number, number] }>
}

export function holds(c: Condition, past: Past, when: When): boolean {
  if ('all' in c) return c.all.every((p) => holds(p, past, when))
  if ('any' in c) return c.any.some((p) => holds(p, past, when))
  if ('not' in c) return !holds(c.not, past, when)
  return clauseHolds(c, past, when)
}

const isNamed = (e: PastEvent, names: Names) =>
  namesOf(names).some((n) =>
    n.endsWith('*') ? e.class !== 'system' && e.name.startsWith(n.slice(0, -1)) : n === e.name,
  )
const inOrder = <T extends { t: number; seq: number }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => a.t - b.t || a.seq - b.seq)

/** Events of these names up to now that pass the filters, in order. */
const happened = (past: Past, names: Names, where: readonly Filter[], when: When) =>
  inOrder(past.events).filter(
    (e) => isNamed(e, names) && e.t <= when.at && where.every((f) => compares(valueAt(e.properties, f.path), f, when)),
  )

/** What holds of a fact now. */
const factNow = (past: Past, key: string, at: number): unknown =>
  inOrder(past.facts)
    .filter((f) => f.key === key && f.t <= at)
    .at(-1)?.value

function clauseHolds(c: Clause, past: Past, when: When): boolean {
  if ('property' in c) return compares(factNow(past, `property:${[c.property].flat().join('.')}`, when.at), c, when)
  if ('held' in c) {
    const key = `property:${[c.held.property].flat().join('.')}`
    const is = (at: number) => compares(factNow(past, key, at), { op: 'eq', value: c.held.equals }, { ...when, at })
    if (!is(when.at)) return false
    const told = inOrder(past.facts.filter((f) => f.key === key && f.t <= when.at)).map((f) => f.t)
    // Back through the instants at which something was told, as long as the value is there.
    let since = told.at(-1) ?? 0
    for (const t of told.reverse()) {
      if (!is(t)) break
      since = t
    }
    const over = !reaches(since, c.for, when)
    return c.op === 'gte' ? over : !over
  }
  if ('lastEvent' in c) {
    const last = happened(past, c.lastEvent, c.where as Filter[], when).at(-1)
    return last !== undefined && (c.has as Filter[]).every((f) => compares(valueAt(last.properties, f.path), f, when))
  }
  if ('firstEvent' in c) {
    const first = happened(past, c.firstEvent, [], when)[0]
    return first !== undefined && reaches(first.t, c.within, when)
  }
  if ('sequence' in c) {
    const all = inOrder(past.events).filter((e) => e.t <= when.at && inWindow(e.t, c, when))
    const from = (step: number, after: number): boolean => {
      const wanted = c.sequence[step]
      if (!wanted) return true
      const before = all[after]
      return all.some(
        (e, i) =>
          i > after &&
          happened({ ...past, events: [e] }, wanted.event, wanted.where as Filter[], when).length > 0 &&
          (before === undefined || c.gap === undefined || isWithin(before.t, e.t, c.gap, when.zone)) &&
          from(step + 1, i),
      )
    }
    return from(0, -1)
  }
  if ('regularly' in c) {
    const mine = happened(past, c.regularly.event, c.regularly.where as Filter[], when)
    let good = 0
    for (let i = 0; i < c.of; i++) {
      const n = mine.filter((e) => periodOf(e.t, c.every, when) === i).length
      if (number(n, c.count?.op ?? 'gte', c.count?.value ?? 1)) good++
    }
    return good >= c.atLeast
  }
  if ('stopped' in c) {
    const mine = happened(past, c.stopped, [], when)
    return (
      mine.some((e) => touches(e.t, c.active, when) && !touches(e.t, c.quiet, when)) &&
      !mine.some((e) => touches(e.t, c.quiet, when))
    )
  }
  if ('restarted' in c) {
    const mine = happened(past, c.restarted, [], when)
    return (
      mine.some((e) => !touches(e.t, c.quietFrom, when)) &&
      !mine.some((e) => touches(e.t, c.quietFrom, when) && !touches(e.t, c.recent, when)) &&
      mine.some((e) => touches(e.t, c.recent, when))
    )
  }
  if ('tag' in c) {
    const inner = when.tags?.get(c.tag)
    return inner ? holds(inner, past, when) : isTrue(factNow(past, `tag:${c.tag}`, when.at))
  }
  if ('list' in c) return isTrue(factNow(past, `list:${c.list}`, when.at))
  if ('subscribed' in c) {
    const said = factNow(past, `topic:${c.subscribed}`, when.at)
    return textOf(said) === '' ? when.topics?.get(c.subscribed) === true : isTrue(said)
  }
  if ('score' in c) return compares(factNow(past, `score:${c.score}`, when.at), c, when)
  if ('near' in c) {
    const told = factNow(past, 'coordinates', when.at) as [number, number] | null | undefined
    const place = 'store' in c.near ? when.stores?.get(c.near.store)?.point : c.near.point
    if (!told || !place) return false
    const unit = c.radius.endsWith('km') ? 1000 : 1
    return metresBetween(told, place) <= Number.parseFloat(c.radius) * unit
  }
  if ('segment' in c) {
    const inner = when.segments?.get(c.segment)
    if (!inner) throw new Error(c.segment)
    return holds(inner, past, when)
  }
  if ('community' in c) {
    const keys = new Set(past.facts.map((f) => f.key).filter((k) => k.startsWith('community:')))
    return [...keys].some((key) => {
      if (c.community !== 'any' && key !== `community:${c.community}`) return false
      const m = factNow(past, key, when.at) as Record<string, unknown> | null | undefined
      if (!m || ![c.state ?? 'active'].flat().includes(String(m.state))) return false
      if (c.role !== undefined && ![c.role].flat().includes(String(m.role))) return false
      if (
        c.level &&
        (m.level === undefined ? c.level.op !== 'ne' : !number(Number(m.level), c.level.op, c.level.value))
      )
        return false
      const joined = Date.parse(String(m.joinedAt))
      return c.joinedWithin === undefined || (joined <= when.at && reaches(joined, c.joinedWithin, when))
    })
  }
  if ('bucket' in c) {
    const hash = createHash('md5').update(`${c.bucket.salt}:${past.memberId}`).digest('hex')
    const x = Number.parseInt(hash.slice(0, 13), 16) / 2 ** 52
    return x >= c.bucket.from && x < c.bucket.to
  }
  if (!('event' in c)) throw new Error('no meaning here')
  const counted = happened(past, c.event, c.where as Filter[], when).filter((e) => inWindow(e.t, c, when))
  if (!('measure' in c)) return number(counted.length, c.count?.op ?? 'gte', c.count?.value ?? 1)
  const values = counted.map((e) => valueAt(e.properties, c.measure.of))
  if (c.measure.fn === 'distinct')
    return number(new Set(values.map(textOf).filter((v) => v !== '')).size, c.op, c.value)
  const numbers = values.flatMap((v) => asNumber(v) ?? [])
  if (c.measure.fn === 'sum') {
    const sum = numbers.reduce((a, b) => a + b, 0)
    return number(sum, c.op, c.value)
  }
  if (numbers.length === 0) return c.op === 'ne'
  const of = { min: Math.min, max: Math.max, avg: (...n: number[]) => n.reduce((a, b) => a + b, 0) / n.length }
  return number(of[c.measure.fn](...numbers), c.op, c.value)
}

const isTrue = (v: unknown) => textOf(v) !== '' && textOf(v) !== 'false'

/** Not older than the length, an age of exactly so much included. */
const touches = (t: number, length: string, when: When): boolean =>
  parseDuration(length)?.kind === 'days' ? reaches(t, length, when) : reaches(t + 1, length, when)

/** Whether `t` follows `before` by at most so much. */
function isWithin(before: number, t: number, length: string, zone: string): boolean {
  const d = parseDuration(length)
  return d?.kind === 'exact' ? t - before <= d.ms : ahead(t, length, { at: before, zone })
}

/** In the how-manieth of the last periods an instant lies. */
function periodOf(t: number, every: string, { at, zone }: When): number {
  const d = parseDuration(every)
  if (d?.kind !== 'days') return Math.floor((at - t) / (d?.ms ?? 1))
  const days = Date.parse(localDate(new Date(at), zone)) - Date.parse(localDate(new Date(t), zone))
  return Math.floor(days / 86_400_000 / d.days)
}

function inWindow(
  t: number,
  w: { within?: string | undefined; from?: string | undefined; to?: string | undefined },
  when: When,
) {
  if (w.from !== undefined && t < Date.parse(w.from)) return false
  if (w.to !== undefined && t >= Date.parse(w.to)) return false
  return w.within === undefined || reaches(t, w.within, when)
}

function reaches(t: number, length: string, { at, zone }: When): boolean {
  const d = parseDuration(length)
  if (!d) throw new Error(length)
  const start = windowStart(d, new Date(at), zone).getTime()
  return d.kind === 'exact' ? t > start : t >= start
}

function ahead(t: number, length: string, { at, zone }: When): boolean {
  const d = parseDuration(length)
  if (d?.kind !== 'days') return t <= at + (d?.ms ?? 0)
  return t < startOfDay(addDays(localDate(new Date(at), zone), d.days), zone).getTime()
}

const number = (a: number, op: string, b: number) =>
  ({ eq: a === b, ne: a !== b, gt: a > b, gte: a >= b, lt: a < b, lte: a <= b })[op] === true

function valueAt(object: unknown, path: string | readonly string[]): unknown {
  const parts = typeof path === 'string' ? path.split('.') : path
  return parts.reduce<unknown>(
    (o, k) => (typeof o === 'object' && o !== null ? (o as Record<string, unknown>)[k] : undefined),
    object,
  )
}

const scalarText = (v: unknown) => (typeof v === 'object' || v === undefined ? '' : String(v))
const textOf = (v: unknown) =>
  typeof v === 'object' && v !== null ? JSON.stringify(v) : v === null ? '' : scalarText(v)
function asNumber(v: unknown): number | null {
  if (typeof v === 'number') return v
  return typeof v === 'string' && /^-?\d+(\.\d+)?$/.test(v) ? Number(v) : null
}
const asDate = (v: unknown): number | null =>
  typeof v === 'string' && /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?$/.test(v) ? Date.parse(v) : null

function compares(v: unknown, { op, value }: Comparison, when: When): boolean {
  const text = scalarText(v)
  const equals = (x: unknown) => text !== '' && text === String(x)
  const order = (test: (a: number, b: number) => boolean) => {
    const b = asNumber(value)
    if (b !== null) return test(asNumber(v) ?? Number.NaN, b)
    return test(asDate(v) ?? Number.NaN, asDate(value) ?? Number.NaN)
  }
  const date = asDate(v)
  const list = value as unknown[]
  switch (op) {
    case 'eq':
      return equals(value)
    case 'ne':
      return !equals(value)
    case 'in':
      return list.some(equals)
    case 'notIn':
      return !list.some(equals)
    case 'gt':
      return order((a, b) => a > b)
    case 'gte':
      return order((a, b) => a >= b)
    case 'lt':
      return order((a, b) => a < b)
    case 'lte':
      return order((a, b) => a <= b)
    case 'contains':
      return text.includes(String(value))
    case 'startsWith':
      return text.startsWith(String(value))
    case 'endsWith':
      return text.endsWith(String(value))
    case 'matches':
      return text !== '' && new RegExp(String(value), 's').test(text)
    case 'includes':
      return Array.isArray(v) && v.some((x) => scalarText(x) !== '' && scalarText(x) === String(value))
    case 'exists':
      return textOf(v) !== ''
    case 'notExists':
      return textOf(v) === ''
    case 'before':
      return date !== null && date < (asDate(value) ?? Number.NaN)
    case 'after':
      return date !== null && date > (asDate(value) ?? Number.NaN)
    case 'withinLast':
      return date !== null && date <= when.at && reaches(date, String(value), when)
    case 'olderThan':
      return date !== null && !reaches(date, String(value), when)
    case 'withinNext':
      return date !== null && date > when.at && ahead(date, String(value), when)
  }
}

/** By the angle between the two directions from the middle of the Earth, another formula than the compiler's. */
function metresBetween(a: readonly [number, number], b: readonly [number, number]): number {
  const direction = ([lat, lng]: readonly [number, number]) => {
    const [f, l] = [(lat * Math.PI) / 180, (lng * Math.PI) / 180]
    return [Math.cos(f) * Math.cos(l), Math.cos(f) * Math.sin(l), Math.sin(f)] as const
  }
  const [p, q] = [direction(a), direction(b)]
  const cross = Math.hypot(p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0])
  return 6_371_008.8 * Math.atan2(cross, p[0] * q[0] + p[1] * q[1] + p[2] * q[2])
}
