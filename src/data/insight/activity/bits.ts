// Members of pieces of time as bitmaps: those kept by day, with what has come since and what is cut out of days read from
// events.
import { amongSql, presentSql, rootsSql } from '../bitmap.ts'
import type { Matching } from '../match.ts'
import { daySql } from '../period.ts'
import type { Sheet } from '../sheet.ts'
import type { Pieces } from '../trend-range.ts'
import { holdsLater, type Stored } from './read.ts'

/** What of the pieces of time is read; without a beginning, all of what ever was. */
type Span = Pick<Pieces, 'sql' | 'ofDay' | 'days' | 'cutDays' | 'to'> & { from: Date | null }

/** SQL for rows (piece, bits) of today's members who count. */
export async function storedBits(
  sheet: Sheet,
  what: Matching,
  { from, to, days, cutDays, ofDay, sql }: Span,
  stored: Stored,
): Promise<string> {
  const { batch, whole } = stored
  const end = to <= sheet.now ? to : new Date(sheet.now.getTime() + 1)
  const cut = [...new Set([...cutDays, ...((await holdsLater(sheet, stored, days[1], end)) ? [days[1]] : [])])]
  const isCut = (day: string) => (cut.length === 0 ? '0' : `has(${sheet.bind('Array(UInt16)', cut)}, ${day})`)
  const kept = `SELECT ${ofDay} AS piece, members AS numbers FROM activity
    WHERE zone = ${sheet.bind('String', sheet.zone)} AND ${namedSql(sheet, what)}
      AND toUInt16(day) BETWEEN ${days[0]} AND ${days[1]} AND NOT ${isCut('toUInt16(day)')}`
  const since = [
    ...(whole ? [] : [`batch > ${sheet.bind('UInt64', batch)}`]),
    ...(cut.length > 0 ? [isCut(daySql(sheet))] : []),
  ]
  const rest = `SELECT ${sql} AS piece, groupBitmapState(member) AS numbers FROM events
    WHERE (${since.join(' OR ')}) AND ${sheet.within(from, to)} AND ${sheet.matches(what)} AND NOT bot AND member != 0
    GROUP BY piece`
  const all = since.length === 0 ? kept : `${kept} UNION ALL ${rest}`
  return `SELECT piece, ${amongSql(sheet, rootsSql(sheet, presentSql('numbers')))} AS bits
    FROM (SELECT piece, groupBitmapMergeState(numbers) AS numbers FROM (${all}) GROUP BY piece)`
}

/** Which rows of `activity` are asked for. */
function namedSql(sheet: Sheet, { event }: Matching): string {
  const names = [event].flat()
  const exact = names.filter((n) => !n.endsWith('*'))
  const starts = names.filter((n) => n.endsWith('*')).map((n) => n.slice(0, -1))
  const parts = [
    ...(exact.length > 0 ? [`name IN ${sheet.bind('Array(String)', exact)}`] : []),
    ...starts.map((s) => `(NOT system AND ${s === '' ? "name = ''" : `startsWith(name, ${sheet.bind('String', s)})`})`),
  ]
  return `(${parts.join(' OR ')})`
}
