// How much of something happens, period by period. Members of a range are never the sum of its days.
import { z } from 'zod'
import { jsonOperand, numberOf, path } from '#data/segment'
import { Problem } from '#kernel/problem'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { matching, nameOf } from './match.ts'
import { INTERVALS, type Period, periodSql, periodsOf } from './period.ts'
import { inline, type Sheet } from './sheet.ts'

const rolling = z.string().regex(/^rolling:([1-9]\d?|1[0-7]\d|180)d$/)
const measure = z.union([
  z.enum(['total', 'members', 'perMember', 'sum', 'avg', 'min', 'max', 'p50', 'p90', 'p99']),
  rolling,
])
const series = matching.extend({
  measure: measure.default('total'),
  of: path.optional(),
  name: z.string().max(80).optional(),
})
type Series = z.output<typeof series>
const query = z.object({
  ...common,
  series: z.array(series).min(1).max(10),
  interval: z.enum(INTERVALS).default('day'),
})
type Query = z.output<typeof query>

export const trend = kind({
  name: 'insight.trend',
  title: { en: 'Trend', zh: '趋势' },
  means: {
    en: 'What happened in each period of the zone’s calendar; members are counted once per period and once over the whole range.',
    zh: '按所选时区的自然周期统计；成员数在每个周期内去重，合计为整个时段内去重，而非逐期相加。',
  },
  query,
  answer: z.object({
    buckets: z.array(z.string()),
    /** Indexes of buckets that have not ended. */
    unfinished: z.array(z.int()),
    series: z.array(
      z.object({
        name: z.string(),
        values: z.array(z.number().nullable()),
        cells: z.array(cell),
        total: z.number().nullable(),
        totalCell: cell,
      }),
    ),
  }),
  fails: {
    'insight.measure_of_missing': {
      status: 400,
      title: { en: 'This measure needs “of”: the property to measure', zh: '该度量需要指定属性（of）' },
    },
  },
  reads: (asked) => asked.series.flatMap((s) => s.event),
  check(asked, sheet) {
    if (!periodsOf(asked.interval, sheet.from, sheet.to, sheet)) throw new Problem('insight.too_many_periods', 400)
    if (asked.series.some((s) => /^(sum|avg|min|max|p\d\d)$/.test(s.measure) && !s.of))
      throw new Problem('insight.measure_of_missing', 400)
  },
  async numbers(sheet, asked) {
    const periods = periodsOf(asked.interval, sheet.from, sheet.to, sheet) ?? []
    const answers = await Promise.all(
      asked.series.map(async (one, i) => {
        const rows = await sheet.rows<Row>(
          `SELECT if(grouping(p) = 0, toString(p), NULL) AS bucket, ${valueSql(one)} AS v
           FROM (${relation(sheet, asked, one)}) GROUP BY GROUPING SETS ((p), ())`,
        )
        return valuesOf(one, i, rows, periods, asked.interval === 'hour')
      }),
    )
    return {
      buckets: periods.map((p) => p.key),
      unfinished: periods.flatMap((p, i) => (p.to > sheet.now ? [i] : [])),
      series: answers,
    }
  },
  async people(sheet, asked, [i, bucket]) {
    const one = asked.series[Number(i)]
    if (!one || bucket === undefined) return null
    const when = bucket === null ? '1' : `toString(p) = ${sheet.bind('String', bucket)}`
    return `SELECT DISTINCT root FROM (${relation(sheet, asked, one)}) WHERE ${when}`
  },
})

interface Row {
  bucket: string | null
  v: number | null
}

/** Rows (p, root, v): what counts in which period, and for whom. */
function relation(sheet: Sheet, asked: Query, one: Series): string {
  const days = Number(/^rolling:(\d+)d$/.exec(one.measure)?.[1] ?? 0)
  const back = new Date(sheet.from.getTime() - days * 86_400_000)
  const where = `${sheet.within(back, sheet.to)} AND ${sheet.matches(one)} AND ${sheet.audience}`
  if (days === 0) {
    const number = one.of ? numberOf(jsonOperand(sheet.bind, inline, one.of, '1')) : 'NULL'
    return `SELECT ${periodSql(asked.interval, sheet)} AS p, ${sheet.root} AS root, ${number} AS x FROM events WHERE ${where}`
  }
  // Each member-day is spread over the days it counts for.
  const zone = sheet.bind('String', sheet.zone)
  return `SELECT root, day + arrayJoin(range(0, ${days})) AS p, NULL AS x
    FROM (SELECT DISTINCT ${sheet.root} AS root, toDate(timestamp, ${zone}) AS day FROM events WHERE ${where})
    WHERE p >= toDate(${sheet.instant(sheet.from)}, ${zone})`
}

function valueSql({ measure }: Series): string {
  if (measure === 'total') return 'toFloat64(count())'
  if (measure === 'members' || measure.startsWith('rolling')) return 'toFloat64(uniqExact(root))'
  if (measure === 'perMember') return 'if(count() = 0, NULL, count() / uniqExact(root))'
  const percentile = /^p(\d\d)$/.exec(measure)?.[1]
  const fn = percentile ? `quantileExactInclusive(0.${percentile})` : measure
  return `if(count(x) = 0, ${measure === 'sum' ? '0' : 'NULL'}, ${fn}(x))`
}

function valuesOf(one: Series, i: number, rows: readonly Row[], periods: readonly Period[], hours: boolean) {
  const isCount = one.measure === 'total' || one.measure === 'members' || one.measure === 'sum'
  const empty = isCount || one.measure.startsWith('rolling') ? 0 : null
  const byKey = new Map(
    rows.filter((r) => r.bucket !== null).map((r) => [hours ? hourKey(r.bucket ?? '') : r.bucket, r.v]),
  )
  return {
    name: one.name ?? nameOf(one),
    values: periods.map((p) => byKey.get(p.key) ?? empty),
    cells: periods.map((p) => cellKey(i, p.key)),
    total: rows.find((r) => r.bucket === null)?.v ?? empty,
    totalCell: cellKey(i, null),
  }
}

/** The warehouse prints an hour of UTC without saying so. */
const hourKey = (text: string) => new Date(`${text.replace(' ', 'T')}Z`).toISOString()
