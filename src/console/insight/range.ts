// Ranges of a zone's calendar: as they are called in addresses, and the instants they mean today.
const DAY_MS = 86_400_000

export interface Range {
  from: string
  to: string
  timezone: string
}

/** How far a zone's clock is ahead of UTC at an instant, in milliseconds. */
function offsetAt(zone: string, at: number): number {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
      .formatToParts(at)
      .map((p) => [p.type, Number(p.value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/** Today's date in a zone, as midnight UTC: a date to calculate with. */
export function today(zone: string): number {
  const now = Date.now()
  const local = now + offsetAt(zone, now)
  return local - (((local % DAY_MS) + DAY_MS) % DAY_MS)
}

/** The instant at which a date begins in a zone. The second look settles days on which the clock is changed. */
function startOf(date: number, zone: string): string {
  const first = date - offsetAt(zone, date)
  return new Date(date - offsetAt(zone, first)).toISOString()
}

/** Dates as midnights UTC: the first day, and the day after the last. */
type Days = readonly [first: number, after: number]

const monthOf = (date: number, by: number): number => {
  const at = new Date(date)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + by, 1)
}
/** The first day of a date's week; 1 is Monday. */
const weekOf = (date: number, weekStart: number): number =>
  date - ((new Date(date).getUTCDay() + 7 - (weekStart % 7)) % 7) * DAY_MS

/** Those that have a name; `28d` and the like are counted back from today, which is not finished. */
const NAMED: Readonly<Record<string, (now: number, weekStart: number) => Days>> = {
  yesterday: (now) => [now - DAY_MS, now],
  thisWeek: (now, start) => [weekOf(now, start), now + DAY_MS],
  lastWeek: (now, start) => [weekOf(now, start) - 7 * DAY_MS, weekOf(now, start)],
  thisMonth: (now) => [monthOf(now, 0), now + DAY_MS],
  lastMonth: (now) => [monthOf(now, -1), monthOf(now, 0)],
}

/** Ten years; longer ago nothing was noted. */
const MOST_DAYS = 3660
const BETWEEN = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/

function daysOf(text: string, zone: string, weekStart: number): Days | null {
  const now = today(zone)
  const named = NAMED[text]
  if (named) return named(now, weekStart)
  const back = Number(/^(\d{1,4})d$/.exec(text)?.[1])
  if (back >= 1 && back <= MOST_DAYS) return [now - (back - 1) * DAY_MS, now + DAY_MS]
  const [first, last] = (BETWEEN.exec(text)?.slice(1) ?? []).map((day) => Date.parse(`${day}T00:00:00Z`))
  if (first === undefined || last === undefined || !(first <= last)) return null
  return [first, last + DAY_MS]
}

/** What a range's name means today; null for what is no range. Both days of `2026-03-01..2026-03-31` are in it. */
export function rangeOf(text: string, zone: string, weekStart = 1): Range | null {
  const days = daysOf(text, zone, weekStart)
  return days && { from: startOf(days[0], zone), to: startOf(days[1], zone), timezone: zone }
}

/** The last `days` days of the brand's calendar with today, which is not finished. */
export const lastDays = (days: number, zone: string): Range => ({
  from: startOf(today(zone) - (days - 1) * DAY_MS, zone),
  to: startOf(today(zone) + DAY_MS, zone),
  timezone: zone,
})

/** This week and whole weeks before it. */
export function lastWeeks(weeks: number, zone: string, weekStart: number): Range {
  const date = today(zone)
  return {
    from: startOf(weekOf(date, weekStart) - (weeks - 1) * 7 * DAY_MS, zone),
    to: startOf(date + DAY_MS, zone),
    timezone: zone,
  }
}

/** The day of an instant in a zone, `2026-03-01`. */
export const dayIn = (at: string, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(new Date(at))

/** A range of instants as its name. */
export const rangeText = ({ from, to, timezone }: Range): string =>
  `${dayIn(from, timezone)}..${dayIn(new Date(Date.parse(to) - 1).toISOString(), timezone)}`

/** The last day of a range, whose end is the instant after it. */
export const lastDayOf = ({ to }: Range) => new Date(Date.parse(to) - 1).toISOString()
