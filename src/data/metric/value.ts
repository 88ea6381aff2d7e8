// A metric as a number: over a range, beside the range before it, and day by day. It is asked as a trend, so that the
// number on a tile, in a chart and behind its list of people is one.
import { z } from 'zod'
import { answered, trend } from '#data/insight'
import { condition, contactHidden, metricDefinition } from '#data/segment'
import { Problem } from '#kernel/problem'
import { timezone } from '#kernel/time'
import { key, query } from './declare.ts'
import { eventTitles, sentenceOf } from './sentence.ts'

const cell = z.string()

export const value = query('metric.value', {
  title: { en: 'Value of a metric', zh: '指标数值' },
  input: z.object({
    key: key.optional(),
    definition: metricDefinition.optional().describe('A metric that is not saved yet; instead of "key"'),
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
    timezone: timezone.optional(),
    filter: condition.optional(),
    interval: z.enum(['hour', 'day', 'week', 'month']).default('day'),
    compare: z.boolean().default(false).describe('The range of the same length before it, too'),
  }),
  output: z.object({
    value: z.number().nullable(),
    /** Of the range before; null where there is none or it was not asked for. */
    previous: z.number().nullable(),
    /** Relative to the range before: 0.1 is a tenth more. */
    change: z.number().nullable(),
    sentence: z.object({ en: z.string(), zh: z.string() }),
    buckets: z.array(z.string()),
    unfinished: z.array(z.int()),
    values: z.array(z.number().nullable()),
    /** Who stands behind it: condition `{"insight": {"kind": "trend", "query": query, "cell": cell}}`. */
    query: z.record(z.string(), z.unknown()),
    cell,
    asOf: z.iso.datetime(),
  }),
  offeredTo: ['operator'],
  needs: 'metric.read',
  on: 'brand',
  personal: true,
  fails: { ...contactHidden },
  async run(ctx, { key: metric, definition, compare, ...range }) {
    if ((metric === undefined) === (definition === undefined))
      throw new Problem('input.invalid', 400, {
        errors: [
          {
            path: 'key',
            message: { en: 'either "key" or "definition" is needed', zh: '请提供“key”或“definition”之一' },
          },
        ],
      })
    const meaning =
      definition ??
      (
        await ctx.db
          .selectFrom('metrics')
          .select('definition')
          .where('key', '=', metric ?? '')
          .executeTakeFirst()
      )?.definition
    if (!meaning) return ctx.fail('object.unknown')
    const series = metric === undefined ? meaning : { event: { metric } }
    const asked = (from: string, to: string) => trend.query.parse({ ...range, from, to, series: [series] })
    const [now, then] = await Promise.all([
      answered(ctx as never, trend, asked(range.from, range.to)),
      compare ? answered(ctx as never, trend, asked(...before(range.from, range.to))) : null,
    ])
    const [one] = now.series
    const [value, previous] = [one?.total ?? null, then?.series[0]?.total ?? null]
    return {
      value,
      previous,
      change: value === null || !previous ? null : (value - previous) / previous,
      sentence: sentenceOf(meaning, eventTitles(ctx.contributors)),
      buckets: now.buckets,
      unfinished: now.unfinished,
      values: one?.values ?? [],
      query: { ...range, series: [series] },
      cell: one?.totalCell ?? '',
      asOf: now.asOf,
    }
  },
})

/** The range of the same length that ends where this one begins. */
function before(from: string, to: string): [string, string] {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  return [new Date(start - (end - start)).toISOString(), new Date(start).toISOString()]
}
