// What a condition means, said a second time: plainly, over a list of events and facts in memory. Slow and obvious,
// for comparison with what the compiler makes the warehouse answer.
import { addDays, localDate, parseDuration, startOfDay, windowStart } from '#kernel/time'
import type { Filter } from './clause/event.ts'
import type { Clause } from './clause/registry.ts'
import type { Condition } from './condition.ts'
import type { Comparison } from './op.ts'

export interface PastEvent {
  name: string
  class: 'client' | 'capability' | 'system'
  t: number
  properties: Record<string, unknown>
}
export interface PastFact {
  key: string
  value: unknown
  t: number
  seq: number
}
export interface Past {
  events: readonly PastEvent[]
  facts: readonly PastFact[]
}
export interface When {
  at: number
  zone: string
}

export function holds(c: Condition, past: Past, when: When): boolean {
  if ('all' in c) return c.all.every((p) => holds(p, past, when))
  if ('any' in c) return c.any.some((p) => holds(p, past, when))
  if ('not' in c) return !holds(c.not, past, when)
  return clauseHolds(c, past, when)
}

function clauseHolds(c: Clause, past: Past, when: When): boolean {
  if ('property' in c) {
    const path = typeof c.property === 'string' ? c.property : c.property.join('.')
    const told = past.facts.filter((f) => f.key === `property:${path}` && f.t <= when.at)
    told.sort((a, b) => a.t - b.t || a.seq - b.seq)
    return compares(told.at(-1)?.value, c, when)
  }
  const names = typeof c.event === 'string' ? [c.event] : c.event
  const counted = past.events.filter(
    (e) =>
      names.some((n) => (n.endsWith('*') ? e.class !== 'system' && e.name.startsWith(n.slice(0, -1)) : n === e.name)) &&
      e.t <= when.at &&
      inWindow(e.t, c, when) &&
      (c.where as Filter[]).every((f) => compares(valueAt(e.properties, f.path), f, when)),
  )
  if (!('measure' in c)) return number(counted.length, c.count?.op ?? 'gte', c.count?.value ?? 1)
  const values = counted.map((e) => valueAt(e.properties, c.measure.of))
  if (c.measure.fn === 'distinct')
    return number(new Set(values.map(textOf).filter((v) => v !== '')).size, c.op, c.value)
  const numbers = values.flatMap((v) => asNumber(v) ?? [])
  if (c.measure.fn === 'sum')
    return number(
      numbers.reduce((a, b) => a + b, 0),
      c.op,
      c.value,
    )
  if (numbers.length === 0) return c.op === 'ne'
  const of = { min: Math.min, max: Math.max, avg: (...n: number[]) => n.reduce((a, b) => a + b, 0) / n.length }
  return number(of[c.measure.fn](...numbers), c.op, c.value)
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
