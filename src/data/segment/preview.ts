// How many and who, before anything is saved; narrowed to what the caller may see.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { Problem } from '#kernel/problem'
import { shownProfiles } from '#people/member'
import { checkConditions } from './check.ts'
import type { Compiled } from './compile.ts'
import { type Condition, condition } from './condition.ts'
import { contactHidden, refuseContactParts } from './contact.ts'
import { query } from './declare.ts'
import { compiledOf } from './load.ts'
import { compareSizes, count, differences, idsOf, page } from './read.ts'
import type { SegmentTables } from './tables.ts'

type SegmentQuery = Context<SegmentTables, never>

export const sampled = z.object({ memberId: z.uuid(), externalId: z.string().nullable(), name: z.string().nullable() })
export const sampleOf = async (ctx: Pick<SegmentQuery, 'db' | 'may'>, ids: readonly string[]) => {
  const known = await shownProfiles(ctx, ids)
  return ids.map((memberId) => ({
    memberId,
    externalId: known.get(memberId)?.externalId ?? null,
    name: known.get(memberId)?.name ?? null,
  }))
}

/** Ids per question when a narrowed scope is laid over the answer. */
const SCOPED = 20_000

/** Members for whom it holds, inside the caller's scope. */
async function countInScope(ctx: SegmentQuery, definition: Compiled, at: Date, limit: number) {
  const when = { at, signal: ctx.signal }
  if (ctx.actor.scope.kind === 'all') {
    const all = await count(ctx.warehouse, definition, when, { first: limit })
    return { count: all.count, first: await idsOf(ctx.warehouse, all.first) }
  }
  let seen = 0
  const first: string[] = []
  for (let after = 0, more = true; more; ) {
    const rows = await page(ctx.warehouse, definition, when, { after, limit: SCOPED })
    more = rows.length === SCOPED
    after = rows.at(-1)?.number ?? after
    const { rows: mine } = await sql<{
      id: string
    }>`select v.id from unnest(${rows.map((r) => r.memberId)}::uuid[]) as v (id)
      where ${ctx.inScope(sql.ref('v.id'))}`.execute(ctx.db)
    seen += mine.length
    first.push(...mine.slice(0, limit - first.length).map((r) => r.id))
  }
  return { count: seen, first }
}

export const preview = query('segment.preview', {
  title: { en: 'Preview a segment', zh: '预览分群人数' },
  input: z.object({
    definition: condition,
    asOf: z.iso.datetime({ offset: true }).optional(),
    limit: z.coerce.number().int().min(0).max(200).default(20),
  }),
  output: z.object({ count: z.int(), sample: z.array(sampled), tookMs: z.number() }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  personal: true,
  fails: { ...contactHidden },
  async run(ctx, { definition, asOf, limit }) {
    refuseContactParts(ctx, definition)
    await checkConditions(ctx.warehouse, [definition])
    const at = asOf ? new Date(asOf) : ctx.now
    if (at > ctx.now)
      throw new Problem('input.invalid', 400, {
        errors: [{ path: 'asOf', message: { en: 'must not be in the future', zh: '不能晚于当前时间' } }],
      })
    const began = performance.now()
    const compiled = await compiledOf(ctx, definition)
    const found = await countInScope(ctx, compiled, at, limit)
    const sample = await sampleOf(ctx, found.first)
    return { count: found.count, sample, tookMs: Math.round((performance.now() - began) * 10) / 10 }
  },
})

export const previewChange = query('segment.preview_change', {
  title: { en: 'Who a change of definition gains and loses', zh: '预览分群改动的增减人数' },
  input: z.object({ id: z.uuid().optional(), definition: condition }),
  output: z.object({ gain: z.int(), lose: z.int() }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  fails: { ...contactHidden },
  async run(ctx, { id, definition }) {
    refuseContactParts(ctx, definition)
    await checkConditions(ctx.warehouse, [definition])
    const after = await compiledOf(ctx, definition)
    if (id === undefined) return { gain: (await countInScope(ctx, after, ctx.now, 0)).count, lose: 0 }
    const before = await compiledOf(ctx, await definitionOf(ctx, id))
    if (ctx.actor.scope.kind === 'all') {
      const when = { at: ctx.now, signal: ctx.signal }
      return compareSizes(ctx.warehouse, [before, after], when)
    }
    const [gain, lose] = differences(before, after)
    return {
      gain: (await countInScope(ctx, gain, ctx.now, 0)).count,
      lose: (await countInScope(ctx, lose, ctx.now, 0)).count,
    }
  },
})

export async function definitionOf(ctx: SegmentQuery, id: string): Promise<Condition> {
  const row = await ctx.db
    .selectFrom('segments')
    .select('definition')
    .where('id', '=', id)
    .where('state', '<>', 'deleted')
    .executeTakeFirst()
  return row?.definition ?? ctx.fail('object.unknown')
}
