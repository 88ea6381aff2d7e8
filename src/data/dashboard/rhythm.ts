// When a schedule falls due next, by the clock on the wall of its zone.
import { z } from 'zod'
import { addDays, localDate, startOfDay, timezone } from '#kernel/time'
import type { Rhythm } from './tables.ts'

export const rhythm = z.object({
  every: z.enum(['day', 'week', 'month']).meta({ en: 'Every', zh: '频率' }),
  weekday: z.int().min(1).max(7).default(1).meta({ en: 'Weekday', zh: '星期' }),
  day: z.int().min(1).max(31).default(1).meta({ en: 'Day of the month', zh: '日期' }),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('09:00')
    .meta({ en: 'Time', zh: '时间' }),
  timezone,
})

/** The first due instant after `after`. */
export function nextDue(every: Rhythm, after: Date): Date {
  const today = localDate(after, every.timezone)
  // A month and a day further there is one of any rhythm.
  for (let n = 0; n <= 62; n++) {
    const day = addDays(today, n)
    if (!falls(every, day)) continue
    const at = onWall(day, every.time, every.timezone)
    if (at > after) return at
  }
  throw new Error('a rhythm without an end')
}

function falls({ every, weekday, day }: Rhythm, date: string): boolean {
  if (every === 'day') return true
  if (every === 'week') return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7 === weekday - 1
  // The last day where the month is shorter.
  const last = addDays(addMonth(date), -1).slice(8)
  return Number(date.slice(8)) === Math.min(day, Number(last))
}

function addMonth(date: string): string {
  const next = new Date(`${date.slice(0, 7)}-01T00:00:00Z`)
  next.setUTCMonth(next.getUTCMonth() + 1)
  return next.toISOString().slice(0, 10)
}

/** The instant at which a wall clock shows that time; on the day clocks are put forward, the instant as long after midnight. */
function onWall(date: string, time: string, zone: string): Date {
  const [hours, minutes] = time.split(':').map(Number)
  const from = startOfDay(date, zone).getTime()
  const guess = new Date(from + ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000)
  const shown = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
  })
  const [h, m] = shown.format(guess).split(':').map(Number)
  const off = ((hours ?? 0) - (h ?? 0)) * 60 + ((minutes ?? 0) - (m ?? 0))
  const moved = new Date(guess.getTime() + off * 60_000)
  return shown.format(moved) === time ? moved : guess
}
