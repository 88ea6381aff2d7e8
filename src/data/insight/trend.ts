import { z } from 'zod'
import { condition, contactHidden, jsonOperand, numberOf, path, refuseContactParts } from '#data/segment'
import { audienceSql } from './audience.ts'
import { declared } from './declare.ts'
import { asOf, binder, earlier, inline, matching, matchSql, ROOT, range } from './match.ts'
import { INTERVALS, type Period, periodSql, periodsOf } from './period.ts'

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

const tooMany = {
  'insight.too_many_periods': {
    status: 400,
    title: { en: 'The range has too many points; choose a longer interval', zh: '时间点过多，请选择更大的时间粒度' },
  },
  'insight.range_empty': { status: 400, title: { en: 'The range ends before it begins', zh: '结束时间早于开始时间' } },
  'insight.measure_of_missing': {
    status: 400,
    title: { en: 'This measure needs “of”: the property to measure', zh: '该度量需要指定属性（of）' },
  },
} as const

export const trend = declared.query('insight.trend', {
  title: { en: 'Trend', zh: '趋势' },
  input: z.object({
    ...range,
    series: z.array(series).min(1).max(10),
    interval: z.enum(INTERVALS).default('day'),
    filter: condition.optional(),
  }),
  output: z.object({
    buckets: z.array(z.string()),
    /** Indexes of buckets that have not ended. */
    unfinished: z.array(z.int()),
    series: z.array(
      z.object({ name: z.string(), values: z.array(z.number().nullable()), total: z.number().nullable() }),
    ),
    asOf: z.iso.datetime(),
  }),
  offeredTo: ['operator'],
  needs: 'insight.read',
  on: 'brand',
  personal: true,
  fails: { ...tooMany, ...contactHidden },
  async run(ctx, input) {
    refuseContactParts(ctx, input)
    const zone = input.timezone ?? ctx.brand.zone
    const [from, to] = [new Date(input.from), new Date(input.to)]
    if (from >= to) return ctx.fail('insight.range_empty')
    const periods = periodsOf(input.interval, from, to, zone)
    if (!periods) return ctx.fail('insight.too_many_periods')
    if (input.series.some((s) => /^(sum|avg|min|max|p\d\d)$/.test(s.measure) && !s.of))
      return ctx.fail('insight.measure_of_missing')
    const at = earlier(to, ctx.now)
    const answers = await Promise.all(
      input.series.map(async (one) => {
        const days = /^rolling:(\d+)d$/.exec(one.measure)?.[1]
        const query = await (days
          ? rollingSql(ctx, one, { ...input, from, to, zone, at, days: Number(days) })
          : seriesSql(ctx, one, { ...input, from, to, zone, at }))
        const rows = await ctx.warehouse.query<{ bucket: string | null; v: number | null; whole: number }>(
          query.sql,
          query.params,
          { signal: ctx.signal },
        )
        return valuesOf(one, rows, periods, input.interval === 'hour')
      }),
    )
    return {
      buckets: periods.map((p) => p.key),
      unfinished: periods.flatMap((p, i) => (p.to > ctx.now ? [i] : [])),
      series: answers,
      asOf: ctx.now.toISOString(),
    }
  },
})

interface Asked {
  from: Date
  to: Date
  zone: string
  at: Date
  interval: (typeof INTERVALS)[number]
  filter?: z.output<typeof condition> | undefined
}
type Asking = Parameters<typeof audienceSql>[0]

/** One value per bucket and one over the whole range: members of a range are never the sum of its days. */
async function seriesSql(ctx: Asking, one: Series, asked: Asked) {
  const bound = binder()
  const { bind } = bound
  const number = one.of ? numberOf(jsonOperand(bind, inline, one.of, '1')) : 'NULL'
  const value = valueSql(one.measure, number)
  const period = periodSql(asked.interval, bind('String', asked.zone))
  const sql = `${asOf(bound, asked.at)} SELECT if(grouping(p) = 0, toString(p), NULL) AS bucket, ${value} AS v, grouping(p) AS whole
    FROM (SELECT ${period} AS p, ${ROOT} AS root, properties FROM events
      WHERE timestamp >= ${instant(bind, asked.from)} AND timestamp < ${instant(bind, asked.to)}
        AND timestamp <= ${instant(bind, asked.at)}
        AND ${matchSql(bound, one, asked.zone)} AND ${await audienceSql(ctx, bound, asked.filter, asked.at)})
    GROUP BY GROUPING SETS ((p), ())`
  return { sql, params: bound.params }
}

function valueSql(measure: Series['measure'], number: string): string {
  if (measure === 'total') return 'toFloat64(count())'
  if (measure === 'members') return 'toFloat64(uniqExact(root))'
  if (measure === 'perMember') return 'if(count() = 0, NULL, count() / uniqExact(root))'
  const percentile = /^p(\d\d)$/.exec(measure)?.[1]
  const fn = percentile ? `quantileExactInclusive(0.${percentile})` : measure
  return `if(count(${number}) = 0, ${measure === 'sum' ? '0' : 'NULL'}, ${fn}(${number}))`
}

/** Distinct members of the n local days that end with each day. Each member-day is spread over the days it counts for. */
async function rollingSql(ctx: Asking, one: Series, asked: Asked & { days: number }) {
  const bound = binder()
  const { bind } = bound
  const zone = bind('String', asked.zone)
  const sql = `${asOf(bound, asked.at)} SELECT if(grouping(p) = 0, toString(p), NULL) AS bucket, toFloat64(uniqExact(root)) AS v, grouping(p) AS whole
    FROM (SELECT root, arrayJoin(range(0, ${asked.days})) AS k, day + k AS p
      FROM (SELECT DISTINCT ${ROOT} AS root, toDate(timestamp, ${zone}) AS day FROM events
        WHERE timestamp >= ${instant(bind, asked.from)} - toIntervalDay(${asked.days})
          AND timestamp < ${instant(bind, asked.to)} AND timestamp <= ${instant(bind, asked.at)}
          AND ${matchSql(bound, one, asked.zone)} AND ${await audienceSql(ctx, bound, asked.filter, asked.at)})
      WHERE p >= toDate(${instant(bind, asked.from)}, ${zone}))
    GROUP BY GROUPING SETS ((p), ())`
  return { sql, params: bound.params }
}

const instant = (bind: (type: string, value: unknown) => string, at: Date) =>
  `fromUnixTimestamp64Milli(${bind('Int64', at.getTime())}, 'UTC')`

function valuesOf(
  one: Series,
  rows: readonly { bucket: string | null; v: number | null; whole: number }[],
  periods: readonly Period[],
  hours: boolean,
) {
  const nothing = one.measure === 'total' || one.measure === 'members' || one.measure === 'sum' ? 0 : null
  const empty = one.measure.startsWith('rolling') ? 0 : nothing
  const byKey = new Map(
    rows.filter((r) => r.bucket !== null).map((r) => [hours ? hourKey(r.bucket ?? '') : r.bucket, r.v]),
  )
  return {
    name: one.name ?? (typeof one.event === 'string' ? one.event : one.event.join(' + ')),
    values: periods.map((p) => byKey.get(p.key) ?? empty),
    total: rows.find((r) => r.bucket === null)?.v ?? empty,
  }
}

/** The warehouse prints an hour of UTC without saying so. */
const hourKey = (text: string) => new Date(`${text.replace(' ', 'T')}Z`).toISOString()
