// Segments as things: made, changed, deleted, and how large they were. Listing them is in roster.ts.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { addDays } from '#kernel/time'
import { condition } from './condition.ts'
import { contactHidden } from './contact.ts'
import { action, created, deleted, query, timer, updated } from './declare.ts'
import { define, lockDefinitions, nextMidnight, redefine } from './define.ts'
import { purge } from './fill.ts'
import { refersTo } from './link.ts'
import { sizesInScope, usedBy } from './roster.ts'
import type { SegmentTables } from './tables.ts'

type SegmentQuery = Context<SegmentTables, never>

const name = z.string().trim().min(1).max(100)
const id = z.uuid()
const nameTaken = {
  'segment.name_taken': { status: 409, title: { en: 'A segment with this name exists', zh: '已存在同名分群' } },
} as const

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
    ...contactHidden,
    'segment.too_many': { status: 409, title: { en: 'There are too many segments', zh: '分群数量已达上限' } },
  },
  async run(ctx, input) {
    const segmentId = await define(ctx, { origin: 'segment', ref: null, ...input })
    if (segmentId === 'taken') return ctx.fail('segment.name_taken')
    if (segmentId === 'too_many') return ctx.fail('segment.too_many')
    await ctx.db.updateTable('segments').set({ created_by: ctx.actor.id }).where('id', '=', segmentId).execute()
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
  fails: { ...nameTaken, ...contactHidden },
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
