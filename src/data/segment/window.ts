// Lengths of time as SQL, on milliseconds. Exact lengths are added; calendar days go through the brand's zone.
import { duration, parseDuration } from '#kernel/time'
import { type Bind, instant, parseDate } from './value.ts'

/** Fields of a window; spread into a clause's schema. `within: d` is now − d < t ≤ now; `from` inclusive, `to` exclusive. */
export const windowFields = { within: duration.optional(), from: instant.optional(), to: instant.optional() }
export interface Window {
  within?: string | undefined
  from?: string | undefined
  to?: string | undefined
}
export const isOneWindow = (w: Window) => w.within === undefined || (w.from === undefined && w.to === undefined)

/** SQL that moves instants (ms) by one length of time. */
export interface Span {
  /** Whether `t` lies in the span that ends at `now` (`t` ≤ `now` not included). */
  reaches(t: string, now: string): string
  /** The instant at which `t` falls out of the span. */
  leaves(t: string): string
  /** Whether `t` is not older than the span, an age of exactly its length included. */
  touches(t: string, now: string): string
  /** The instant at which `t` becomes older than the span. */
  ages(t: string): string
  /** Whether `t` lies before the end of the span that begins at `now`. */
  ahead(t: string, now: string): string
  /** The instant at which `t` comes into the span ahead. */
  comes(t: string): string
  /** Whether `t` comes at most this long after `before`. */
  follows(t: string, before: string): string
}

const timeOf = (ms: string) => `fromUnixTimestamp64Milli(${ms}, 'UTC')`
export const dayOf = (ms: string, zone: string) => `toDate32(${timeOf(ms)}, ${zone})`
/** Where the day begins that lies so many days from that of an instant. */
export const dayStart = (ms: string, zone: string, shift: string) =>
  `toUnixTimestamp64Milli(toDateTime64(addDays(${dayOf(ms, zone)}, ${shift}), 3, ${zone}))`

export function spanOf(text: string, bind: Bind, zone: string): Span {
  const length = parseDuration(text)
  if (!length) throw new Error(`not a duration: ${text}`)
  if (length.kind === 'exact') {
    const d = bind('Int64', length.ms)
    return {
      reaches: (t, now) => `${t} > ${now} - ${d}`,
      leaves: (t) => `(${t} + ${d})`,
      touches: (t, now) => `${t} >= ${now} - ${d}`,
      ages: (t) => `(${t} + ${d} + 1)`,
      ahead: (t, now) => `${t} <= ${now} + ${d}`,
      comes: (t) => `(${t} - ${d})`,
      follows: (t, before) => `${t} - ${before} <= ${d}`,
    }
  }
  const tz = bind('String', zone)
  const n = bind('Int32', length.days)
  const reaches = (t: string, now: string) => `${t} >= ${dayStart(now, tz, `1 - ${n}`)}`
  const leaves = (t: string) => dayStart(t, tz, n)
  return {
    reaches,
    leaves,
    touches: reaches,
    ages: leaves,
    ahead: (t, now) => `${t} < ${dayStart(now, tz, n)}`,
    comes: (t) => dayStart(t, tz, `1 - ${n}`),
    follows: (t, before) => `${t} < ${dayStart(before, tz, n)}`,
  }
}

/** A window as a condition on rows (past its end included), and when a row inside it falls out (null: never). */
export function windowSql(w: Window, bind: Bind, zone: string) {
  const span = w.within === undefined ? null : spanOf(w.within, bind, zone)
  const parts = [
    ...(w.from === undefined ? [] : [`t >= ${bind('Int64', parseDate(w.from) ?? 0)}`]),
    ...(w.to === undefined ? [] : [`t < ${bind('Int64', parseDate(w.to) ?? 0)}`]),
    ...(span ? [span.reaches('t', 'now')] : []),
  ]
  return { parts, leaves: span ? span.leaves : null }
}

/** A length in milliseconds, calendar days taken as 24 h; for comparing lengths. */
export function lengthOf(text: string): number {
  const length = parseDuration(text)
  if (!length) return 0
  return length.kind === 'exact' ? length.ms : length.days * 86_400_000
}
