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

/** Numbers of every group that has any. */
export async function numbersOf(
  sheet: Sheet,
  one: Series,
  interval: Interval,
  spans: readonly Span[],
  divided: Divided | null,
): Promise<Map<string | null, Numbers>> {
  const places = spans.flatMap((span) => span.periods)
  const days = rollingDays(one)
  const rows: { k: number; g: string; v: number | null }[] = countsDays(one, interval)
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
  const empty = (): Numbers => [
    ...places.map((p) => (days > 0 && p.from > sheet.now ? null : emptyOf(one))),
    ...spans.map(() => emptyOf(one)),
  ]
  const byGroup = new Map<string, Numbers>(divided ? [] : [['', empty()]])
  for (const { k, g, v } of rows) {
    const numbers = byGroup.get(g) ?? empty()
    numbers[Number(k)] = v
    byGroup.set(g, numbers)
  }
  const names = (divided?.names ?? ['']).filter((g) => byGroup.has(g))
  return new Map(names.map((g) => [groupName(g), byGroup.get(g) ?? empty()]))
}

/** The condition that an event lies in one of the spans. */
const during = (sheet: Sheet, spans: readonly Span[]): string =>
  `(${spans.map((s) => `(${sheet.within(s.from, s.to)})`).join(' OR ')})`

async function cutByPeriod(
  sheet: Sheet,
  one: Series,
  interval: Interval,
  spans: readonly Span[],
  divided: Divided | null,
): Promise<{ k: number; g: string; v: number | null }[]> {
  const isPast = spans.length > 1 ? `timestamp < ${sheet.instant(sheet.from)}` : '0'
  const number = one.of ? numberOf(jsonOperand(sheet.bind, inline, one.of, '1')) : 'NULL'
  const { inner, outer } = foldOf(sheet, one)
  const rows = await sheet.rows<{ key: string; g: string; whole: number; past: number; v: number | null }>(
    `SELECT toString(p) AS key, g, grouping(p) AS whole, past, ${outer} AS v FROM (
       SELECT ${periodSql(interval, sheet)} AS p, ${divided?.value ?? "''"} AS g, toUInt8(${isPast}) AS past, ${inner(number)}
       FROM events ${divided?.join ?? ''}
       WHERE ${during(sheet, spans)} AND ${sheet.matches(one)} AND ${sheet.audience}
       ${one.measure.startsWith('p') && measuresProperty(one) ? '' : 'GROUP BY p, g, past'})
     GROUP BY GROUPING SETS ((p, g, past), (g, past))`,
  )
  const places = spans.flatMap((span) => span.periods)
  const placeOf = new Map(places.map((p, i) => [p.key, i]))
  return rows.flatMap(({ key, g, whole, past, v }) => {
    const k = Number(whole) === 1 ? places.length + Number(past) : placeOf.get(interval === 'hour' ? hourKey(key) : key)
    return k === undefined ? [] : [{ k, g, v }]
  })
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
