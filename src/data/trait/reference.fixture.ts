// What a trait is, read plainly: one member, all its events in memory, one instant. Slow, short, and written apart from
// the SQL.
import { addDays, localDate, parseDuration } from '#kernel/time'
import type { Definition, Measure, Score } from './definition.ts'
import type { Value } from './tables.ts'

export interface PastEvent {
  name: string
  class: 'client' | 'capability' | 'system'
  /** Milliseconds. */
  t: number
  seq: number
  communityId?: string
  properties: Readonly<Record<string, unknown>>
}

export interface Reading {
  at: number
  zone: string
}

const DAY_MS = 86_400_000
const dayOf = (t: number, zone: string) => localDate(new Date(t), zone)
const fieldOf = (e: PastEvent, path: unknown) => {
  const value = e.properties[String(path)]
  return value === null || value === '' ? undefined : value
}
const numeric = (v: unknown): number | null => {
  if (typeof v === 'number') return v
  return typeof v === 'string' && /^-?\d+(\.\d+)?$/.test(v) ? Number(v) : null
}
const isScalar = (v: unknown) => v !== undefined && typeof v !== 'object'

function inWindow(t: number, within: string | undefined, { at, zone }: Reading): boolean {
  const length = within === undefined ? null : parseDuration(within)
  if (t > at) return false
  if (!length) return true
  if (length.kind === 'exact') return t > at - length.ms
  return dayOf(t, zone) >= addDays(dayOf(at, zone), 1 - length.days)
}

const isNamed = (pattern: string, e: PastEvent) =>
  pattern.endsWith('*') ? e.class !== 'system' && e.name.startsWith(pattern.slice(0, -1)) : e.name === pattern

/** The filters that the random definitions use. */
function passes(filter: Measure['where'][number], e: PastEvent, { at }: Reading): boolean {
  const { path, op, value } = filter as { path: string; op: string; value?: unknown }
  const field = fieldOf(e, path)
  if (op === 'exists') return field !== undefined
  if (op === 'eq') return isScalar(field) && String(field) === String(value)
  if (op === 'gte') return (numeric(field) ?? Number.NEGATIVE_INFINITY) >= Number(value)
  if (op === 'withinLast') {
    const date = typeof field === 'string' && /^\d{4}-\d\d-\d\d/.test(field) ? Date.parse(field) : Number.NaN
    const length = parseDuration(String(value))
    return date <= at && length?.kind === 'exact' && date > at - length.ms
  }
  throw new Error(`the reference knows no ${op}`)
}

function countedBy(
  m: Pick<Measure, 'event' | 'where' | 'within' | 'communityId'>,
  all: readonly PastEvent[],
  r: Reading,
) {
  const names = typeof m.event === 'string' ? [m.event] : m.event
  return all
    .filter((e) => names.some((n) => isNamed(n, e)) && inWindow(e.t, m.within, r))
    .filter((e) => m.communityId === undefined || e.communityId === m.communityId)
    .filter((e) => m.where.every((f) => passes(f, e, r)))
    .sort((a, b) => a.t - b.t || a.seq - b.seq)
}

/** Lengths of the unbroken stretches of days, in order, and the last day. */
function streaks(events: readonly PastEvent[], zone: string) {
  const days = [...new Set(events.map((e) => dayOf(e.t, zone)))].sort()
  const runs: number[] = []
  for (const [i, day] of days.entries())
    if (i > 0 && addDays(days[i - 1] ?? '', 1) === day) runs.push((runs.pop() ?? 0) + 1)
    else runs.push(1)
  return { runs, last: days.at(-1) ?? '' }
}

const rounded = (n: number) => Math.round(n * 1e6) / 1e6

export function measureOf(m: Measure, all: readonly PastEvent[], r: Reading): Value | null {
  const events = countedBy(m, all, r)
  const fields = events.map((e) => ({ e, v: fieldOf(e, m.of) })).filter((x) => isScalar(x.v))
  const numbers = events.flatMap((e) => numeric(fieldOf(e, m.of)) ?? [])
  const [first, last] = [events[0], events.at(-1)]
  const sum = numbers.reduce((a, b) => a + b, 0)
  switch (m.fn) {
    case 'distinct':
      return (
        new Set(events.map((e) => fieldOf(e, m.of)).flatMap((v) => (v === undefined ? [] : textOf(v)))).size || null
      )
    case 'sum':
      return numbers.length > 0 ? rounded(sum) : null
    case 'avg':
      return numbers.length > 0 ? rounded(sum / numbers.length) : null
    case 'min':
      return numbers.length > 0 ? Math.min(...numbers) : null
    case 'max':
      return numbers.length > 0 ? Math.max(...numbers) : null
    case 'first':
      return m.of === undefined ? iso(first) : ((fields[0]?.v as Value) ?? null)
    case 'last':
      return m.of === undefined ? iso(last) : ((fields.at(-1)?.v as Value) ?? null)
    case 'mostFrequent':
      return mostFrequent(fields)
  }
  if (!first || !last) return null
  switch (m.fn) {
    case 'count':
      return events.length
    case 'days':
      return new Set(events.map((e) => dayOf(e.t, r.zone))).size
    case 'longestStreak':
      return Math.max(...streaks(events, r.zone).runs)
    case 'streak': {
      const { runs, last: day } = streaks(events, r.zone)
      return day >= addDays(dayOf(r.at, r.zone), -1) ? (runs.at(-1) ?? 0) : 0
    }
    case 'daysSince':
      return Math.floor((r.at - last.t) / DAY_MS)
    case 'daysSinceFirst':
      return Math.floor((r.at - first.t) / DAY_MS)
  }
}

const iso = (e: PastEvent | undefined) => (e ? new Date(e.t).toISOString() : null)
const textOf = (v: unknown) => (typeof v === 'object' ? JSON.stringify(v) : String(v))

/** Of equally frequent ones the one that came last; of those that came at once the first by kind and text. */
function mostFrequent(fields: readonly { e: PastEvent; v: unknown }[]): Value | null {
  const kinds = ['', 'string', 'number', 'boolean']
  const code = (v: unknown) => `${kinds.indexOf(typeof v)}${String(v)}`
  const groups = [...Map.groupBy(fields, (f) => code(f.v))]
  const ranked = groups.sort(
    ([a, x], [b, y]) =>
      y.length - x.length ||
      (y.at(-1)?.e.t ?? 0) - (x.at(-1)?.e.t ?? 0) ||
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )
  return (ranked[0]?.[1][0]?.v as Value) ?? null
}

/** Not rounded. */
export function scoreOf({ components }: Score, all: readonly PastEvent[], r: Reading): number | null {
  const parts = components.map(({ measure, scale: { from, to, log }, weight }) => {
    const measured = measureOf(measure, all, r)
    if (typeof measured !== 'number') return { some: false, points: 0, weight }
    const f = (n: number) => (log ? Math.log1p(Math.max(n, 0)) : n)
    const share = (f(measured) - f(from)) / (f(to) - f(from))
    return { some: true, points: Math.min(100, Math.max(0, share * 100)), weight }
  })
  if (!parts.some((p) => p.some)) return null
  return parts.reduce((n, p) => n + p.points * p.weight, 0) / parts.reduce((n, p) => n + p.weight, 0)
}

/** Whether a value is what the plain reading says: a score is rounded to one decimal. */
export function agrees(value: Value | null, of: Definition, all: readonly PastEvent[], r: Reading): boolean {
  if (of.score) {
    const score = scoreOf(of.score, all, r)
    return score === null ? value === null : typeof value === 'number' && Math.abs(value - score) <= 0.05 + 1e-9
  }
  return of.measure !== undefined && measureOf(of.measure, all, r) === value
}
