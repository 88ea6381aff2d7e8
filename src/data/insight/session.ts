// What a session is: a member's activity without a break of more than half an hour, at most 24 hours long. Midnight
// ends nothing; a session belongs to the instant it begins at. System events are no activity.
import { type Duration, parseDuration } from '#kernel/time'
import type { Sheet } from './sheet.ts'

const DAY_MS = 86_400_000
/** Breaks of exactly this stay in. */
export const IDLE = '30m'

/** Milliseconds of a duration that was checked before; a calendar day is 24 hours. */
export function lengthOf(duration: string): number {
  const parsed: Duration | null = parseDuration(duration)
  return parsed?.kind === 'days' ? parsed.days * DAY_MS : (parsed?.ms ?? 0)
}

/**
 * Rows (root, s) of the sessions that begin in the range: `s` holds their events in order, as tuples of the instant in
 * milliseconds and then `columns` of the row of `events`. To know where one begins, the day before the range is
 * read; it may run on for a day after it.
 */
export function sessions(sheet: Sheet, idleMs: number, columns: readonly string[]): string {
  const around = sheet.within(new Date(sheet.from.getTime() - DAY_MS), new Date(sheet.to.getTime() + DAY_MS))
  const [idle, from, to] = [idleMs, sheet.from.getTime(), sheet.to.getTime()].map((n) => sheet.bind('Int64', n))
  const event = ['toUnixTimestamp64Milli(timestamp)', ...columns].join(', ')
  const members = `SELECT ${sheet.root} AS root, arraySort(groupArray(tuple(${event}))) AS es FROM events
    WHERE ${around} AND class != 'system' AND ${sheet.audience} GROUP BY root`
  const chains = `SELECT root, arrayJoin(arraySplit((e, gap) -> gap > ${idle}, es, arrayDifference(es.1))) AS chain
    FROM (${members})`
  // Few chains are longer than a day; only their instants are walked for where the next session begins.
  const begins = `arrayFold((b, t) -> if(t - b[-1] > ${DAY_MS}, arrayPushBack(b, t), b),
    if(chain[-1].1 - chain[1].1 > ${DAY_MS}, chain.1, emptyArrayInt64()), [chain[1].1])`
  const capped = `SELECT root, arrayJoin(if(length(begins) = 1, [chain],
      arraySplit((e, gap) -> gap > 0 AND has(begins, e.1), chain, arrayDifference(chain.1)))) AS s
    FROM (SELECT root, chain, ${begins} AS begins FROM (${chains}))`
  return `SELECT root, s FROM (${capped}) WHERE s[1].1 >= ${from} AND s[1].1 < ${to}`
}
