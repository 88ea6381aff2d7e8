// Distinct members of windows of time: one bitmap a piece, united over each window. Pieces come from the bitmaps kept by
// day, with what has come since and what is cut out of days read from events; or all of them from events.
import { holdsLater, type Stored, storedActivity } from './activity/read.ts'
import { amongSql, presentSql, rootsSql } from './bitmap.ts'
import { daySql, type Interval } from './period.ts'
import type { Sheet } from './sheet.ts'
import type { Divided, Series } from './trend-measure.ts'
import { type Pieces, piecesOf, type Window } from './trend-range.ts'

/** Members of each window, by group; windows that are null have none. */
export async function membersOf(
  sheet: Sheet,
  series: Series,
  windows: readonly (Window | null)[],
  divided: Divided | null,
): Promise<{ k: number; g: string; v: number }[]> {
  const real = windows.filter((w) => w !== null)
  if (real.length === 0) return []
  const pieces = piecesOf(sheet, real)
  const stored = divided === null && series.where.length === 0 ? await storedActivity(sheet) : null
  const bits = stored ? await storedBits(sheet, series, pieces, stored) : eventBits(sheet, series, pieces, divided)
  const edges = windows.map((w) => (w ? pieces.of(w) : ([1, 0] as const)))
  const at = (i: 0 | 1) =>
    sheet.bind(
      'Array(Int32)',
      edges.map((e) => e[i]),
    )
  const [first, last] = [at(0), at(1)]
  return sheet.rows(
    `SELECT k - 1 AS k, g, toFloat64(groupBitmapMerge(bits)) AS v FROM (${bits})
     ARRAY JOIN arrayFilter(k_ -> ${first}[k_] <= piece AND piece <= ${last}[k_], arrayEnumerate(${first})) AS k
     GROUP BY k, g`,
  )
}

/** Rows (piece, g, bits) of members. */
function eventBits(sheet: Sheet, series: Series, { from, to, sql }: Pieces, divided: Divided | null): string {
  return `SELECT piece, g, ${rootsSql(sheet, 'numbers')} AS bits FROM (
    SELECT ${sql} AS piece, ${divided?.value ?? "''"} AS g, groupBitmapState(member) AS numbers
    FROM events ${divided?.join ?? ''}
    WHERE ${sheet.within(from, to)} AND ${sheet.matches(series)} AND ${sheet.audience} GROUP BY piece, g)`
}

async function storedBits(sheet: Sheet, series: Series, pieces: Pieces, { batch, whole }: Stored): Promise<string> {
  const { from, to, days, cutDays } = pieces
  const end = to <= sheet.now ? to : new Date(sheet.now.getTime() + 1)
  const cut = [...new Set([...cutDays, ...((await holdsLater(sheet, days[1], end)) ? [days[1]] : [])])]
  const isCut = (day: string) => (cut.length === 0 ? '0' : `has(${sheet.bind('Array(UInt16)', cut)}, ${day})`)
  const kept = `SELECT ${pieces.ofDay} AS piece, members AS numbers FROM activity
    WHERE zone = ${sheet.bind('String', sheet.zone)} AND ${namedSql(sheet, series)}
      AND toUInt16(day) BETWEEN ${days[0]} AND ${days[1]} AND NOT ${isCut('toUInt16(day)')}`
  const since = [
    ...(whole ? [] : [`batch > ${sheet.bind('UInt64', batch)}`]),
    ...(cut.length > 0 ? [isCut(daySql(sheet))] : []),
  ]
  const rest = `SELECT ${pieces.sql} AS piece, groupBitmapState(member) AS numbers FROM events
    WHERE (${since.join(' OR ')}) AND ${sheet.within(from, to)} AND ${sheet.matches(series)} AND NOT bot AND member != 0
    GROUP BY piece`
  const all = since.length === 0 ? kept : `${kept} UNION ALL ${rest}`
  return `SELECT piece, '' AS g, ${amongSql(sheet, rootsSql(sheet, presentSql('numbers')))} AS bits
    FROM (SELECT piece, groupBitmapMergeState(numbers) AS numbers FROM (${all}) GROUP BY piece)`
}

/** Which rows of `activity` a series is about. */
function namedSql(sheet: Sheet, { event }: Series): string {
  const names = [event].flat()
  const exact = names.filter((n) => !n.endsWith('*'))
  const starts = names.filter((n) => n.endsWith('*')).map((n) => n.slice(0, -1))
  const parts = [
    ...(exact.length > 0 ? [`name IN ${sheet.bind('Array(String)', exact)}`] : []),
    ...starts.map((s) => `(NOT system AND ${s === '' ? "name = ''" : `startsWith(name, ${sheet.bind('String', s)})`})`),
  ]
  return `(${parts.join(' OR ')})`
}

/** Whether a series counts members over days. */
export const countsDays = ({ measure }: Series, interval: Interval): boolean =>
  measure.startsWith('rolling') || (measure === 'members' && interval !== 'hour')
