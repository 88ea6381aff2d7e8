// Calendar periods of a zone: how the warehouse cuts time and how we name every piece, so that both agree.
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

export interface Period {
  /** `2026-03-01`, or the instant of an hour. */
  key: string
  from: Date
  to: Date
}

/** More points than a chart can show, and a bound on what a query may ask for. */
const MOST_PERIODS = 2000

/** Every period that the range touches, in order; null when there are too many. */
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

function firstPeriod(interval: Interval, at: Date, zone: string, weekStart: number): Period {
  if (interval === 'hour') return hour(new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS))
  const day = localDate(at, zone)
  if (interval === 'day') return dayPeriod(day, 1, zone)
  if (interval === 'week') return dayPeriod(weekOf(day, weekStart), 7, zone)
  return monthPeriod(`${day.slice(0, 7)}-01`, zone)
}

function nextPeriod(interval: Interval, after: Period, zone: string): Period {
  if (interval === 'hour') return hour(after.to)
  if (interval === 'day') return dayPeriod(addDays(after.key, 1), 1, zone)
  if (interval === 'week') return dayPeriod(addDays(after.key, 7), 7, zone)
  return monthPeriod(nextMonth(after.key), zone)
}

const HOUR_MS = 3_600_000
const hour = (from: Date): Period => ({ key: from.toISOString(), from, to: new Date(from.getTime() + HOUR_MS) })
const dayPeriod = (day: string, days: number, zone: string): Period => ({
  key: day,
  from: startOfDay(day, zone),
  to: startOfDay(addDays(day, days), zone),
})
const monthPeriod = (day: string, zone: string): Period => ({
  key: day,
  from: startOfDay(day, zone),
  to: startOfDay(nextMonth(day), zone),
})

/** The first day of the month after a day's. */
function nextMonth(day: string): string {
  const date = new Date(`${day.slice(0, 7)}-01T00:00:00Z`)
  date.setUTCMonth(date.getUTCMonth() + 1)
  return date.toISOString().slice(0, 10)
}

function weekOf(day: string, weekStart: number): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return addDays(day, -((weekday + 7 - (weekStart % 7)) % 7))
}
