// Which times a trend is about: its periods, as many before them for comparison, and for each number the window it
// counts over. People of a number are those of its window, so both come from here.
import { addDays, localDate, startOfDay } from '#kernel/time'
import { dayNumber, daySql, type Interval, type Period, periodsOf } from './period.ts'
import type { Sheet } from './sheet.ts'

/** From inclusive, to exclusive. */
export interface Window {
  from: Date
  to: Date
}

export interface Span extends Window {
  periods: readonly Period[]
}

const HOUR_MS = 3_600_000

/** The asked range; null when it has too many periods. */
export function spanOf(sheet: Sheet, interval: Interval): Span | null {
  const { from, to } = sheet
  const periods = periodsOf(interval, from, to, sheet)
  return periods && { from, to, periods }
}

/** As many periods of the calendar before; a range that begins or ends within one does so there too. */
export function spanBefore(sheet: Sheet, interval: Interval, { from, to, periods }: Span): Span {
  const back = (at: Date) => shiftedBack(at, interval, periods.length, sheet.zone)
  const first = periods[0]?.from ?? from
  return { from: back(from), to: back(to), periods: periodsOf(interval, back(first), first, sheet) ?? [] }
}

function shiftedBack(at: Date, interval: Interval, n: number, zone: string): Date {
  if (interval === 'hour') return new Date(at.getTime() - n * HOUR_MS)
  const day = localDate(at, zone)
  const before = interval === 'month' ? monthsBefore(day, n) : addDays(day, -n * (interval === 'week' ? 7 : 1))
  const since = at.getTime() - startOfDay(day, zone).getTime()
  // A day may be shorter than the one it is compared with.
  return new Date(Math.min(startOfDay(before, zone).getTime() + since, startOfDay(addDays(before, 1), zone).getTime()))
}

/** The same day of an earlier month, or its last where it has no such day. */
function monthsBefore(day: string, n: number): string {
  const date = new Date(`${day.slice(0, 7)}-01T00:00:00Z`)
  date.setUTCMonth(date.getUTCMonth() - n + 1)
  const last = addDays(date.toISOString().slice(0, 10), -1)
  return last.slice(8) < day.slice(8) ? last : `${last.slice(0, 8)}${day.slice(8)}`
}

/**
 * What the number of a period counts over; of the whole range where there is no period. A rolling one ends with the last
 * day there is to see of its period and has none while the period is to come.
 */
export function windowOf(sheet: Sheet, span: Span, period: Period | null, rollingDays: number): Window | null {
  const to = period && period.to < span.to ? period.to : span.to
  if (!period || rollingDays === 0) return { from: period && period.from > span.from ? period.from : span.from, to }
  if (period.from > sheet.now) return null
  const last = to <= sheet.now ? new Date(to.getTime() - 1) : sheet.now
  return { from: startOfDay(addDays(localDate(last, sheet.zone), 1 - rollingDays), sheet.zone), to }
}

/**
 * Time in pieces, such that every window is a row of whole pieces: the days of the zone, cut where a window begins or
 * ends within one. Pieces are numbered from 0.
 */
export interface Pieces extends Window {
  /** SQL for the piece of an event. */
  sql: string
  /** SQL for the piece of a whole day. */
  ofDay: string
  /** First and last piece of a window. */
  of(window: Window): [number, number]
  /** Numbers of the first and the last day. */
  days: [number, number]
  /** Numbers of the days that are cut. */
  cutDays: number[]
}

export function piecesOf(sheet: Sheet, windows: readonly Window[]): Pieces {
  const from = new Date(Math.min(...windows.map((w) => w.from.getTime())))
  const to = new Date(Math.max(...windows.map((w) => w.to.getTime())))
  const dayOf = (at: Date) => dayNumber(localDate(at, sheet.zone))
  const isMidnight = (at: Date) => dayOf(at) !== dayOf(new Date(at.getTime() - 1))
  // Nothing after the last end is read, so that it cuts nothing.
  const edges = windows.flatMap((w) => [w.from.getTime(), w.to.getTime()]).filter((t) => t < to.getTime())
  const cuts = [...new Set(edges)].filter((t) => !isMidnight(new Date(t))).sort((a, b) => a - b)
  const first = dayOf(from)
  const pieceOf = (at: Date) => dayOf(at) - first + cuts.filter((c) => c <= at.getTime()).length
  const cutDays = cuts.map((c) => dayOf(new Date(c)))
  const passed = (what: string, of: readonly number[], type: string) =>
    of.length === 0 ? '' : ` + arrayCount(c_ -> c_ <= ${what}, ${sheet.bind(`Array(${type})`, of)})`
  return {
    ...{ from, to, cutDays },
    sql: `toInt32(${daySql(sheet)}) - ${first}${passed('toUnixTimestamp64Milli(timestamp)', cuts, 'Int64')}`,
    ofDay: `toInt32(toUInt16(day)) - ${first}${passed('toUInt16(day)', cutDays, 'UInt16')}`,
    of: (window) => [pieceOf(window.from), pieceOf(new Date(window.to.getTime() - 1))],
    days: [first, dayOf(new Date(to.getTime() - 1))],
  }
}
