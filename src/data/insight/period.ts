// Calendar periods of a zone: how the warehouse cuts time and how we name every piece, so that both agree.
import { z } from 'zod'
import { addDays, localDate, startOfDay } from '#kernel/time'
import type { Sheet } from './sheet.ts'

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const
export type Interval = (typeof INTERVALS)[number]

type Calendar = Pick<Sheet, 'bind' | 'zone' | 'weekStart'>

/** SQL for the start of an event's period: a date of the zone, or the hour. */
export function periodSql(interval: Interval, { bind, zone, weekStart }: Calendar, time = 'timestamp'): string {
  // Hours are those of UTC: named by their instant, they are the same in every zone of whole hours.
  if (interval === 'hour') return `toStartOfHour(${time}, 'UTC')`
  const day = `toDate(${time}, ${bind('String', zone)})`
  if (interval === 'day') return day
  if (interval === 'month') return `toStartOfMonth(${day})`
  return weekStart === 1
    ? `toMonday(${day})`
    : `addDays(toMonday(subtractDays(${day}, ${weekStart - 1})), ${weekStart - 1})`
}

/** Where a question's weeks begin, when not where the brand's do: 1 = Monday to 7 = Sunday. */
export const weekStart = z.int().min(1).max(7).optional()

/** The calendar of a question that may say where weeks begin. */
export const calendarOf = <S extends Pick<Sheet, 'weekStart'>>(
  sheet: S,
  asked: { weekStart?: number | undefined },
): S => (asked.weekStart === undefined ? sheet : { ...sheet, weekStart: asked.weekStart })

/** SQL for the number of an event's day in the zone, counted from 1970-01-01. */
export const daySql = ({ bind, zone }: Calendar, time = 'timestamp'): string =>
  `toUInt16(toDate(${time}, ${bind('String', zone)}))`

/**
 * SQL for the index of the period that the day of this number is in. Indexes of adjacent periods differ by one, across
 * years and whatever day weeks begin on, which `dateDiff` does not promise of weeks.
 */
export function indexSql(interval: Exclude<Interval, 'hour'>, weekStart: number, day: string): string {
  if (interval === 'day') return day
  if (interval === 'month') return `toRelativeMonthNum(toDate(${day}))`
  return `toUInt16(intDiv(${day} + ${11 - weekStart}, 7))`
}

/** The number of a day, counted from 1970-01-01. */
export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS

export interface Period {
  /** `2026-03-01`, or the instant of an hour. */
  key: string
  /** The same that `indexSql` makes of each of its days. */
  index: number
  from: Date
  to: Date
}

/** More points than a chart can show, and a bound on what a query may ask for. */
const MOST_PERIODS = 2000

/** Every period that the range touches, whole and in order; null when there are too many. */
export function periodsOf(
  interval: Interval,
  from: Date,
  to: Date,
  { zone, weekStart }: Pick<Sheet, 'zone' | 'weekStart'>,
): Period[] | null {
  const periods: Period[] = []
  let period = firstPeriod(interval, from, zone, weekStart)
  while (period.from < to) {
    if (periods.length >= MOST_PERIODS) return null
    periods.push(period)
    period = nextPeriod(interval, period, zone)
  }
  return periods
}

/** The end of the nth period after one. */
export function endAfter(interval: Exclude<Interval, 'hour'>, period: Period, n: number, zone: string): Date {
  if (interval === 'month') return startOfDay(monthAfter(period.key, n + 1), zone)
  return startOfDay(addDays(period.key, (n + 1) * (interval === 'day' ? 1 : 7)), zone)
}

const HOUR_MS = 3_600_000

function firstPeriod(interval: Interval, at: Date, zone: string, weekStart: number): Period {
  if (interval === 'hour') return hour(new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS))
  const day = localDate(at, zone)
  if (interval === 'day') return dated(day, dayNumber(day), addDays(day, 1), zone)
  if (interval === 'week') {
    const first = weekOf(day, weekStart)
    return dated(first, (dayNumber(first) + 11 - weekStart) / 7, addDays(first, 7), zone)
  }
  const first = `${day.slice(0, 7)}-01`
  return dated(first, Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)), monthAfter(first, 1), zone)
}

function nextPeriod(interval: Interval, after: Period, zone: string): Period {
  if (interval === 'hour') return hour(after.to)
  const days = interval === 'day' ? 1 : 7
  const next = (day: string) => (interval === 'month' ? monthAfter(day, 1) : addDays(day, days))
  const key = next(after.key)
  return { key, index: after.index + 1, from: after.to, to: startOfDay(next(key), zone) }
}

const DAY_MS = 86_400_000
const hour = (from: Date): Period => ({
  key: from.toISOString(),
  index: from.getTime() / HOUR_MS,
  from,
  to: new Date(from.getTime() + HOUR_MS),
})
const dated = (key: string, index: number, next: string, zone: string): Period => ({
  ...{ key, index },
  from: startOfDay(key, zone),
  to: startOfDay(next, zone),
})

/** The first day of the nth month after a day's. */
function monthAfter(day: string, n: number): string {
  const date = new Date(`${day.slice(0, 7)}-01T00:00:00Z`)
  date.setUTCMonth(date.getUTCMonth() + n)
  return date.toISOString().slice(0, 10)
}

function weekOf(day: string, weekStart: number): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return addDays(day, -((weekday + 7 - (weekStart % 7)) % 7))
}
