// How members differ: each member's own count, sum or number of days, and how many members have how much.
import { z } from 'zod'
import { jsonOperand, numberOf, path } from '#data/segment'
import { inWords } from '#kernel/flaw'
import { Problem } from '#kernel/problem'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { matching } from './match.ts'
import { daySql } from './period.ts'
import { inline, type Sheet } from './sheet.ts'

const query = z.object({
  ...common,
  ...matching.shape,
  /** Of each member: how many events, on how many days, or what of the numbers in `of`. */
  measure: z.enum(['count', 'days', 'sum', 'avg', 'min', 'max']).default('count'),
  of: path.optional(),
  /** About how many bins, where no edges are given. */
  bins: z.int().min(1).max(50).default(12),
  edges: z
    .array(z.number())
    .min(2)
    .max(51)
    .refine(
      (edges) => edges.every((e, i) => i === 0 || e > (edges[i - 1] ?? e)),
      inWords('edges must rise', '分箱边界必须递增'),
    )
    .optional(),
})
type Query = z.output<typeof query>

export const distribution = kind({
  name: 'insight.distribution',
  title: { en: 'Distribution', zh: '分布' },
  means: {
    en: 'Members by what each of them did in the range. A bin holds its lower edge and not its upper one; the last holds both. Who did nothing that can be measured is not counted.',
    zh: '按每位成员在所选时段内的数值分组。每组包含下限、不含上限，最后一组两端均包含；没有可度量行为的成员不计入。',
  },
  query,
  answer: z.object({
    /** An edge is null where the bin has no end on that side. */
    bins: z.array(z.object({ from: z.number().nullable(), to: z.number().nullable(), members: z.int(), cell })),
    members: z.int(),
    membersCell: cell,
    mean: z.number().nullable(),
    median: z.number().nullable(),
    p90: z.number().nullable(),
    min: z.number().nullable(),
    max: z.number().nullable(),
  }),
  fails: {
    'insight.measure_of_missing': {
      status: 400,
      title: { en: 'This measure needs “of”: the property to measure', zh: '该度量需要指定属性（of）' },
    },
  },
  reads: (asked) => [asked.event].flat(),
  check(asked) {
    if (!isCounted(asked) && !asked.of) throw new Problem('insight.measure_of_missing', 400)
  },
  async numbers(sheet, asked) {
    const [whole] = await sheet.rows<Whole>(
      `SELECT count() AS members, avg(v) AS mean, min(v) AS least, max(v) AS most,
         quantileExactInclusive(0.5)(v) AS median, quantileExactInclusive(0.9)(v) AS p90,
         quantileExactInclusive(0.98)(v) AS nearlyAll FROM (${relation(sheet, asked)})`,
    )
    const members = Number(whole?.members ?? 0)
    if (!whole || members === 0) return { bins: [], ...NOBODY }
    const bins = binsOf(asked, whole)
    const starts = sheet.bind(
      'Array(Float64)',
      bins.map((b) => b.from ?? Number.MIN_SAFE_INTEGER),
    )
    const rows = await sheet.rows<{ i: number; n: number }>(
      `SELECT arrayCount(e -> e <= v, ${starts}) AS i, count() AS n FROM (${relation(sheet, asked)}) GROUP BY i`,
    )
    const counted = new Map(rows.map((r) => [Number(r.i), Number(r.n)]))
    return {
      bins: bins.map((bin, i) => ({
        ...bin,
        members: counted.get(i + 1) ?? 0,
        cell: keyOf(bin, i === bins.length - 1),
      })),
      ...{ members, membersCell: cellKey(null, null), mean: whole.mean, median: whole.median, p90: whole.p90 },
      ...{ min: whole.least, max: whole.most },
    }
  },
  async people(sheet, asked, [from, to, last]) {
    const edge = (part: string | null | undefined) => (part === null ? null : Number(part || Number.NaN))
    const [low, high] = [edge(from), edge(to)]
    if (Number.isNaN(low) || Number.isNaN(high) || (last !== undefined && last !== LAST)) return null
    const conditions = [
      ...(low === null ? [] : [`v >= ${sheet.bind('Float64', low)}`]),
      ...(high === null ? [] : [`v ${last ? '<=' : '<'} ${sheet.bind('Float64', high)}`]),
    ]
    return `SELECT root FROM (${relation(sheet, asked)}) WHERE ${conditions.join(' AND ') || '1'}`
  },
})

interface Whole {
  members: number
  mean: number
  least: number
  most: number
  median: number
  p90: number
  /** Few members have very much; bins for them alone would leave one for all others. */
  nearlyAll: number
}
interface Bin {
  from: number | null
  to: number | null
}

const NOBODY = {
  ...{ members: 0, membersCell: cellKey(null, null), mean: null, median: null, p90: null, min: null, max: null },
}
const LAST = 'last'
const keyOf = ({ from, to }: Bin, isLast: boolean) => cellKey(from, to, ...(isLast && to !== null ? [LAST] : []))

const isCounted = ({ measure }: Query) => measure === 'count' || measure === 'days'

/** Rows (root, v), one a member. */
function relation(sheet: Sheet, asked: Query): string {
  const number = asked.of && !isCounted(asked) ? numberOf(jsonOperand(sheet.bind, inline, asked.of, '1')) : null
  const value =
    asked.measure === 'count'
      ? 'count()'
      : asked.measure === 'days'
        ? `uniqExact(${daySql(sheet)})`
        : `${asked.measure}(x)`
  const x = number ? `${number} AS x, ` : ''
  const measured = `SELECT ${x}${sheet.root} AS root, timestamp FROM events
    WHERE ${sheet.within(sheet.from, sheet.to)} AND ${sheet.matches(asked)} AND ${sheet.audience}${number ? ' AND isNotNull(x)' : ''}`
  return `SELECT root, assumeNotNull(toFloat64(${value})) AS v FROM (${measured}) GROUP BY root`
}

/** Given edges, with what lies outside of them where there is any; else round steps over what nearly all have. */
function binsOf(asked: Query, { least, most, nearlyAll }: Whole): Bin[] {
  if (asked.edges) {
    const { edges } = asked
    const [first = least, end = most] = [edges[0], edges.at(-1)]
    return [
      ...(least < first ? [{ from: null, to: first }] : []),
      ...edges.slice(1).map((to, i) => ({ from: edges[i] ?? null, to })),
      ...(most > end ? [{ from: end, to: null }] : []),
    ]
  }
  const step = stepOf((nearlyAll - least) / asked.bins, isCounted(asked) ? 1 : 0)
  const first = Math.floor(least / step) * step
  const count = Math.max(1, Math.floor((nearlyAll - first) / step) + 1)
  // What multiplying leaves behind the last digit would make edges that cannot be read.
  const edge = (i: number) => Number((first + i * step).toPrecision(12))
  return Array.from({ length: count }, (_, i) => ({
    from: edge(i),
    to: i === count - 1 ? Math.max(most, edge(i + 1)) : edge(i + 1),
  }))
}

/** The next of 1, 2, 5, 10, 20 … */
function stepOf(wanted: number, least: number): number {
  if (wanted <= 0) return Math.max(1, least)
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = [1, 2, 5, 10].find((s) => s * power >= wanted * 0.999) ?? 10
  return Math.max(step * power, least)
}
