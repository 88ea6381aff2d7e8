const DAY_MS = 86_400_000

export interface Range {
  from: string
  to: string
  timezone: string
}

/** Midnight of a date in the reader's zone, `days` away from today. */
export function midnight(days: number): Date {
  const date = new Date()
  date.setHours(0, 0, 0, 0)
  date.setDate(date.getDate() + days)
  return date
}

/** The last `days` days with today, which is not finished. */
export const lastDays = (days: number): Range => ({
  from: midnight(1 - days).toISOString(),
  to: midnight(1).toISOString(),
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
})

/** Whole weeks back, from a Monday. */
export function lastWeeks(weeks: number): Range {
  const weekday = (new Date().getDay() + 6) % 7
  const from = midnight(-weekday - (weeks - 1) * 7)
  return { from: from.toISOString(), to: midnight(1).toISOString(), timezone: lastDays(1).timezone }
}

export const daysBetween = (range: Range) =>
  Math.round((new Date(range.to).getTime() - new Date(range.from).getTime()) / DAY_MS)
