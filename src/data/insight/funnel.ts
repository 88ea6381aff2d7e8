// An ordered funnel. For each member the best chain counts: the longest, then the earliest; one event fills one step;
// equal times convert; the window runs from the first step and its end is inclusive. `windowFunnel` tells no times and
// lets one event fill two steps, so chains are folded over each member's own few events.
import { z } from 'zod'
import { condition, contactHidden, refuseContactParts } from '#data/segment'
import { duration, parseDuration } from '#kernel/time'
import { audienceSql } from './audience.ts'
import { declared } from './declare.ts'
import { asOf, binder, earlier, matching, matchSql, ROOT, range } from './match.ts'

const DAY_MS = 86_400_000

const step = z.object({
  entered: z.int(),
  conversionRate: z.number().nullable(),
  fromPrevious: z.number().nullable(),
  medianSeconds: z.number().nullable(),
  avgSeconds: z.number().nullable(),
})

const fails = {
  'insight.range_empty': { status: 400, title: { en: 'The range ends before it begins', zh: '结束时间早于开始时间' } },
} as const

export const funnel = declared.query('insight.funnel', {
  title: { en: 'Funnel', zh: '漏斗' },
  input: z.object({
    ...range,
    steps: z.array(matching).min(2).max(10),
    window: duration.default('14d'),
    filter: condition.optional(),
  }),
  output: z.object({ steps: z.array(step), stillOpen: z.int(), asOf: z.iso.datetime() }),
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
    const parsed = parseDuration(input.window)
    const window = parsed?.kind === 'days' ? parsed.days * DAY_MS : (parsed?.ms ?? 0)
    const at = earlier(to, ctx.now)
    const bound = binder()
    const { bind } = bound
    const ms = (date: Date) => bind('Int64', date.getTime())
    const conditions = input.steps.map((s) => matchSql(bound, s, zone))
    const arrays = conditions.map((_, i) => `arraySort(groupArrayIf((t, seq), m${i})) AS s${i}`)
    const matches = conditions.map(
      (c, i) => `(${c})${i === 0 ? ` AND timestamp < fromUnixTimestamp64Milli(${ms(to)}, 'UTC')` : ''} AS m${i}`,
    )
    const events = `SELECT ${ROOT} AS root, toUnixTimestamp64Milli(timestamp) AS t, seq, ${matches.join(', ')}
      FROM events WHERE timestamp >= fromUnixTimestamp64Milli(${ms(from)}, 'UTC')
        AND timestamp <= fromUnixTimestamp64Milli(${bind('Int64', Math.min(to.getTime() + window, ctx.now.getTime()))}, 'UTC')
        AND (${conditions.map((_, i) => `m${i}`).join(' OR ')}) AND ${await audienceSql(ctx, bound, input.filter, at)}`
    const limit = bind('Int64', window)
    let chains = `SELECT *, arrayMap(e -> [e], s0) AS c0 FROM (
      SELECT root, ${arrays.join(', ')} FROM (${events}) GROUP BY root HAVING notEmpty(s0))`
    for (let i = 1; i < input.steps.length; i++) {
      const next = `arrayFirst(e -> e.1 >= c[-1].1 AND e.1 <= c[1].1 + ${limit} AND NOT has(c, e), s${i})`
      chains = `SELECT *, arrayMap(c -> if(length(c) = ${i} AND ${next}.2 != 0, arrayPushBack(c, ${next}), c), c${i - 1}) AS c${i} FROM (${chains})`
    }
    const last = input.steps.length - 1
    const best = `SELECT arraySort(c -> (-length(c), c[1].1), c${last})[1] AS best FROM (${chains})`
    const columns = input.steps.flatMap((_, i) => [
      `countIf(length(best) > ${i}) AS n${i}`,
      ...(i === 0
        ? []
        : [
            `quantileExactInclusiveIf(0.5)((best[${i + 1}].1 - best[${i}].1) / 1000, length(best) > ${i}) AS q${i}`,
            `avgIf((best[${i + 1}].1 - best[${i}].1) / 1000, length(best) > ${i}) AS a${i}`,
          ]),
    ])
    const rows = await ctx.warehouse.query<Record<string, number | null>>(
      `${asOf(bound, at)} SELECT ${columns.join(', ')},
        countIf(length(best) <= ${last} AND best[1].1 + ${limit} > ${ms(ctx.now)}) AS open FROM (${best})`,
      bound.params,
      { signal: ctx.signal },
    )
    const row = rows[0] ?? {}
    const entered = input.steps.map((_, i) => Number(row[`n${i}`] ?? 0))
    const share = (n: number, of: number | undefined) => (of ? n / of : null)
    return {
      steps: entered.map((n, i) => ({
        entered: n,
        conversionRate: share(n, entered[0]),
        fromPrevious: i === 0 ? null : share(n, entered[i - 1]),
        medianSeconds: i === 0 || n === 0 ? null : Number(row[`q${i}`]),
        avgSeconds: i === 0 || n === 0 ? null : Number(row[`a${i}`]),
      })),
      stillOpen: Number(row.open ?? 0),
      asOf: ctx.now.toISOString(),
    }
  },
})
