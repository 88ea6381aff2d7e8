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

/** How a row of `events` is kept while its session is found. */
export interface Packed {
  /** Columns of the row that `word` and `more` read. */
  row: string
  /** One number: above `shift` bits the instant in milliseconds, then what orders events of the same instant. */
  word: string
  shift: number
  /** Further aggregates of the member, by the names of their columns. */
  more?: Readonly<Record<string, string>>
}

/**
 * Rows (root, s, and those of `more`) of the sessions that begin in the range: `s` holds their words in order. To know
 * where one begins, the day before the range is read; it may run on for a day after it.
 */
export function sessions(sheet: Sheet, idleMs: number, { row, word, shift, more = {} }: Packed): string {
  const around = sheet.within(new Date(sheet.from.getTime() - DAY_MS), new Date(sheet.to.getTime() + DAY_MS))
  const [idle, from, to] = [idleMs, sheet.from.getTime(), sheet.to.getTime()].map((n) => sheet.bind('Int64', n))
  const time = (w: string) => `toInt64(bitShiftRight(${w}, ${shift}))`
  const times = `arrayMap(w -> ${time('w')}, es)`
  const rows = `SELECT ${sheet.root} AS root, ${row} FROM events WHERE ${around} AND class != 'system' AND ${sheet.audience}`
  const kept = ['root', ...Object.keys(more)].join(', ')
  const aggregates = Object.entries(more).map(([name, sql]) => `, ${sql} AS ${name}`)
  const members = `SELECT root, arraySort(groupArray(${word})) AS es${aggregates.join('')} FROM (${rows}) GROUP BY root`
  const gaps = `SELECT *, ${times} AS ts, arrayMap(gap -> gap > ${idle}, arrayDifference(ts)) AS breaks,
    arrayExists((t, first) -> t - first > ${DAY_MS}, ts, arrayFill((t, is) -> is, ts, breaks)) AS lasting FROM (${members})`
  // Few go on for more than a day; only their instants are walked for where the next session begins.
  const begins = `is OR t - s_.2 > ${DAY_MS}`
  const walked = `arrayFold((s_, t, is) -> (arrayPushBack(s_.1, ${begins}), if(${begins}, t, s_.2)),
    if(lasting, ts, emptyArrayInt64()), if(lasting, breaks, emptyArrayUInt8()), (emptyArrayUInt8(), ts[1])).1`
  const cut = `SELECT ${kept}, arrayJoin(arraySplit((w, is) -> is, es, if(lasting, ${walked}, breaks))) AS s FROM (${gaps})`
  return `SELECT * FROM (${cut}) WHERE ${time('s[1]')} >= ${from} AND ${time('s[1]')} < ${to}`
}
