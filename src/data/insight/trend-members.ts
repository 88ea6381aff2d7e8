// Distinct members of windows of time: one bitmap a piece, united over each window. Pieces come from the bitmaps kept by
// day, with what has come since and what is cut out of days read from events; or all of them from events.
import { storedBits } from './activity/bits.ts'
import { storedActivity } from './activity/read.ts'
import { rootsSql } from './bitmap.ts'
import type { Interval } from './period.ts'
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
    `SELECT k - 1 AS k, ${stored ? "''" : 'g'} AS g, toFloat64(groupBitmapMerge(bits)) AS v FROM (${bits})
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

/** Whether a series counts members over days. */
export const countsDays = ({ measure }: Series, interval: Interval): boolean =>
  measure.startsWith('rolling') || (measure === 'members' && interval !== 'hour')
