// Segments as they are listed, and who is in them: with sizes, properties and searches inside the caller's scope.
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { Problem } from '#kernel/problem'
import { addDays } from '#kernel/time'
import { columns, propertiesOf, seesContact } from './columns.ts'
import type { Condition } from './condition.ts'
import { query } from './declare.ts'
import { compiledOf } from './load.ts'
import { sampled, sampleOf } from './preview.ts'
import { rootOf } from './query.ts'
import { holdersOf, idsOf } from './read.ts'
import type { Origin, SegmentTables } from './tables.ts'

type SegmentQuery = Context<SegmentTables, never>

const id = z.uuid()
const when = z.iso.datetime()

const summary = z.object({
  id,
  name: z.string(),
  /** A dynamic tag (`ref` is its key) and a layer (`ref` is `<scheme>/<layer>`) are kept by slices of their own. */
  origin: z.enum(['segment', 'tag', 'layer']),
  ref: z.string().nullable(),
  state: z.enum(['filling', 'live']),
  size: z.int(),
  /** Against the end of yesterday; null where that was not measured: new ones, and parts of a brand. */
  change: z.int().nullable(),
  version: z.int(),
  /** As in the audit log: `operator:<id>`, `key:<id>`; null where it is not known. */
  createdBy: z.string().nullable(),
  createdAt: when,
  updatedAt: when,
})
interface Row {
  id: string
  name: string
  origin: Origin
  ref: string | null
  state: string
  size: number
  change: number | null
  version: number
  created_by: string | null
  created_at: Date
  updated_at: Date
}
const shown = (r: Row): z.output<typeof summary> => ({
  id: r.id,
  name: r.name,
  origin: r.origin,
  ref: r.ref,
  state: r.state === 'live' ? 'live' : 'filling',
  size: r.size,
  change: r.change,
  version: r.version,
  createdBy: r.created_by,
  createdAt: r.created_at.toISOString(),
  updatedAt: r.updated_at.toISOString(),
})

/** Segments with their numbers. Inside a narrowed scope they are counted; for everybody the kept number stands. */
function measured(ctx: Pick<SegmentQuery, 'actor' | 'inScope' | 'today'>) {
  const kept = sql`select s.*, s.size - y.size as change from segments s
    left join segment_sizes y on y.segment_id = s.id and y.day = ${addDays(ctx.today(), -1)}::date`
  const counted = sql`select s.id, s.name, s.origin, s.ref, s.state, s.version, s.created_by, s.created_at, s.updated_at,
      s.definition, null::integer as change, (select count(*)::int from segment_members m
        where m.segment_id = s.id and ${ctx.inScope(sql.ref('m.member_id'))}) as size
    from segments s`
  return ctx.actor.scope.kind === 'all' ? kept : counted
}

/** Sizes inside a narrowed scope, by id; nothing where the kept numbers stand. */
export async function sizesInScope(ctx: SegmentQuery, ids: readonly string[]): Promise<Map<string, number>> {
  if (ctx.actor.scope.kind === 'all' || ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; size: number }>`
    select id, size from (${measured(ctx)}) s where id = any(${ids}::uuid[])`.execute(ctx.db)
  return new Map(rows.map((r) => [r.id, r.size]))
}

/** What of all capabilities names the segment. */
export async function usedBy(ctx: Pick<SegmentQuery, 'db' | 'contributors'>, segmentId: string) {
  const uses = await Promise.all(
    ctx.contributors.map((c) => c.uses?.(ctx.db as never, { kind: 'segment', id: segmentId }) ?? []),
  )
  return uses.flat()
}

const SORTS = {
  name: { key: sql`lower(name)`, type: sql`text`, cursor: z.string(), of: (r: Row) => r.name.toLowerCase() },
  size: { key: sql`size`, type: sql`integer`, cursor: z.int32(), of: (r: Row) => r.size },
  change: { key: sql`coalesce(change, 0)`, type: sql`integer`, cursor: z.int32(), of: (r: Row) => r.change ?? 0 },
  updatedAt: { key: sql`updated_at`, type: sql`timestamptz`, cursor: when, of: (r: Row) => r.updated_at.toISOString() },
} as const

export const list = query('segment.list', {
  title: { en: 'Segments', zh: '分群列表' },
  input: z.object({
    ...pageInput,
    search: z.string().max(100).optional(),
    sort: z.enum(['name', 'size', 'change', 'updatedAt']).default('name'),
    order: z.enum(['asc', 'desc']).default('asc'),
    layers: z.stringbool().or(z.boolean()).default(false).describe('Whether layers are listed, too'),
    uses: z.stringbool().or(z.boolean()).default(false).describe('Whether to count what uses each'),
  }),
  output: pageOf(summary.extend({ uses: z.int().nullable() })),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  async run(ctx, { limit, cursor, search, sort, order, layers, uses }) {
    const { key, type, cursor: kind, of } = SORTS[sort]
    const after = cursor === undefined ? null : z.tuple([kind, id]).safeParse(decodeCursor(cursor, 2))
    if (after && !after.success)
      throw new Problem('input.invalid', 400, {
        errors: [{ path: 'cursor', message: { en: 'not a cursor of this list', zh: '不是此列表的翻页位置' } }],
      })
    const [direction, beyond] = order === 'asc' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`]
    const conditions: RawBuilder<unknown>[] = [
      sql`state <> 'deleted' and (origin = 'segment' or (${layers} and origin = 'layer'))`,
      ...(search ? [sql`lower(name) like ${`%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`}`] : []),
      ...(after ? [sql`(${key}, id) ${beyond} (${after.data[0]}::${type}, ${after.data[1]}::uuid)`] : []),
    ]
    const { rows } = await sql<Row>`select * from (${measured(ctx)}) s where ${sql.join(conditions, sql` and `)}
      order by ${key} ${direction}, id ${direction} limit ${limit + 1}`.execute(ctx.db)
    const page = cutPage(rows, limit, (r) => [of(r), r.id], shown)
    const counts = new Map<string, number>()
    if (uses) for (const { id: one } of page.items) counts.set(one, (await usedBy(ctx, one)).length)
    return { ...page, items: page.items.map((s) => ({ ...s, uses: counts.get(s.id) ?? null })) }
  },
})

async function read(ctx: SegmentQuery, segmentId: string): Promise<Row & { definition: Condition }> {
  const { rows } = await sql<Row & { definition: Condition }>`select * from (${measured(ctx)}) s
    where id = ${segmentId} and state <> 'deleted'`.execute(ctx.db)
  return rows[0] ?? ctx.fail('object.unknown')
}

export const get = query('segment.get', {
  title: { en: 'A segment', zh: '分群详情' },
  input: z.object({ id }),
  output: summary.extend({ definition: z.record(z.string(), z.unknown()) }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  async run(ctx, input) {
    const row = await read(ctx, input.id)
    return { ...shown(row), definition: { ...row.definition } }
  },
})

const properties = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable())

export const members = query('segment.members', {
  title: { en: 'Members of a segment', zh: '分群成员' },
  input: z.object({
    id,
    ...pageInput,
    search: z.string().trim().max(100).optional().describe('Part of a name or of an external id'),
    columns: columns.optional(),
  }),
  output: pageOf(sampled.extend({ enteredAt: when, properties })),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const segment = await read(ctx, input.id)
    const after = z.tuple([when, id]).nullable().catch(null).parse(decodeCursor(input.cursor, 2))
    let rows = ctx.db
      .selectFrom('segment_members as m')
      .select(['m.member_id', 'm.entered_at'])
      .where('m.segment_id', '=', input.id)
      .where(ctx.inScope(sql.ref('m.member_id')))
    if (input.search) {
      const found = await named(ctx, segment.definition, input.search)
      rows = rows.where(sql<boolean>`m.member_id = any(${found}::uuid[])`)
    }
    if (after)
      rows = rows.where(sql<boolean>`(m.entered_at, m.member_id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
    const found = await rows
      .orderBy('m.entered_at', 'desc')
      .orderBy('m.member_id', 'desc')
      .limit(input.limit + 1)
      .execute()
    const page = cutPage(
      found,
      input.limit,
      (r) => [r.entered_at.toISOString(), r.member_id],
      (r) => r,
    )
    const ids = page.items.map((r) => r.member_id)
    const people = await sampleOf(ctx, ids)
    const asked = { warehouse: ctx.warehouse, seesContact: seesContact(ctx) }
    const values = await propertiesOf(asked, ids, input.columns ?? [])
    return {
      items: page.items.map((r, i) => ({
        memberId: r.member_id,
        externalId: people[i]?.externalId ?? null,
        name: people[i]?.name ?? null,
        enteredAt: r.entered_at.toISOString(),
        properties: values.get(r.member_id) ?? {},
      })),
      nextCursor: page.nextCursor,
    }
  },
})

/** Members a search shows at most; more words find fewer. */
const MOST_FOUND = 5_000

/**
 * Those for whom the definition holds and whose name or external id has the text in it. What is an address or a mobile
 * number is found whole only by who may not see those, so that it is not told step by step.
 */
async function named(ctx: SegmentQuery, definition: Condition, text: string): Promise<string[]> {
  const compiled = await compiledOf(ctx, definition)
  const holders = holdersOf(compiled, ctx.now)
  const part = 'positionCaseInsensitiveUTF8(value, {text:String}) > 0'
  const where = seesContact(ctx)
    ? part
    : `(value = {text:String} OR (NOT match(value, '@|1[3-9][0-9]{9}') AND ${part}))`
  const rows = await ctx.warehouse.query<{ root: number }>(
    `SELECT DISTINCT root FROM (
       SELECT ${rootOf('member')} AS root, argMax(f.value, (validFrom, seq)) AS value FROM facts AS f
       WHERE key IN ('property:name', 'property:externalId') GROUP BY root, key)
     WHERE ${where} AND root IN (${holders.sql}) LIMIT {most:UInt32}`,
    { ...holders.params, text, most: MOST_FOUND },
    { lane: 'interactive', signal: ctx.signal },
  )
  return idsOf(
    ctx.warehouse,
    rows.map((r) => Number(r.root)),
  )
}

export const usage = query('segment.usage', {
  title: { en: 'What uses a segment', zh: '分群血缘（被谁使用）' },
  input: z.object({ id }),
  output: z.object({ items: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })) }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  run: async (ctx, input) => ({ items: await usedBy(ctx, input.id) }),
})
