// Segments beside each other: how many are in just these of them, for every combination, from one reading; who they are;
// and keeping them as a list. All inside the caller's scope.
import { z } from 'zod'
import { create as createList, MOST_IDS } from '#data/list'
import type { Context } from '#kernel/context'
import { inWords } from '#kernel/flaw'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { checkConditions } from './check.ts'
import type { Compiled } from './compile.ts'
import { type Condition, condition } from './condition.ts'
import { contactHidden, refuseContactParts } from './contact.ts'
import { action, query } from './declare.ts'
import { compiledOf } from './load.ts'
import { definitionOf, sampled, sampleOf } from './preview.ts'
import { holding } from './read.ts'
import type { SegmentTables } from './tables.ts'

type Asking = Pick<Context<SegmentTables>, 'db' | 'warehouse' | 'warehouseScope' | 'brand' | 'signal'>

const id = z.uuid()
/** 31 combinations: what a picture still shows. */
const MOST_COMPARED = 5

/** The bitmaps of conditions inside the caller's scope, as columns `s0`, `s1` … of one row. */
export function bitmaps(ctx: Asking, conditions: readonly Compiled[], at: Date) {
  const { query: asked, bitmap, from } = holding(conditions, at)
  const scope = ctx.warehouseScope()
  const within = scope
    ? `, (SELECT groupBitmapState(number) AS mine FROM members WHERE number IN (${scope.sql})) AS narrowed`
    : ''
  const columns = conditions.map((c, i) => {
    const all = bitmap(c.root)
    return `${scope ? `bitmapAnd(${all}, mine)` : all} AS s${i}`
  })
  return { sql: `SELECT ${columns.join(', ')} ${from}${within}`, params: { ...asked.params, ...scope?.params } }
}

export const compare = query('segment.compare', {
  title: { en: 'Compare segments', zh: '分群对比' },
  input: z.object({ ids: z.array(id).min(2).max(MOST_COMPARED) }),
  output: z.object({
    /** The instant all of it is true of; `segment.holders` takes it. */
    at: z.iso.datetime(),
    segments: z.array(z.object({ id, name: z.string(), size: z.int() })),
    /** Members who are in just these (places in `segments`) and in none of the others; empty ones are left out. */
    regions: z.array(z.object({ in: z.array(z.int()), count: z.int() })),
    /** In any of them. */
    union: z.int(),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  async run(ctx, input) {
    const ids = [...new Set(input.ids)]
    const rows = await ctx.db
      .selectFrom('segments')
      .select(['id', 'name', 'definition'])
      .where('id', 'in', ids)
      .where('state', '<>', 'deleted')
      .execute()
    const found = ids.map((one) => rows.find((r) => r.id === one) ?? ctx.fail('object.unknown'))
    const compiled = await Promise.all(found.map((s) => compiledOf(ctx, s.definition)))
    const places = found.map((_, i) => i)
    const combinations = Array.from({ length: 2 ** found.length - 1 }, (_, i) =>
      places.filter((place) => ((i + 1) >> place) & 1),
    )
    const count = (chosen: readonly number[]) => {
      const inside = chosen.map((i) => `s${i}`).reduce((a, b) => `bitmapAnd(${a}, ${b})`)
      const outside = places.filter((i) => !chosen.includes(i)).map((i) => `s${i}`)
      return `bitmapCardinality(${outside.reduce((a, b) => `bitmapAndnot(${a}, ${b})`, inside)})`
    }
    const { sql, params } = bitmaps(ctx, compiled, ctx.now)
    const [row] = await ctx.warehouse.query<{ counts: (number | string)[] }>(
      `SELECT [${combinations.map(count).join(', ')}] AS counts FROM (${sql})`,
      params,
      { lane: 'interactive', signal: ctx.signal },
    )
    const regions = combinations.map((chosen, i) => ({ in: chosen, count: Number(row?.counts[i] ?? 0) }))
    const total = (some: typeof regions) => some.reduce((sum, r) => sum + r.count, 0)
    return {
      at: ctx.now.toISOString(),
      segments: found.map((s, i) => ({ id: s.id, name: s.name, size: total(regions.filter((r) => r.in.includes(i))) })),
      regions: regions.filter((r) => r.count > 0),
      union: total(regions),
    }
  },
})

/** Numbers and ids of members for whom it holds, in the order of numbers. */
export async function holders(
  ctx: Asking,
  compiled: Compiled,
  at: Date,
  { after, limit }: { after: number; limit: number },
) {
  const { sql, params } = bitmaps(ctx, [compiled], at)
  const rows = await ctx.warehouse.query<{ root: number; id: string }>(
    `SELECT number AS root, toString(memberId) AS id FROM members WHERE number IN (
       SELECT arrayJoin(bitmapToArray(bitmapSubsetLimit(s0, {after:UInt32}, {most:UInt32}))) FROM (${sql})) ORDER BY number`,
    { ...params, after: after + 1, most: limit },
    { lane: 'interactive', signal: ctx.signal },
  )
  return rows.map((r) => ({ number: Number(r.root), memberId: r.id }))
}

/** Numbers are below this; a cursor is what a reader sent back. */
const MOST_NUMBER = 2 ** 32 - 2

export const listHolders = query('segment.holders', {
  title: { en: 'Members who meet a condition', zh: '满足条件的成员' },
  input: z.object({ definition: condition, asOf: z.iso.datetime({ offset: true }).optional(), ...pageInput }),
  output: pageOf(sampled),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  personal: true,
  fails: { ...contactHidden },
  async run(ctx, { definition, asOf, limit, cursor }) {
    const compiled = await checked(ctx, definition)
    const at = asOf && new Date(asOf) < ctx.now ? new Date(asOf) : ctx.now
    const after = Math.min(Math.max(Math.trunc(Number(decodeCursor(cursor, 1)?.[0] ?? 0)) || 0, 0), MOST_NUMBER)
    const found = await holders(ctx, compiled, at, { after, limit: limit + 1 })
    const page = cutPage(
      found,
      limit,
      (r) => [r.number],
      (r) => r.memberId,
    )
    return { ...page, items: await sampleOf(ctx, page.items) }
  },
})

/** A caller's own condition, compiled; refused where it is not theirs to ask. */
export async function checked(
  ctx: Asking & Pick<Context<SegmentTables>, 'may'>,
  definition: Condition,
): Promise<Compiled> {
  refuseContactParts(ctx, definition)
  await checkConditions(ctx.warehouse, [definition])
  return compiledOf(ctx, definition)
}

export const saveAsList = action('segment.save_as_list', {
  title: { en: 'Keep who is in it now as a list', zh: '存为静态名单' },
  input: z
    .object({
      name: z.string().trim().min(1).max(100),
      /** A segment, or a condition: an overlap, a preview, a cell of an analysis. */
      id: id.optional(),
      definition: condition.optional(),
    })
    .refine(
      (i) => (i.id === undefined) !== (i.definition === undefined),
      inWords('id or definition, one of them', 'id 与 definition 须二选一'),
    ),
  output: z.object({ listId: id, members: z.int() }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  fails: {
    ...contactHidden,
    'segment.too_many_members': {
      status: 409,
      title: { en: 'A list takes 100,000 members at once', zh: '一次最多可将 10 万名成员存为名单' },
    },
    'segment.nobody': { status: 409, title: { en: 'Nobody meets the condition now', zh: '当前没有成员满足条件' } },
  },
  async run(ctx, input) {
    if (!ctx.may('list.manage')) return ctx.fail('access.denied')
    const definition = input.definition ?? (await definitionOf(ctx, input.id ?? ''))
    const compiled = input.definition ? await checked(ctx, definition) : await compiledOf(ctx, definition)
    const found = await holders(ctx, compiled, ctx.now, { after: 0, limit: MOST_IDS + 1 })
    if (found.length > MOST_IDS) return ctx.fail('segment.too_many_members')
    if (found.length === 0) return ctx.fail('segment.nobody')
    const of = input.id
      ? await ctx.db.selectFrom('segments').select('name').where('id', '=', input.id).executeTakeFirst()
      : undefined
    const { id: listId } = await ctx.call(createList, {
      name: input.name,
      memberIds: found.map((m) => m.memberId),
      source: of?.name ?? '',
    })
    ctx.note({ listId, name: input.name, members: found.length, of: input.id ?? definition })
    return { listId, members: found.length }
  },
})
