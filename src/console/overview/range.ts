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
function today(zone: string): number {
  const now = Date.now()
  const local = now + offsetAt(zone, now)
  return local - (((local % DAY_MS) + DAY_MS) % DAY_MS)
}

/** The instant at which a date begins in a zone. The second look settles days on which the clock is changed. */
function startOf(date: number, zone: string): string {
  const first = date - offsetAt(zone, date)
  return new Date(date - offsetAt(zone, first)).toISOString()
}

/** The last `days` days of the brand's calendar with today, which is not finished. */
export const lastDays = (days: number, zone: string): Range => ({
  from: startOf(today(zone) - (days - 1) * DAY_MS, zone),
  to: startOf(today(zone) + DAY_MS, zone),
  timezone: zone,
})

/** This week and whole weeks before it, from a Monday. */
export function lastWeeks(weeks: number, zone: string): Range {
  const date = today(zone)
  const monday = date - ((new Date(date).getUTCDay() + 6) % 7) * DAY_MS
  return {
    from: startOf(monday - (weeks - 1) * 7 * DAY_MS, zone),
    to: startOf(date + DAY_MS, zone),
    timezone: zone,
  }
}

/** The last day of a range, whose end is the instant after it. */
export const lastDayOf = ({ to }: Range) => new Date(Date.parse(to) - 1).toISOString()

/** A bucket's date as an instant that prints as that date in the reader's zone. */
export const atDate = (bucket: string) => (bucket.length === 10 ? `${bucket}T00:00:00` : bucket)
