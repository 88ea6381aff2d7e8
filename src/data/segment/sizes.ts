// How many each of several conditions holds for, all of them from one reading: a list that shows a size a row asks once.
import { z } from 'zod'
import { checkConditions } from './check.ts'
import { bitmaps } from './compare.ts'
import { condition } from './condition.ts'
import { contactHidden, refuseContactParts } from './contact.ts'
import { query } from './declare.ts'
import { compiledOf } from './load.ts'

const MOST_CONDITIONS = 50

export const sizes = query('segment.sizes', {
  title: { en: 'Sizes of several conditions', zh: '多个条件的人数' },
  input: z.object({ definitions: z.array(condition).min(1).max(MOST_CONDITIONS) }),
  output: z.object({
    /** As many as definitions, in their order. */
    counts: z.array(z.int()),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  // Conditions may name people.
  personal: true,
  fails: { ...contactHidden },
  async run(ctx, { definitions }) {
    for (const definition of definitions) refuseContactParts(ctx, definition)
    await checkConditions(ctx.warehouse, definitions)
    const compiled = await Promise.all(definitions.map((d) => compiledOf(ctx, d)))
    const { sql, params } = bitmaps(ctx, compiled, ctx.now)
    const rows = await ctx.warehouse.query<{ counts: (number | string)[] }>(
      `SELECT [${compiled.map((_, i) => `bitmapCardinality(s${i})`).join(', ')}] AS counts FROM (${sql})`,
      params,
      { lane: 'interactive', signal: ctx.signal },
    )
    return { counts: rows[0]?.counts.map(Number) ?? definitions.map(() => 0) }
  },
})
