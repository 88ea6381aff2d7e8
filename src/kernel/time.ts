// Durations and local calendars. All arithmetic on local days goes through the zone's calendar, never
// through 86,400 seconds, so that the two odd days of a year with summer time come out right.
import { z } from 'zod'
import { inWords } from './flaw.ts'

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const

export type Duration =
  | { readonly kind: 'exact'; readonly ms: number }
  /** Calendar days: today and the n−1 local days before it. */
  | { readonly kind: 'days'; readonly days: number }

/** Reads `"30s" "15m" "8h" "7d" "4w"` (a day is 24 h) and calendar days `"3cd"`; null when it is none of them. */
export function parseDuration(text: string): Duration | null {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(s|m|h|d|w|cd)$/.exec(text)
  if (!match) return null
  const n = Number(match[1])
  if (match[2] === 'cd') return Number.isInteger(n) && n > 0 ? { kind: 'days', days: n } : null
  const ms = Math.round(n * SECONDS[match[2] as keyof typeof SECONDS] * 1000)
  // 100 years: past that a window is a mistake, and the sums still fit a date.
  return ms > 0 && ms <= 3_155_760_000_000 ? { kind: 'exact', ms } : null
}

/** A duration as the API takes it: a number and a unit. */
export const duration = z
  .string()
  .max(16)
  .refine(
    (s) => parseDuration(s) !== null,
    inWords(
      'a duration such as "30s", "15m", "8h", "7d", "4w" or "3cd"',
      '时长格式不正确，例如 30s、15m、8h、7d、4w、3cd',
    ),
  )
  .meta({ format: 'duration', examples: ['7d'] })

const formats = new Map<string, Intl.DateTimeFormat>()
function format(zone: string): Intl.DateTimeFormat {
  let f = formats.get(zone)
  if (!f) {
    f = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(zone, f)
  }
  return f
}

function isZone(zone: string): boolean {
  try {
    format(zone)
    return true
  } catch {
    return false
  }
}
export const timezone = z
  .string()
  .max(64)
  .refine(isZone, inWords('an IANA time zone such as "Asia/Shanghai"', '须为 IANA 时区，例如 Asia/Shanghai'))

/** The local date, `YYYY-MM-DD`, of an instant in a zone. */
export function localDate(at: Date, zone: string): string {
  const parts = Object.fromEntries(
    format(zone)
      .formatToParts(at)
      .map((p) => [p.type, p.value]),
  )
  return `${parts.year?.padStart(4, '0')}-${parts.month}-${parts.day}`
}

/** The calendar day `n` days after a `YYYY-MM-DD`. */
export function addDays(day: string, n: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + n)
  return date.toISOString().slice(0, 10)
}

/** The instant at which a local day begins (its first instant where midnight does not exist). */
export function startOfDay(day: string, zone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // An offset is at most 14 h; two rounds settle it except on the day of a change, where the third does.
  let at = midnight
  for (let i = 0; i < 3; i++) at += midnight - wallClock(new Date(at), zone)
  // Where there is no midnight the day begins with the change; east of Greenwich the rounds end an hour before it.
  return new Date(at + Math.max(0, midnight - wallClock(new Date(at), zone)))
}

/** What a clock on the wall of that zone shows, as if it were UTC milliseconds. */
function wallClock(at: Date, zone: string): number {
  const p = Object.fromEntries(
    format(zone)
      .formatToParts(at)
      .map((x) => [x.type, Number(x.value)]),
  )
  return Date.UTC(p.year ?? 0, (p.month ?? 1) - 1, p.day ?? 1, p.hour ?? 0, p.minute ?? 0, p.second ?? 0)
}

/** The instant at which a window of this length that ends at `now` begins. */
export function windowStart(window: Duration, now: Date, zone: string): Date {
  if (window.kind === 'exact') return new Date(now.getTime() - window.ms)
  return startOfDay(addDays(localDate(now, zone), 1 - window.days), zone)
}
