// Recency, frequency and money in fifths, by the rule of the R package rfm: borders are the type-7 quantiles plus 1,
// a fifth is [lower, upper), and the most recent fifth has 5. Who is in which fifth depends on everybody, so it holds
// for the instant it was measured at and is measured anew every day.

import { dayOf } from '#data/segment'
import type { Warehouse } from '#kernel/context'
import type { Measure, Rfm } from './definition.ts'
import { CODE, type Plan, planMeasure } from './measure.ts'
import { createSheet, membersSql, NEVER, type Sheet } from './sheet.ts'

/** Where the second, third, fourth and last fifth begin; empty while nobody has bought anything. */
export interface Thresholds {
  recency: readonly number[]
  frequency: readonly number[]
  money: readonly number[]
}

type Range = readonly [from: number, to: number]
interface Segment {
  key: string
  recency: Range
  frequency: Range
  money: Range
}

/** The segments of the same package, in its order: who fits several is in the first. Names: segment-titles.ts. */
export const SEGMENTS: readonly Segment[] = [
  { key: 'champions', recency: [4, 5], frequency: [4, 5], money: [4, 5] },
  { key: 'loyal', recency: [2, 5], frequency: [3, 5], money: [3, 5] },
  { key: 'potentialLoyalist', recency: [3, 5], frequency: [1, 3], money: [1, 3] },
  { key: 'new', recency: [4, 5], frequency: [1, 1], money: [1, 1] },
  { key: 'promising', recency: [3, 4], frequency: [1, 1], money: [1, 1] },
  { key: 'needAttention', recency: [2, 3], frequency: [2, 3], money: [2, 3] },
  { key: 'aboutToSleep', recency: [2, 3], frequency: [1, 2], money: [1, 2] },
  { key: 'atRisk', recency: [1, 2], frequency: [2, 5], money: [2, 5] },
  { key: 'cannotLose', recency: [1, 1], frequency: [4, 5], money: [4, 5] },
  { key: 'lost', recency: [1, 2], frequency: [1, 2], money: [1, 2] },
  { key: 'other', recency: [1, 5], frequency: [1, 5], money: [1, 5] },
]

const within = (n: number, [from, to]: Range) => n >= from && n <= to

export function segmentOf(r: number, f: number, m: number): string {
  const found = SEGMENTS.find((s) => within(r, s.recency) && within(f, s.frequency) && within(m, s.money))
  return found?.key ?? 'other'
}

/** Days since the last, how many, and how much in all; NULL for who has none with an amount. */
function figures({ amount, ...source }: Rfm, sheet: Sheet) {
  const measure = (fn: 'sum' | 'count'): Measure => ({ ...source, fn, ...(fn === 'sum' ? { of: amount } : {}) })
  const money = planMeasure(measure('sum'), sheet)
  const frequency = planMeasure(measure('count'), sheet)
  const last = sheet.sum(`maxIf(t, ${frequency.counts})`)
  const day = (t: string) => `toInt32(${dayOf(t, sheet.tz)})`
  return { recency: `${day('now')} - ${day(last)}`, frequency: frequency.number, money: money.number, plan: money }
}

/** How many borders a figure has reached, plus one. */
const fifthSql = (figure: string, borders: readonly number[], { bind }: Sheet) =>
  `(1 + arrayCount(b -> assumeNotNull(${figure}) >= b, ${bind('Array(Float64)', borders)}))`

export function planRfm(rfm: Rfm, thresholds: Thresholds, sheet: Sheet): Plan & { figures: string } {
  const { recency, frequency, money, plan } = figures(rfm, sheet)
  const r = `(6 - ${fifthSql(recency, thresholds.recency, sheet)})`
  const f = fifthSql(frequency, thresholds.frequency, sheet)
  const m = fifthSql(money, thresholds.money, sheet)
  const some = thresholds.recency.length > 0 ? `isNotNull(${money})` : '0'
  return {
    ...plan,
    value: `if(${some}, concat('${CODE.rfm}', toString(${r}), toString(${f}), toString(${m})), '')`,
    number: `if(${some}, toFloat64(${r} * 100 + ${f} * 10 + ${m}), NULL)`,
    figures: `[toFloat64(${recency}), ifNull(${frequency}, 0), ifNull(${money}, 0)]`,
    // It holds for one instant; the next is the next measuring of everybody.
    next: String(NEVER),
  }
}

/** The borders as of an instant, over everybody. */
export async function thresholdsOf(
  warehouse: Warehouse,
  rfm: Rfm,
  { at, zone, lane }: { at: Date; zone: string; lane: 'interactive' | 'background' },
): Promise<Thresholds> {
  const sheet = createSheet(zone)
  const { recency, frequency, money } = figures(rfm, sheet)
  const columns = [`${recency} AS recency_`, `${frequency} AS frequency_`, `${money} AS money_`]
  const members = membersSql(sheet, { kind: 'all', at }, columns)
  const borders = (figure: string) =>
    `arrayMap(q -> q + 1, quantilesExactInclusive(0.2, 0.4, 0.6, 0.8)(toFloat64(assumeNotNull(${figure}))))`
  const [row] = await warehouse.query<{ n: number | string; r: number[]; f: number[]; m: number[] }>(
    `SELECT count() AS n, ${borders('recency_')} AS r, ${borders('frequency_')} AS f, ${borders('money_')} AS m
     FROM (${members}) WHERE isNotNull(money_)`,
    sheet.params,
    { lane },
  )
  if (!row || Number(row.n) === 0) return { recency: [], frequency: [], money: [] }
  return { recency: row.r.map(Number), frequency: row.f.map(Number), money: row.m.map(Number) }
}
