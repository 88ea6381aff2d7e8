// Days of the brand's zone: what a date field shows and means, wherever the reader sits.

function partsIn(at: Date, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-US', {
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
  return Object.fromEntries(format.formatToParts(at).map((p) => [p.type, p.value]))
}

const minuteOf = (p: Record<string, string>) => `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`

/** The local date and minute of an instant, `2026-11-22T08:00`; empty for what is no instant. */
export function minuteIn(at: string, zone: string): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? '' : minuteOf(partsIn(date, zone))
}
export const dayIn = (at: string, zone: string): string => minuteIn(at, zone).slice(0, 10)
export const isMidnight = (at: string, zone: string): boolean => minuteIn(at, zone).endsWith('T00:00')

/** The instant of a local date, or date and minute, as ISO text. An hour that a zone skips is the one after it. */
export function instantOf(local: string, zone: string): string {
  const asUtc = Date.parse(`${local.length === 10 ? `${local}T00:00` : local}:00Z`)
  if (Number.isNaN(asUtc)) return ''
  const offsetAt = (at: number) => Date.parse(`${minuteOf(partsIn(new Date(at), zone))}:00Z`) - at
  // Once more with the offset of the first guess, for days on which it changes.
  const guess = asUtc - offsetAt(asUtc)
  return new Date(asUtc - offsetAt(guess)).toISOString()
}
