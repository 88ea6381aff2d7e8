// Segments as things: made, changed, deleted, listed, and who is in them.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { addDays } from '#kernel/time'
import { condition } from './condition.ts'
import { contactHidden } from './contact.ts'
import { action, created, deleted, query, timer, unavailable, updated } from './declare.ts'
import { define, lockDefinitions, nextMidnight, redefine } from './define.ts'
import { purge } from './fill.ts'
import { refersTo } from './link.ts'
import { sampleOf } from './preview.ts'
import type { SegmentTables } from './tables.ts'

type SegmentQuery = Context<SegmentTables, never>

const name = z.string().trim().min(1).max(100)
const id = z.uuid()
const nameTaken = {
  'segment.name_taken': { status: 409, title: { en: 'A segment with this name exists', zh: '已存在同名分群' } },
} as const
const when = z.iso.datetime()

export const create = action('segment.create', {
  title: { en: 'Create a segment', zh: '创建分群' },
  input: z.object({ name, definition: condition }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'segment.manage',
  on: 'brand',
  emits: [created],
  fails: {
    ...nameTaken,
    ...unavailable,
    ...contactHidden,
    'segment.too_many': { status: 409, title: { en: 'There are too many segments', zh: '分群数量已达上限' } },
  },
  async run(ctx, input) {
    const segmentId = await define(ctx, { origin: 'segment', ref: null, ...input })
    if (segmentId === 'taken') return ctx.fail('segment.name_taken')
    if (segmentId === 'too_many') return ctx.fail('segment.too_many')
    ctx.emit(created, { segmentId, name: input.name })
    ctx.note({ id: segmentId, ...input })
    return { id: segmentId }
  },
})

export const update = action('segment.update', {
  title: { en: 'Change a segment', zh: '修改分群' },
  input: z.object({ id, name: name.optional(), definition: condition.optional() }),
  output: z.object({ id, version: z.int() }),
  offeredTo: ['operator'],
  needs: 'segment.manage',
  on: 'brand',
  emits: [updated],
  fails: { ...nameTaken, ...unavailable, ...contactHidden },
  async run(ctx, input) {
    await lockDefinitions(ctx.db)
    const before = await ctx.db
      .selectFrom('segments')
      .select(['name', 'definition', 'version'])
      .where('id', '=', input.id)
      .where('state', '<>', 'deleted')
      .where('origin', '=', 'segment')
      .forUpdate()
      .executeTakeFirst()
    if (!before) return ctx.fail('object.unknown')
    const version = input.definition ? await redefine(ctx, input.id, input.definition) : before.version
    const renamed = input.name !== undefined && input.name !== before.name ? input.name : null
    if (version === before.version && renamed === null) return { id: input.id, version }
    if (renamed !== null) {
      if (await isTaken(ctx, input.id, renamed)) ctx.fail('segment.name_taken')
      await ctx.db
        .updateTable('segments')
        .set({ name: renamed, updated_at: ctx.now })
        .where('id', '=', input.id)
        .execute()
    }
    ctx.emit(updated, { segmentId: input.id, name: renamed ?? before.name, version })
    ctx.note({ id: input.id, before: { name: before.name, definition: before.definition }, after: input })
    return { id: input.id, version }
  },
})

/** Segments that name one in their definitions. */
export async function segmentUses(db: SegmentQuery['db'], what: { kind: string; id: string }) {
  const all = await db
    .selectFrom('segments')
    .select(['id', 'name', 'origin', 'ref', 'definition'])
    .where('state', '<>', 'deleted')
    .execute()
  return all
    .filter((s) => refersTo([s.definition], what))
    .map((s) => ({ kind: s.origin, id: s.ref ?? s.id, name: s.name }))
}

async function isTaken(ctx: Pick<SegmentQuery, 'db'>, self: string, wanted: string): Promise<boolean> {
  const other = await ctx.db
    .selectFrom('segments')
    .select('id')
    .where(sql`lower(name)`, '=', wanted.toLowerCase())
    .where('id', '<>', self)
    .where('origin', '=', 'segment')
    .where('state', '<>', 'deleted')
    .executeTakeFirst()
  return other !== undefined
}

const usedBy = async (ctx: Pick<SegmentQuery, 'db' | 'contributors'>, segmentId: string) => {
  const uses = await Promise.all(
    ctx.contributors.map((c) => c.uses?.(ctx.db as never, { kind: 'segment', id: segmentId }) ?? []),
  )
  return uses.flat()
}

export const remove = action('segment.delete', {
  title: { en: 'Delete a segment', zh: '删除分群' },
  input: z.object({ id }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'segment.manage',
  on: 'brand',
  emits: [deleted],
  confirm: { en: 'The segment and its history are gone for good.', zh: '分群及其历史将被永久删除。' },
  fails: {
    'segment.in_use': { status: 409, title: { en: 'Something uses this segment', zh: '该分群正在被使用，无法删除' } },
  },
  async run(ctx, input) {
    const uses = await usedBy(ctx, input.id)
    if (uses.length > 0) {
      const names = uses
        .map((u) => `${u.kind} ${u.name}`)
        .join(', ')
        .slice(0, 500)
      ctx.fail('segment.in_use', { en: names, zh: names })
    }
    const gone = await ctx.db
      .updateTable('segments')
      .set({ state: 'deleted', updated_at: ctx.now })
      .where('id', '=', input.id)
      .where('state', '<>', 'deleted')
      .where('origin', '=', 'segment')
      .returning('name')
      .executeTakeFirst()
    if (!gone) return ctx.fail('object.unknown')
    await ctx.enqueue(purge, { segmentId: input.id })
    ctx.emit(deleted, { segmentId: input.id, name: gone.name })
    ctx.note({ id: input.id, name: gone.name })
    return { id: input.id }
  },
})

const summary = z.object({
  id,
  name: z.string(),
  state: z.enum(['filling', 'live']),
  size: z.int(),
  version: z.int(),
  createdAt: when,
  updatedAt: when,
})
type Row = {
  id: string
  name: string
  state: string
  size: number
  version: number
  created_at: Date
  updated_at: Date
}
const FIELDS = ['id', 'name', 'state', 'size', 'version', 'created_at', 'updated_at'] as const
const shown = (r: Row, sizes: ReadonlyMap<string, number>): z.output<typeof summary> => ({
  id: r.id,
  name: r.name,
  state: r.state === 'live' ? 'live' : 'filling',
  size: sizes.get(r.id) ?? r.size,
  version: r.version,
  createdAt: r.created_at.toISOString(),
  updatedAt: r.updated_at.toISOString(),
})

/** Sizes inside a narrowed scope are counted; for everybody the kept number stands. */
async function sizesInScope(ctx: SegmentQuery, ids: readonly string[]): Promise<Map<string, number>> {
  if (ctx.actor.scope.kind === 'all' || ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; n: number }>`
    select s.id, (select count(*) from segment_members m where m.segment_id = s.id and ${ctx.inScope(sql.ref('m.member_id'))}) as n
    from unnest(${ids}::uuid[]) as s (id)`.execute(ctx.db)
  return new Map(rows.map((r) => [r.id, Number(r.n)]))
}

export const list = query('segment.list', {
  title: { en: 'Segments', zh: '分群列表' },
  input: z.object({ ...pageInput, search: z.string().max(100).optional() }),
  output: pageOf(summary),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  async run(ctx, { limit, cursor, search }) {
    const after = decodeCursor(cursor, 2)
    let rows = ctx.db
      .selectFrom('segments')
      .select(FIELDS)
      .where('state', '<>', 'deleted')
      .where('origin', '=', 'segment')
    if (search) rows = rows.where(sql`lower(name)`, 'like', `%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`)
    if (after) rows = rows.where(sql<boolean>`(lower(name), id) > (${after[0]}, ${after[1]}::uuid)`)
    const found = await rows
      .orderBy(sql`lower(name)`)
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const sizes = await sizesInScope(
      ctx,
      found.map((r) => r.id),
    )
    return cutPage(
      found,
      limit,
      (r) => [r.name.toLowerCase(), r.id],
      (r) => shown(r, sizes),
    )
  },
})

export const get = query('segment.get', {
  title: { en: 'A segment', zh: '分群详情' },
  input: z.object({ id }),
  output: summary.extend({ definition: z.record(z.string(), z.unknown()) }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  async run(ctx, input) {
    const row = await ctx.db
      .selectFrom('segments')
      .select([...FIELDS, 'definition'])
      .where('id', '=', input.id)
      .where('state', '<>', 'deleted')
      .executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    return { ...shown(row, await sizesInScope(ctx, [row.id])), definition: { ...row.definition } }
  },
})

export const members = query('segment.members', {
  title: { en: 'Members of a segment', zh: '分群成员' },
  input: z.object({ id, ...pageInput }),
  output: pageOf(
    z.object({ memberId: id, externalId: z.string().nullable(), name: z.string().nullable(), enteredAt: when }),
  ),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    await get.run(ctx as never, { id: input.id } as never)
    const after = decodeCursor(input.cursor, 2)
    let rows = ctx.db
      .selectFrom('segment_members as m')
      .select(['m.member_id', 'm.entered_at'])
      .where('m.segment_id', '=', input.id)
      .where(ctx.inScope(sql.ref('m.member_id')))
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
    const people = await sampleOf(
      ctx,
      page.items.map((r) => r.member_id),
    )
    return {
      items: page.items.map((r, i) => ({
        memberId: r.member_id,
        externalId: people[i]?.externalId ?? null,
        name: people[i]?.name ?? null,
        enteredAt: r.entered_at.toISOString(),
      })),
      nextCursor: page.nextCursor,
    }
  },
})

export const usage = query('segment.usage', {
  title: { en: 'What uses a segment', zh: '分群血缘（被谁使用）' },
  input: z.object({ id }),
  output: z.object({ items: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })) }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  run: async (ctx, input) => ({ items: await usedBy(ctx, input.id) }),
})

export const history = query('segment.history', {
  title: { en: 'Size of a segment over time', zh: '分群人数变化' },
  input: z.object({ id, days: z.coerce.number().int().min(1).max(730).default(90) }),
  output: z.object({
    items: z.array(z.object({ day: z.iso.date(), size: z.int() })),
    /** The caller may see a part of the brand only, for which past days were not measured. */
    partial: z.boolean(),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  async run(ctx, input) {
    const segment = await ctx.db
      .selectFrom('segments')
      .select('size')
      .where('id', '=', input.id)
      .where('state', '<>', 'deleted')
      .executeTakeFirst()
    if (!segment) return ctx.fail('object.unknown')
    // Past sizes are kept for the whole brand only: who may see a part of it is told what that part holds now.
    if (ctx.actor.scope.kind !== 'all') {
      const now = (await sizesInScope(ctx, [input.id])).get(input.id) ?? 0
      return { items: [{ day: ctx.today(), size: now }], partial: true }
    }
    const { rows } = await sql<{ day: string; size: number }>`select day::text as day, size from segment_sizes
      where segment_id = ${input.id} and day > ${addDays(ctx.today(), -input.days)}::date order by day`.execute(ctx.db)
    return {
      items: [...rows.filter((r) => r.day < ctx.today()), { day: ctx.today(), size: segment.size }],
      partial: false,
    }
  },
})

/** Notes every segment's size as a day ends. */
export const measure = timer('segment.measure', {
  async nextAt(db) {
    const row = await db.selectFrom('segment_clock').select('due_at').executeTakeFirst()
    return row?.due_at ?? null
  },
  async run(ctx) {
    const ended = addDays(ctx.today(), -1)
    await sql`insert into segment_sizes (segment_id, day, size)
      select id, ${ended}::date, size from segments where state <> 'deleted'
      on conflict do nothing`.execute(ctx.db)
    await ctx.db
      .updateTable('segment_clock')
      .set({ due_at: nextMidnight(ctx.today(), ctx.brand.zone) })
      .execute()
    return 1
  },
})
