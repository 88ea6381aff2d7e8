// Calendar days without a time of day (`2026-11-22`), as the brand's zone counts them. Months are `2026-11`.
import { LANG, type Locale } from '#web/text.ts'

const DAY_MS = 86_400_000

const noon = (day: string) => new Date(`${day}T12:00:00Z`)
const dayOf = (at: Date) => at.toISOString().slice(0, 10)

export const addDays = (day: string, count: number): string => dayOf(new Date(noon(day).getTime() + count * DAY_MS))
export const monthOf = (day: string): string => day.slice(0, 7)

export function addMonths(month: string, count: number): string {
  const at = noon(`${month}-01`)
  at.setUTCMonth(at.getUTCMonth() + count)
  return dayOf(at).slice(0, 7)
}

/** The first day of the week a day is in; `weekStart` is 1 for Monday to 7 for Sunday. */
function startOfWeek(day: string, weekStart: number): string {
  const isoDay = noon(day).getUTCDay() || 7
  return addDays(day, -((isoDay - weekStart + 7) % 7))
}

/** The seven days of a week. */
export const weekOf = (day: string, weekStart: number): string[] => {
  const first = startOfWeek(day, weekStart)
  return Array.from({ length: 7 }, (_, i) => addDays(first, i))
}

/** Whole weeks that show a month. */
export function weeksOf(month: string, weekStart: number): string[][] {
  const weeks: string[][] = []
  for (let day = startOfWeek(`${month}-01`, weekStart); monthOf(day) <= month; day = addDays(day, 7))
    weeks.push(weekOf(day, weekStart))
  return weeks
}

const format = (locale: Locale, options: Intl.DateTimeFormatOptions, calendar = '') =>
  new Intl.DateTimeFormat(LANG[locale] + calendar, { ...options, timeZone: 'UTC' })

export const dayTitle = (day: string, locale: Locale) =>
  format(locale, { month: 'long', day: 'numeric', weekday: 'long' }).format(noon(day))
export const longDay = (day: string, locale: Locale) =>
  format(locale, { year: 'numeric', month: 'long', day: 'numeric' }).format(noon(day))
export const monthTitle = (month: string, locale: Locale) =>
  format(locale, { year: 'numeric', month: 'long' }).format(noon(`${month}-01`))
export const weekdayName = (day: string, locale: Locale, width: 'narrow' | 'long') =>
  format(locale, { weekday: width }).format(noon(day))

/** The day in the farmers' calendar (十月十四), which Chinese readers expect beside the date. */
export function lunarDay(day: string): string {
  const parts = format('zh', { month: 'long', day: 'numeric' }, '-u-ca-chinese').formatToParts(noon(day))
  const month = parts.find((p) => p.type === 'month')?.value ?? ''
  const number = Number.parseInt(parts.find((p) => p.type === 'day')?.value ?? '', 10)
  return number > 0 ? month + lunarNumber(number) : ''
}

function lunarNumber(day: number): string {
  const digits = '十一二三四五六七八九'
  if (day === 20 || day === 30) return `${digits[day / 10]}十`
  const tens = day <= 10 ? '初' : day < 20 ? '十' : '廿'
  return tens + digits[day % 10]
}
