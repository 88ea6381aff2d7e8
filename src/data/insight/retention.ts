import { z } from 'zod'
import { condition, contactHidden, refuseContactParts } from '#data/segment'
import { audienceSql } from './audience.ts'
import { declared } from './declare.ts'
import { asOf, binder, earlier, matching, matchSql, ROOT, range } from './match.ts'
import { type Period, periodSql, periodsOf } from './period.ts'

const fails = {
  'insight.range_empty': { status: 400, title: { en: 'The range ends before it begins', zh: '结束时间早于开始时间' } },
} as const

export const retention = declared.query('insight.retention', {
  title: { en: 'Retention', zh: '留存' },
  input: z.object({
    ...range,
    start: matching,
    return: matching,
    period: z.enum(['day', 'week', 'month']).default('month'),
    periods: z.int().min(1).max(60).default(12),
    cohort: z.enum(['first', 'recurring']).default('first'),
    mode: z.enum(['on', 'onOrAfter']).default('on'),
    filter: condition.optional(),
  }),
  output: z.object({
    rows: z.array(z.object({ cohort: z.string(), size: z.int(), values: z.array(z.int().nullable()) })),
    /** Shares by period, pooled over the cohorts for which that period has elapsed; null where none has. */
    average: z.array(z.number().nullable()),
    asOf: z.iso.datetime(),
  }),
  offeredTo: ['operator'],
  needs: 'insight.read',
  on: 'brand',
  personal: true,
  fails: { ...fails, ...contactHidden },
  async run(ctx, input) {
    refuseContactParts(ctx, input)
    const zone = input.timezone ?? ctx.brand.zone
    const [from, to] = [new Date(input.from), new Date(input.to)]
    if (from >= to) return ctx.fail('insight.range_empty')
    const cohorts = periodsOf(input.period, from, to, zone) ?? []
    const at = earlier(to, ctx.now)
    const bound = binder()
    const { bind } = bound
    const period = periodSql(input.period, bind('String', zone))
    const audience = await audienceSql(ctx, bound, input.filter, at)
    const matched = (what: z.output<typeof matching>) =>
      `SELECT DISTINCT ${ROOT} AS root, ${period} AS p FROM events
       WHERE timestamp <= fromUnixTimestamp64Milli(${bind('Int64', ctx.now.getTime())}, 'UTC')
         AND ${matchSql(bound, what, zone)} AND ${audience}`
    const started =
      input.cohort === 'first'
        ? `SELECT root, min(p) AS c FROM (${matched(input.start)}) GROUP BY root`
        : `SELECT root, p AS c FROM (${matched(input.start)})`
    const keys = bind(
      'Array(String)',
      cohorts.map((c) => c.key),
    )
    const rows = await ctx.warehouse.query<{ c: string; k: number; n: number }>(
      `${asOf(bound, at)}, cohorts AS (SELECT root, c FROM (${started}) WHERE toString(c) IN ${keys})
       SELECT toString(c) AS c, toInt32(0) AS k, toUInt32(uniqExact(root)) AS n FROM cohorts GROUP BY c
       UNION ALL
       SELECT toString(c) AS c, toInt32(k) AS k, toUInt32(uniqExact(root)) AS n FROM (
         SELECT c, root, ${input.mode === 'on' ? 'far' : `arrayJoin(range(1, least(far, ${input.periods}) + 1))`} AS k
         FROM (SELECT cohorts.c AS c, cohorts.root AS root, dateDiff('${input.period}', cohorts.c, r.p) AS far
           FROM cohorts INNER JOIN (${matched(input.return)}) AS r ON cohorts.root = r.root)
         WHERE far >= 1)
       WHERE k <= ${input.periods} GROUP BY c, k`,
      bound.params,
      { signal: ctx.signal },
    )
    const counted = new Map(rows.map((r) => [`${r.c}/${r.k}`, Number(r.n)]))
    const end = cohorts.at(-1)?.to ?? to
    const later = periodsOf(input.period, from, new Date(Math.max(end.getTime(), ctx.now.getTime()) + 1), zone) ?? []
    const table = cohorts.map((cohort, i) => rowOf(cohort, i, counted, later, input.periods, ctx.now))
    return { rows: table, average: averageOf(table, input.periods), asOf: ctx.now.toISOString() }
  },
})

/** A cell whose period has not ended is null, never 0. */
function rowOf(
  cohort: Period,
  index: number,
  counted: ReadonlyMap<string, number>,
  all: readonly Period[],
  periods: number,
  now: Date,
) {
  const size = counted.get(`${cohort.key}/0`) ?? 0
  const values = Array.from({ length: periods + 1 }, (_, k) => {
    if (k === 0) return size
    const ends = all[index + k]?.to
    return ends && ends <= now ? (counted.get(`${cohort.key}/${k}`) ?? 0) : null
  })
  return { cohort: cohort.key, size, values }
}

function averageOf(rows: readonly { size: number; values: readonly (number | null)[] }[], periods: number) {
  return Array.from({ length: periods + 1 }, (_, k) => {
    const elapsed = rows.filter((r) => r.values[k] !== null && r.values[k] !== undefined && r.size > 0)
    const size = elapsed.reduce((n, r) => n + r.size, 0)
    return size === 0 ? null : elapsed.reduce((n, r) => n + (r.values[k] ?? 0), 0) / size
  })
}
