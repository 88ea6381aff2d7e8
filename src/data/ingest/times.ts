// When a client says it happened, corrected by what its clock says now.

import type { Reason } from './reason.ts'

const DAY_MS = 86_400_000
const FIRST = Date.UTC(1990, 0, 1)
const SHAPE = /^[+-]?\d{4,6}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i

export interface Times {
  at: Date
  /** What goes into the context: both claims as they came, and flags for what was corrected. */
  kept: Readonly<Record<string, unknown>>
}

/**
 * `timestamp = receivedAt − (sentAt − originalTimestamp)`. A `sentAt` more than 24 h off is ignored and flagged; a time
 * more than 24 h ahead, before 1990, or impossible (a leap second, month 13) becomes the time of receipt and is
 * flagged. What is no time at all is refused: answers the reason.
 */
export function timesOf(timestamp: unknown, sentAt: unknown, receivedAt: Date): Times | Reason {
  const flags: string[] = []
  const claimed = read(timestamp)
  const sent = read(sentAt)
  if (claimed === 'invalid') return 'timestamp.invalid'
  if (sent === 'invalid') return 'sentAt.invalid'
  let at = receivedAt.getTime()
  if (claimed === 'impossible') flags.push('timestamp.impossible')
  else if (claimed !== null) at = claimed
  if (sent === 'impossible' || (sent !== null && Math.abs(sent - receivedAt.getTime()) > DAY_MS))
    flags.push('sentAt.ignored')
  else if (sent !== null && claimed !== null && claimed !== 'impossible') at = receivedAt.getTime() - (sent - claimed)
  if (at < FIRST) {
    flags.push('timestamp.before_1990')
    at = receivedAt.getTime()
  }
  if (at > receivedAt.getTime() + DAY_MS) {
    flags.push('timestamp.ahead')
    at = receivedAt.getTime()
  }
  return {
    at: new Date(at),
    kept: {
      ...(timestamp === undefined || timestamp === null ? {} : { originalTimestamp: timestamp }),
      ...(sentAt === undefined || sentAt === null ? {} : { sentAt }),
      ...(flags.length > 0 ? { flags } : {}),
    },
  }
}

function read(value: unknown): number | null | 'impossible' | 'invalid' {
  if (value === undefined || value === null || value === '') return null
  // Milliseconds since 1970, as some clients send; a smaller number is seconds or nonsense and not guessed at.
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) >= 1e11 && Math.abs(value) < 8.64e15 ? value : 'impossible'
  if (typeof value !== 'string' || value.length > 40 || !SHAPE.test(value)) return 'invalid'
  // Without a zone it is UTC: the server's own zone must not matter.
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(value.slice(10))
    ? value
    : `${value.replace(' ', 'T')}${value.length > 10 ? 'Z' : ''}`
  const at = Date.parse(zoned)
  return Number.isNaN(at) || !isDay(value) ? 'impossible' : at
}

/** The 30th of February would be taken for the 1st of March. */
function isDay(text: string): boolean {
  if (text[4] === '-' && text.slice(8, 10) <= '28') return true
  const [, year, month, day] = /^([+-]?\d+)-(\d+)-(\d+)/.exec(text) ?? []
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
}
