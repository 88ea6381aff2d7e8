// One series of a trend: what it asks the warehouse, and its numbers by period and group.
import { jsonOperand, numberOf } from '#data/segment'
import { rootsSql } from './bitmap.ts'
import { type Breakdown, dividedBy, groupName, groupSql, OTHER, topOf } from './breakdown.ts'
import { type Interval, periodSql } from './period.ts'
import { inline, type Sheet } from './sheet.ts'
import { type Divided, emptyOf, measuresProperty, type Numbers, rollingDays, type Series } from './trend-measure.ts'
import { countsDays, membersOf } from './trend-members.ts'
import { type Span, windowOf } from './trend-range.ts'

/** The greatest groups of all series together, so that they can be set against each other. */
export async function divide(
  sheet: Sheet,
  by: Breakdown,
  all: readonly Series[],
  spans: readonly Span[],
): Promise<Divided> {
  const { value, join } = dividedBy(sheet, by)
  const named = `(${all.map((s) => `(${sheet.matches(s)})`).join(' OR ')})`
  const rows = `SELECT ${value} AS g, ${sheet.root} AS root FROM events ${join}
    WHERE ${during(sheet, spans.slice(0, 1))} AND ${named} AND ${sheet.audience}`
  const top = await topOf(sheet, `SELECT DISTINCT g, root FROM (${rows}) WHERE g != ''`, by.limit)
  return { value: groupSql(sheet, value, ['', ...top]), join, names: [...top, '', OTHER] }
}

/** What is asked of a trend, as far as its numbers go. */
interface Asked {
  series: readonly Series[]
  interval: Interval
  breakdown?: Breakdown | undefined
}

/** The numbers of each series, of every group that has any. */
export async function counted(
  sheet: Sheet,
  { series, interval, breakdown: by }: Asked,
  spans: readonly Span[],
): Promise<Map<string | null, Numbers>[]> {
  const [one] = series
  if (by && one && series.length === 1 && !countsDays(one, interval) && !isPercentile(one)) {
    const rows = await cutByPeriod(sheet, one, interval, spans, { ...dividedBy(sheet, by), limit: by.limit })
    // `OTHER` is last, and those without a value before it.
    const names = [...new Set(rows.toSorted((a, b) => a.rank - b.rank).map((r) => r.g))]
    return [arranged(sheet, one, spans, rows, names)]
  }
  const divided = by ? await divide(sheet, by, series, spans) : null
  return Promise.all(series.map((each) => numbersOf(sheet, each, interval, spans, divided)))
}

const isPercentile = (one: Series) => one.measure.startsWith('p') && measuresProperty(one)

async function numbersOf(
  sheet: Sheet,
  one: Series,
  interval: Interval,
  spans: readonly Span[],
  divided: Divided | null,
): Promise<Map<string | null, Numbers>> {
  const days = rollingDays(one)
  const rows: readonly Found[] = countsDays(one, interval)
    ? await membersOf(
        sheet,
        one,
        [
          ...spans.flatMap((span) => span.periods.map((p) => windowOf(sheet, span, p, days))),
          ...spans.map((span) => windowOf(sheet, span, null, days)),
        ],
        divided,
      )
    : await cutByPeriod(sheet, one, interval, spans, divided)
  return arranged(sheet, one, spans, rows, divided?.names ?? null)
}

interface Found {
  /** Place among the periods of all spans, then those of the totals. */
  k: number
  g: string
  v: number | null
}

/** Numbers in their places, by group in the order of `names`; null is a trend that is not divided and always has some. */
function arranged(
  sheet: Sheet,
  one: Series,
  spans: readonly Span[],
  rows: readonly Found[],
  names: readonly string[] | null,
): Map<string | null, Numbers> {
  const isRolling = rollingDays(one) > 0
  const empty = (): Numbers => [
    ...spans.flatMap((span) => span.periods).map((p) => (isRolling && p.from > sheet.now ? null : emptyOf(one))),
    ...spans.map(() => emptyOf(one)),
  ]
  const byGroup = new Map<string, Numbers>(names ? [] : [['', empty()]])
  for (const { k, g, v } of rows) {
    const numbers = byGroup.get(g) ?? empty()
    numbers[Number(k)] = v
    byGroup.set(g, numbers)
  }
  const found = (names ?? ['']).filter((g) => byGroup.has(g))
  return new Map(found.map((g) => [groupName(g), byGroup.get(g) ?? empty()]))
}

/** The condition that an event lies in one of the spans. */
const during = (sheet: Sheet, spans: readonly Span[]): string =>
  `(${spans.map((s) => `(${sheet.within(s.from, s.to)})`).join(' OR ')})`

async function cutByPeriod(
  sheet: Sheet,
  one: Series,
  interval: Interval,
  spans: readonly Span[],
  divided: { value: string; join: string; limit?: number } | null,
): Promise<(Found & { rank: number })[]> {
  const isPast = spans.length > 1 ? `timestamp < ${sheet.instant(sheet.from)}` : '0'
  const number = one.of ? numberOf(jsonOperand(sheet.bind, inline, one.of, '1')) : 'NULL'
  const { inner, outer } = foldOf(sheet, one)
  const limit = divided?.limit
  const who = limit === undefined ? '' : `, groupBitmapState(toUInt32(${sheet.root})) AS who`
  const pieces = `SELECT ${periodSql(interval, sheet)} AS p, ${divided?.value ?? "''"} AS value, toUInt8(${isPast}) AS past,
      ${inner(number)}${who}
    FROM events ${divided?.join ?? ''}
    WHERE ${during(sheet, spans)} AND ${sheet.matches(one)} AND ${sheet.audience}
    ${isPercentile(one) ? '' : 'GROUP BY p, value, past'}`
  const groups = limit === undefined ? `SELECT *, value AS g, 0 AS rank FROM (${pieces})` : rankedSql(pieces, limit)
  const rows = await sheet.rows<Found & { key: string; whole: number; past: number; rank: number }>(
    `SELECT toString(p) AS key, g, grouping(p) AS whole, past, toFloat64(min(rank)) AS rank, ${outer} AS v FROM (${groups})
     GROUP BY GROUPING SETS ((p, g, past), (g, past))`,
  )
  const places = spans.flatMap((span) => span.periods)
  const placeOf = new Map(places.map((p, i) => [p.key, i]))
  return rows.flatMap(({ key, g, whole, past, v, rank }) => {
    const k = Number(whole) === 1 ? places.length + Number(past) : placeOf.get(interval === 'hour' ? hourKey(key) : key)
    return k === undefined ? [] : [{ k, g, v, rank }]
  })
}

/** Pieces with the group each is put under: the greatest of the range by members stand for themselves. */
function rankedSql(pieces: string, limit: number): string {
  const sized = `SELECT *, groupBitmapMergeIf(who, past = 0) OVER (PARTITION BY value) AS size FROM (${pieces})`
  // Those without a value are told apart whatever their number.
  const ranked = `SELECT *, dense_rank() OVER (ORDER BY value = '', size = 0, size DESC, value) AS place FROM (${sized})`
  return `SELECT *, multiIf(value = '', ${limit + 1}, place <= ${limit} AND size > 0, place, ${limit + 2}) AS rank,
    if(rank = ${limit + 2}, '${OTHER}', value) AS g FROM (${ranked})`
}

/** How a measure is folded within a piece and then over pieces; percentiles need all values at once. */
function foldOf(sheet: Sheet, { measure }: Series): { inner(x: string): string; outer: string } {
  const members = `groupBitmapMerge(${rootsSql(sheet, 'numbers')})`
  const bits = 'groupBitmapState(member) AS numbers'
  if (measure === 'total') return { inner: () => 'count() AS n', outer: 'toFloat64(sum(n))' }
  if (measure === 'members') return { inner: () => bits, outer: `toFloat64(${members})` }
  if (measure === 'perMember') return { inner: () => `count() AS n, ${bits}`, outer: `sum(n) / ${members}` }
  if (measure === 'sum') return { inner: (x) => `sum(${x}) AS s`, outer: 'ifNull(sum(s), 0)' }
  if (measure === 'avg')
    return { inner: (x) => `sum(${x}) AS s, count(${x}) AS n`, outer: 'sum(s) / nullIf(sum(n), 0)' }
  if (measure === 'min' || measure === 'max') return { inner: (x) => `${measure}(${x}) AS s`, outer: `${measure}(s)` }
  return {
    inner: (x) => `${x} AS x`,
    outer: `if(count(x) = 0, NULL, quantileExactInclusive(0.${measure.slice(1)})(x))`,
  }
}

/** The warehouse prints an hour of UTC without saying so. */
const hourKey = (text: string) => new Date(`${text.replace(' ', 'T')}Z`).toISOString()
