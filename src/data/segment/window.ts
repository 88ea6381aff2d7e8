// Lengths of time as SQL. Exact lengths are milliseconds; calendar days go through the brand's zone.
import { duration, parseDuration } from '#kernel/time'
import { type Bind, instant, instantSql, parseDate } from './value.ts'

/** Fields of a window; spread into a clause's schema. `within: d` is now − d < t ≤ now; `from` inclusive, `to` exclusive. */
export const windowFields = { within: duration.optional(), from: instant.optional(), to: instant.optional() }
export interface Window {
  within?: string | undefined
  from?: string | undefined
  to?: string | undefined
}
export const isOneWindow = (w: Window) => w.within === undefined || (w.from === undefined && w.to === undefined)

/** SQL that moves instants by one length of time. */
export interface Span {
  /** Whether `t` lies in the span that ends at `now` (`t` ≤ `now` not included). */
  reaches(t: string, now: string): string
  /** The instant at which `t` falls out of the span. */
  leaves(t: string): string
  /** Whether `t` lies before the end of the span that begins at `now`. */
  ahead(t: string, now: string): string
  /** The instant at which `t` comes into the span ahead. */
  comes(t: string): string
}

export function spanOf(text: string, bind: Bind, zone: string): Span {
  const length = parseDuration(text)
  if (!length) throw new Error(`not a duration: ${text}`)
  if (length.kind === 'exact') {
    const d = `toIntervalMillisecond(${bind('Int64', length.ms)})`
    return {
      reaches: (t, now) => `${t} > ${now} - ${d}`,
      leaves: (t) => `${t} + ${d}`,
      ahead: (t, now) => `${t} <= ${now} + ${d}`,
      comes: (t) => `${t} - ${d}`,
    }
  }
  const tz = bind('String', zone)
  const n = bind('Int32', length.days)
  const day = (t: string, shift: string) => `toDateTime64(addDays(toDate32(${t}, ${tz}), ${shift}), 3, ${tz})`
  return {
    reaches: (t, now) => `${t} >= ${day(now, `1 - ${n}`)}`,
    leaves: (t) => day(t, n),
    ahead: (t, now) => `${t} < ${day(now, n)}`,
    comes: (t) => day(t, `1 - ${n}`),
  }
}

/** A window as a condition on `t` at the instant `now`, and when a `t` inside it falls out (null: never). */
export function windowSql(w: Window, bind: Bind, zone: string) {
  const span = w.within === undefined ? null : spanOf(w.within, bind, zone)
  const fixed = [
    ...(w.from === undefined ? [] : [`timestamp >= ${instantSql(bind, parseDate(w.from) ?? 0)}`]),
    ...(w.to === undefined ? [] : [`timestamp < ${instantSql(bind, parseDate(w.to) ?? 0)}`]),
  ]
  return {
    fixed,
    reaches: span ? span.reaches('timestamp', 'at') : null,
    leaves: span ? span.leaves : null,
  }
}
