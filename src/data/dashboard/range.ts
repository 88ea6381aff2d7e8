// Ranges of a dashboard: a span that moves with today, or fixed days. Days are those of the zone's calendar.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { addDays, localDate, startOfDay } from '#kernel/time'

export const PRESETS = [
  ...['today', 'yesterday', '7d', '14d', '28d', '90d', '180d', '365d'],
  ...['thisWeek', 'lastWeek', 'thisMonth', 'lastMonth', 'thisQuarter', 'lastQuarter', 'thisYear'],
] as const

export const range = z
  .union([
    z.strictObject({ preset: z.enum(PRESETS as unknown as readonly [string, ...string[]]) }),
    z
      .strictObject({ from: z.iso.date(), to: z.iso.date() })
      .refine((r) => r.from <= r.to, inWords('the range ends before it begins', '结束日期早于开始日期')),
  ])
  .meta({ en: 'Range', zh: '时间范围' })
export type Range = z.output<typeof range>

export interface Span {
  /** Inclusive. */
  from: Date
  /** Exclusive. */
  to: Date
}

/** The instants of a range as it lies now; today counts as a whole day that is not over. */
export function spanOf(asked: Range, now: Date, zone: string, weekStart: number): Span {
  const [first, last] =
    'preset' in asked ? daysOf(asked.preset, localDate(now, zone), weekStart) : [asked.from, asked.to]
  return { from: startOfDay(first, zone), to: startOfDay(addDays(last, 1), zone) }
}

/** First and last day. */
function daysOf(preset: string, today: string, weekStart: number): [string, string] {
  const days = /^(\d+)d$/.exec(preset)
  if (days) return [addDays(today, 1 - Number(days[1])), today]
  const week = addDays(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 7 - (weekStart % 7)) % 7))
  const month = `${today.slice(0, 7)}-01`
  const quarter = addMonths(month, -((Number(today.slice(5, 7)) - 1) % 3))
  const before = (first: string) => addDays(first, -1)
  const spans: Readonly<Record<string, [string, string]>> = {
    today: [today, today],
    yesterday: [before(today), before(today)],
    thisWeek: [week, today],
    lastWeek: [addDays(week, -7), before(week)],
    thisMonth: [month, today],
    lastMonth: [addMonths(month, -1), before(month)],
    thisQuarter: [quarter, today],
    lastQuarter: [addMonths(quarter, -3), before(quarter)],
    thisYear: [`${today.slice(0, 4)}-01-01`, today],
  }
  return spans[preset] ?? [today, today]
}

/** The first of a month so many months away from another. */
function addMonths(first: string, n: number): string {
  const date = new Date(`${first}T00:00:00Z`)
  date.setUTCMonth(date.getUTCMonth() + n)
  return date.toISOString().slice(0, 10)
}

const DAY_MS = 86_400_000

/** An interval that leaves a readable number of points: hours of a day or two, weeks past a year. */
export function intervalFor(wanted: string, { from, to }: Span): string {
  const days = Math.round((to.getTime() - from.getTime()) / DAY_MS)
  if (wanted === 'day' && days <= 1) return 'hour'
  if (wanted === 'hour' && days > 14) return 'day'
  return wanted === 'day' && days > 400 ? 'week' : wanted
}
