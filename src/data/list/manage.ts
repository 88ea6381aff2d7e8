// Lists as things: made, renamed, deleted, listed, and who is on them.
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { newId } from '#kernel/ids'
import { cutPage, decodeCursor, notOurs, pageInput, pageOf } from '#kernel/page'
import { maskDeep, shownProfiles } from '#people/member'
import { type Changing, change, given } from './change.ts'
import {
  action,
  added,
  created,
  deleted,
  externalIds,
  id,
  memberIds,
  name,
  query,
  removed,
  renamed,
  source,
  when,
} from './declare.ts'
import { idOfEntry } from './entry.ts'
import type { ListTables } from './tables.ts'

type Reading = Pick<Context<ListTables>, 'db' | 'actor' | 'inScope' | 'contributors'>

const MOST_LISTS = 10_000
const nameTaken = {
  'list.name_taken': { status: 409, title: { en: 'A list with this name exists', zh: '已存在同名名单' } },
} as const

export const create = action('list.create', {
  title: { en: 'Create a list', zh: '创建名单' },
  input: z.object({
    name,
    externalIds: externalIds.optional(),
    memberIds: memberIds.optional(),
    source: source.default(''),
  }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'list.manage',
  on: 'brand',
  emits: [created, added, removed],
  fails: {
    ...nameTaken,
    'list.too_many': { status: 409, title: { en: 'There are too many lists', zh: '名单数量已达上限' } },
  },
  async run(ctx, input) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from lists`.execute(ctx.db)
    if (Number(rows[0]?.n ?? 0) >= MOST_LISTS) ctx.fail('list.too_many')
    const made = await ctx.db
      .insertInto('lists')
      .values({ id: newId(), name: input.name, created_at: ctx.now, updated_at: ctx.now })
      .onConflict((c) => c.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!made) return ctx.fail('list.name_taken')
    ctx.emit(created, { listId: made.id, name: input.name })
    const on = await given(ctx, { externalIds: input.externalIds ?? [], memberIds: input.memberIds })
    if (on.length > 0)
      await change(ctx as Changing, { list: made.id, kind: 'create', on, off: [], source: input.source })
    ctx.note({ id: made.id, name: input.name })
    return { id: made.id }
  },
})

export const rename = action('list.rename', {
  title: { en: 'Rename a list', zh: '重命名名单' },
  input: z.object({ id, name }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'list.manage',
  on: 'brand',
  emits: [renamed],
  fails: nameTaken,
  async run(ctx, input) {
    const before = await ctx.db
      .selectFrom('lists')
      .select('name')
      .where('id', '=', input.id)
      .forUpdate()
      .executeTakeFirst()
    if (!before) return ctx.fail('object.unknown')
    if (before.name === input.name) return { id: input.id }
    const { rows } =
      await sql`select 1 from lists where lower(name) = lower(${input.name}) and id <> ${input.id}`.execute(ctx.db)
    if (rows.length > 0) return ctx.fail('list.name_taken')
    await ctx.db
      .updateTable('lists')
      .set({ name: input.name, updated_at: ctx.now })
      .where('id', '=', input.id)
      .execute()
    ctx.emit(renamed, { listId: input.id, name: input.name })
    ctx.note({ id: input.id, before: before.name, after: input.name })
    return { id: input.id }
  },
})

async function usesOf({ contributors, db }: Pick<Reading, 'contributors' | 'db'>, list: string) {
  const uses = await Promise.all(contributors.map((c) => c.uses?.(db as never, { kind: 'list', id: list }) ?? []))
  return uses.flat()
}

export const remove = action('list.delete', {
  title: { en: 'Delete a list', zh: '删除名单' },
  input: z.object({ id }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'list.manage',
  on: 'brand',
  emits: [deleted],
  confirm: { en: 'The list and its history are gone for good.', zh: '名单及其变更历史将被永久删除。' },
  fails: {
    'list.in_use': { status: 409, title: { en: 'Something uses this list', zh: '该名单正在被使用，无法删除' } },
  },
  async run(ctx, input) {
    // Held, so that no upload puts anything on it meanwhile.
    const list = await ctx.db
      .selectFrom('lists')
      .select('name')
      .where('id', '=', input.id)
      .forUpdate()
      .executeTakeFirst()
    if (!list) return ctx.fail('object.unknown')
    const uses = await usesOf(ctx, input.id)
    if (uses.length > 0) {
      const names = uses
        .map((u) => `${u.kind} ${u.name}`)
        .join(', ')
        .slice(0, 500)
      ctx.fail('list.in_use', { en: names, zh: names })
    }
    await sql`delete from list_change_entries where change_id in (
      select id from list_changes where list_id = ${input.id})`.execute(ctx.db)
    await ctx.db.deleteFrom('list_entries').where('list_id', '=', input.id).execute()
    await ctx.db.deleteFrom('lists').where('id', '=', input.id).execute()
    ctx.emit(deleted, { listId: input.id, name: list.name })
    ctx.note({ id: input.id, name: list.name })
    return { id: input.id }
  },
})

const summary = z.object({
  id,
  name: z.string(),
  /** Members, and ids that nobody goes by yet. */
  size: z.int(),
  unknown: z.int(),
  createdAt: when,
  updatedAt: when,
})
interface Row {
  id: string
  name: string
  size: number
  unknown: number
  created_at: Date
  updated_at: Date
}
const shown = (r: Row): z.input<typeof summary> => ({
  id: r.id,
  name: r.name,
  size: r.size,
  unknown: r.unknown,
  createdAt: r.created_at.toISOString(),
  updatedAt: r.updated_at.toISOString(),
})

/** Lists with their numbers inside the caller's scope. Ids of nobody are for everybody's scope only. */
const counted = (ctx: Reading) => sql`select l.id, l.name, l.created_at, l.updated_at, e.size, e.unknown
  from lists l, lateral (select
    (count(distinct o.member_id) filter (where ${ctx.inScope(sql.ref('o.member_id'))}))::int as size,
    (count(*) filter (where o.member_id is null and ${ctx.actor.scope.kind === 'all'}))::int as unknown
    from list_entries o where o.list_id = l.id) e`

const SORTS = {
  name: { key: sql`lower(name)`, type: sql`text`, cursor: z.string(), of: (r: Row) => r.name.toLowerCase() },
  size: { key: sql`size`, type: sql`integer`, cursor: z.int32(), of: (r: Row) => r.size },
  updatedAt: { key: sql`updated_at`, type: sql`timestamptz`, cursor: when, of: (r: Row) => r.updated_at.toISOString() },
} as const

const like = (text: string) => text.replaceAll(/[\\%_]/g, '\\$&')

export const list = query('list.list', {
  title: { en: 'Static lists', zh: '静态名单列表' },
  input: z.object({
    ...pageInput,
    search: z.string().max(100).optional(),
    sort: z.enum(['name', 'size', 'updatedAt']).default('name'),
    order: z.enum(['asc', 'desc']).default('asc'),
  }),
  output: pageOf(summary),
  offeredTo: ['operator'],
  needs: 'list.read',
  on: 'brand',
  async run(ctx, { limit, cursor, search, sort, order }) {
    const { key, type, of, cursor: kind } = SORTS[sort]
    const after = cursor === undefined ? null : z.tuple([kind, id]).safeParse(decodeCursor(cursor, 2))
    if (after && !after.success) throw notOurs()
    const [direction, beyond] = order === 'asc' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`]
    const conditions: RawBuilder<unknown>[] = [
      sql`lower(name) like ${`%${like((search ?? '').toLowerCase())}%`}`,
      ...(after ? [sql`(${key}, id) ${beyond} (${after.data[0]}::${type}, ${after.data[1]}::uuid)`] : []),
    ]
    const { rows } = await sql<Row>`select * from (${counted(ctx)}) found where ${sql.join(conditions, sql` and `)}
      order by ${key} ${direction}, id ${direction} limit ${limit + 1}`.execute(ctx.db)
    return cutPage(rows, limit, (r) => [of(r), r.id], shown)
  },
})

export const get = query('list.get', {
  title: { en: 'A static list', zh: '静态名单详情' },
  input: z.object({ id }),
  output: summary.extend({ usedBy: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })) }),
  offeredTo: ['operator'],
  needs: 'list.read',
  on: 'brand',
  async run(ctx, input) {
    const { rows } = await sql<Row>`select * from (${counted(ctx)} where l.id = ${input.id}) found`.execute(ctx.db)
    const [row] = rows
    if (!row) return ctx.fail('object.unknown')
    return { ...shown(row), usedBy: [...(await usesOf(ctx, input.id))] }
  },
})

export const members = query('list.members', {
  title: { en: 'Who is on a list', zh: '名单成员' },
  input: z.object({
    id,
    ...pageInput,
    search: z.string().trim().max(200).optional().describe('Beginning of an external id'),
    state: z.enum(['matched', 'unknown']).optional(),
  }),
  output: pageOf(
    z.object({
      /** Null for a member that has none. */
      externalId: z.string().nullable(),
      memberId: id.nullable(),
      name: z.string().nullable(),
      addedAt: when,
    }),
  ),
  offeredTo: ['operator'],
  needs: 'list.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const there = await ctx.db.selectFrom('lists').select('id').where('id', '=', input.id).executeTakeFirst()
    if (!there) return ctx.fail('object.unknown')
    const after = decodeCursor(input.cursor, 1)
    const seesContact = ctx.may('member.see_contact')
    let rows = ctx.db
      .selectFrom('list_entries as e')
      .select(['e.external_id', 'e.member_id', 'e.added_at'])
      .where('e.list_id', '=', input.id)
    // What a narrowed scope may see is decided by member, so ids of nobody are for everybody's scope only.
    if (ctx.actor.scope.kind !== 'all') rows = rows.where(ctx.inScope(sql.ref('e.member_id')))
    if (after) rows = rows.where('e.external_id', '>', String(after[0]))
    if (input.state) rows = rows.where('e.member_id', input.state === 'matched' ? 'is not' : 'is', null)
    // An id is often a number or an address: who may not see those finds it whole only, never step by step.
    if (input.search)
      rows = seesContact
        ? rows.where('e.external_id', 'like', `${like(input.search)}%`)
        : rows.where('e.external_id', '=', input.search)
    const found = await rows
      .orderBy('e.external_id')
      .limit(input.limit + 1)
      .execute()
    const people = await shownProfiles(
      ctx,
      found.flatMap((r) => r.member_id ?? []),
    )
    return cutPage(
      found,
      input.limit,
      (r) => [r.external_id],
      (r) => {
        const entry = idOfEntry(r.external_id)
        return {
          externalId: entry === null || seesContact ? entry : String(maskDeep(entry)),
          memberId: r.member_id,
          name: (r.member_id && people.get(r.member_id)?.name) ?? null,
          addedAt: r.added_at.toISOString(),
        }
      },
    )
  },
})
