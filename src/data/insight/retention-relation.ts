// Who began when, and in which columns each of them came back: one row a member, cohort and column. It is folded over
// each member's own sorted periods; a join of starts with returns would multiply what recurs.
import { z } from 'zod'
import { breakdown, dividedBy } from './breakdown.ts'
import { common } from './kind.ts'
import { matching } from './match.ts'
import { calendarOf, daySql, indexSql, type Period, weekStart } from './period.ts'
import type { Sheet } from './sheet.ts'

/** Farther than anybody looks back in days, and a bound. */
const FARTHEST = 366

export const retentionQuery = z.object({
  ...common,
  start: matching,
  return: matching,
  period: z.enum(['day', 'week', 'month']).default('month'),
  periods: z.int().min(1).max(90).default(12),
  /** Whose start is meant: the first that matches in a life, a first event at all that matches, or one a period. */
  cohort: z.enum(['first', 'firstEver', 'recurring']).default('first'),
  mode: z.enum(['on', 'onOrAfter', 'range', 'rolling24h']).default('on'),
  /** Columns of the mode `range`: from the nth to the mth period after the start, both included; may overlap. */
  ranges: z
    .array(z.tuple([z.int().min(1).max(FARTHEST), z.int().min(1).max(FARTHEST)]))
    .min(1)
    .max(60)
    .optional(),
  weekStart,
  breakdown: breakdown.optional(),
})
export type RetentionQuery = z.output<typeof retentionQuery>

/** Periods after the start that a column tells of; `to` null: and all that follow. */
export interface Column {
  from: number
  to: number | null
}

export function columnsOf({ mode, periods, ranges = [] }: RetentionQuery): Column[] {
  const after =
    mode === 'range'
      ? ranges.map(([from, to]) => ({ from, to }))
      : Array.from({ length: periods }, (_, i) => ({ from: i + 1, to: mode === 'onOrAfter' ? null : i + 1 }))
  return [{ from: 0, to: 0 }, ...after]
}

/** A rolling window: a day of 24 h, a week of 7 and a month of 30 of them. */
export const rollingMs = ({ period }: RetentionQuery): number => ({ day: 1, week: 7, month: 30 })[period] * 86_400_000

/** The last instant that a column of these cohorts may tell of; null: none. */
function endOf(asked: RetentionQuery, cohorts: readonly Period[]): Date | null {
  const last = cohorts.at(-1)
  if (!last || asked.mode === 'onOrAfter') return null
  const farthest = Math.max(...columnsOf(asked).map((c) => c.to ?? 0))
  // A calendar month or week is never longer than this, a change of the clock included.
  const longest = { day: 25, week: 169, month: 745 }[asked.period] * 3_600_000
  return new Date(last.to.getTime() + (farthest + 1) * longest)
}

/** Rows (root, c, g, k): a member of the cohort with index c and in group g counts in column k; 0 is the cohort. */
export function relation(sheet: Sheet, asked: RetentionQuery, cohorts: readonly Period[]): string {
  const columns = `arrayPushFront(${columnsSql(sheet, asked)}, toInt64(0))`
  return `SELECT root, c, g, arrayJoin(${columns}) AS k FROM (${started(sheet, asked, cohorts)})`
}

/** Rows (root, c, t, g, back): each start with its cohort, instant and group, and the member's returns in order. */
export function started(sheet: Sheet, asked: RetentionQuery, cohorts: readonly Period[]): string {
  const by = asked.breakdown
  const starts = begun(sheet, asked, cohorts)
  if (!by) return `SELECT root, c, t, '' AS g, back FROM (${starts})`
  const { value, join } = dividedBy(sheet, by)
  if ('eventProperty' in by)
    return `SELECT root, c, t, ${asked.cohort === 'recurring' ? 'v' : value} AS g, back FROM (${starts})`
  // Looked up once a member and not once an event.
  return `SELECT m.member AS root, m.c AS c, m.t AS t, m.back AS back, ${value} AS g
    FROM (SELECT root AS member, c, t, back FROM (${starts})) AS m ${join}`
}

/** The columns of a row (c, t, back) in which the member came back. */
function columnsSql(sheet: Sheet, asked: RetentionQuery): string {
  const { mode, periods } = asked
  const among = (ks: string) => `arrayFilter(k -> k BETWEEN 1 AND ${periods}, ${ks})`
  if (mode === 'on') return among('arrayMap(x -> toInt64(x) - toInt64(c), back)')
  if (mode === 'onOrAfter')
    return `arrayMap(k -> toInt64(k), range(1, toUInt32(least(greatest(toInt64(back[-1]) - toInt64(c), 0), ${periods}) + 1)))`
  if (mode === 'rolling24h')
    return `arrayDistinct(${among(`arrayMap(x -> intDiv(x - t, ${rollingMs(asked)}), arrayFilter(x -> x >= t, back))`)})`
  const columns = columnsOf(asked).slice(1)
  const list = (values: readonly (number | null)[]) => sheet.bind('Array(Int64)', values)
  const [from, to] = [list(columns.map((c) => c.from)), list(columns.map((c) => c.to))]
  return `arrayMap(y -> y.1, arrayFilter(y -> arrayExists(x -> toInt64(x) - toInt64(c) BETWEEN y.2 AND y.3, back),
    arrayZip(${list(columns.map((_, i) => i + 1))}, ${from}, ${to})))`
}

/**
 * Rows (root, c, t, back) and, where groups are told by the event of the start, what tells them: the properties of a
 * first one, from which a value is taken once a member, or the values v of recurring ones.
 */
function begun(sheet: Sheet, asked: RetentionQuery, cohorts: readonly Period[]): string {
  const [lo, hi] = [cohorts[0]?.index ?? 1, cohorts.at(-1)?.index ?? 0]
  const since = cohorts[0]?.from ?? sheet.from
  const isRolling = asked.mode === 'rolling24h'
  const [start, comeback] = [sheet.matches(asked.start), sheet.matches(asked.return)]
  const [isFirst, isFirstEver] = [asked.cohort !== 'recurring', asked.cohort === 'firstEver']
  const by = asked.breakdown
  const told = by && 'eventProperty' in by ? dividedBy(sheet, by).value : null
  const needsInstant = isRolling || told !== null || isFirstEver
  /** All rows are starts and returns. */
  const isSame = start === comeback && !isFirstEver
  const p = indexSql(asked.period, calendarOf(sheet, asked).weekStart, daySql(sheet))
  const rows = `SELECT ${sheet.root} AS root, ${p} AS p, ${needsInstant ? 'toUnixTimestamp64Milli(timestamp) AS ms, seq,' : ''}
      (${start}) AS s, ${isSame ? 's' : `(${comeback} AND timestamp >= ${sheet.instant(since)})`} AS r,
      ${isFirstEver ? "class != 'system'" : '0'} AS o,
      ${told === null ? "''" : isFirst ? 'properties' : `if(s AND p BETWEEN ${lo} AND ${hi}, ${told}, '')`} AS v
    FROM events WHERE ${sheet.within(isFirst ? null : since, endOf(asked, cohorts))} AND (s OR r OR o) AND ${sheet.audience}`
  const of = isRolling ? 'ms' : 'p'
  const times = `arraySort(${isSame ? `groupArray(${of})` : `groupArrayIf(${of}, r)`})`
  const back = isRolling ? times : `arrayCompact(${times})`
  if (isFirst)
    // Events of one instant have no order: a first one that matches may be any of them.
    return `SELECT root, ${isSame && !isRolling ? 'back[1]' : 'minIf(p, s)'} AS c, ${isRolling ? 'minIf(ms, s)' : '0'} AS t, ${back} AS back
        ${told === null ? '' : ', argMinIf(v, (ms, seq), s) AS properties'}
      FROM (${rows}) GROUP BY root
      HAVING c BETWEEN ${lo} AND ${hi}${isFirstEver ? ' AND minIf(ms, o OR s) = minIf(ms, s)' : ''}`
  const inRange = `s AND p BETWEEN ${lo} AND ${hi}`
  if (!needsInstant)
    return `SELECT root, arrayJoin(begun) AS c, 0 AS t, back FROM (
      SELECT root, arrayCompact(arraySort(groupArrayIf(p, ${inRange}))) AS begun, ${back} AS back
      FROM (${rows}) GROUP BY root)`
  // The first of each period.
  const firsts = 'arrayFilter((x, i) -> i = 1 OR x.1 != starts[i - 1].1, starts, arrayEnumerate(starts))'
  return `SELECT root, b.1 AS c, b.2 AS t, b.4 AS v, back FROM (
    SELECT root, back, arrayJoin(${firsts}) AS b FROM (
      SELECT root, arraySort(groupArrayIf((p, ms, seq, v), ${inRange})) AS starts, ${back} AS back
      FROM (${rows}) GROUP BY root))`
}
