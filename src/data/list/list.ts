// Static lists: members by external id, as given. Ids nobody goes by yet are kept; whoever turns up under one is on the
// list at once. Conditions ask for `{"list": id}`.
import { type QueryExecutorProvider, sql } from 'kysely'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import type { Context } from '#kernel/context'
import { newId } from '#kernel/ids'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { MOST_ID_LENGTH, maskDeep, membersByExternalId, profiles, shownProfiles } from '#people/member'
import { type ListTables, migrations } from './tables.ts'

const { event, action, query, listener, capability } = slice<ListTables>()('list', {
  layer: 'data',
  title: { en: 'Static lists', zh: '静态名单' },
  rights: {
    'list.read': {
      title: { en: 'See static lists', zh: '查看静态名单' },
      roles: ['manager', 'content', 'support', 'analyst', 'store'],
    },
    'list.manage': { title: { en: 'Change static lists', zh: '维护静态名单' }, roles: ['manager', 'analyst'] },
  },
  migrations,
})

/** One upload; a body of 100,000 ids is some 3 MB. */
const MOST_IDS = 100_000
const MOST_LISTS = 10_000
const id = z.uuid()
const name = z.string().trim().min(1).max(100)
const externalIds = z
  .array(z.string().trim().min(1).max(MOST_ID_LENGTH))
  .max(MOST_IDS)
  .meta({ en: 'External ids', zh: '外部 ID' })
const listId = id.meta({ en: 'List', zh: '名单' })

const created = event('list.created', {
  title: { en: 'List created', zh: '名单已创建' },
  class: 'system',
  data: z.object({ listId, name }),
})
const added = event('list.added', {
  title: { en: 'Put on a list', zh: '加入名单' },
  class: 'system',
  data: z.object({ listId }),
  facts: ({ data }) => [{ key: `list:${data.listId}`, value: true }],
})
const removed = event('list.removed', {
  title: { en: 'Taken off a list', zh: '移出名单' },
  class: 'system',
  data: z.object({ listId }),
  facts: ({ data }) => [{ key: `list:${data.listId}`, value: null }],
})

type Changing = Context<ListTables, typeof added | typeof removed>

const create = action('list.create', {
  title: { en: 'Create a list', zh: '创建名单' },
  input: z.object({ name, externalIds: externalIds.optional() }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'list.manage',
  on: 'brand',
  emits: [created, added, removed],
  fails: {
    'list.name_taken': { status: 409, title: { en: 'A list with this name exists', zh: '已存在同名名单' } },
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
    if (input.externalIds) await put(ctx as Changing, made.id, input.externalIds)
    ctx.note({ id: made.id, name: input.name, externalIds: input.externalIds?.length ?? 0 })
    return { id: made.id }
  },
})

/** `matched` go by these ids now, `unknown` do not yet; `added` and `removed` are changes against before. */
const report = z.object({ matched: z.int(), unknown: z.int(), added: z.int(), removed: z.int() })
const changing = {
  input: z.object({ id, externalIds }),
  output: report,
  offeredTo: ['operator'],
  needs: 'list.manage',
  on: 'brand',
  emits: [added, removed],
} as const

const replace = action('list.replace', {
  title: { en: 'Replace who is on a list', zh: '替换名单成员' },
  ...changing,
  async run(ctx, input) {
    await lock(ctx as Changing, input.id)
    const gone = await take(ctx as Changing, input.id, input.externalIds, 'others')
    return { ...(await put(ctx as Changing, input.id, input.externalIds)), removed: gone }
  },
})

const add = action('list.add', {
  title: { en: 'Add to a list', zh: '加入名单' },
  ...changing,
  async run(ctx, input) {
    await lock(ctx as Changing, input.id)
    return { ...(await put(ctx as Changing, input.id, input.externalIds)), removed: 0 }
  },
})

const remove = action('list.remove', {
  title: { en: 'Remove from a list', zh: '移出名单' },
  ...changing,
  async run(ctx, input) {
    await lock(ctx as Changing, input.id)
    const known = await membersByExternalId(ctx.db, input.externalIds)
    const gone = await take(ctx as Changing, input.id, input.externalIds, 'these')
    return { matched: known.size, unknown: new Set(input.externalIds).size - known.size, added: 0, removed: gone }
  },
})

/** One change of a list at a time. */
async function lock(ctx: Changing, list: string) {
  const row = await ctx.db
    .updateTable('lists')
    .set({ updated_at: ctx.now })
    .where('id', '=', list)
    .returning('id')
    .executeTakeFirst()
  if (!row) ctx.fail('object.unknown')
}

async function put(ctx: Changing, list: string, ids: readonly string[]) {
  const wanted = [...new Set(ids)]
  const known = await membersByExternalId(ctx.db, wanted)
  const members = wanted.map((x) => known.get(x) ?? null)
  const before = await sql<{ member_id: string }>`select distinct member_id from list_entries
    where list_id = ${list} and member_id = any(${[...known.values()]}::uuid[])`.execute(ctx.db)
  const { rows } = await sql<{ member_id: string | null }>`
    insert into list_entries (list_id, external_id, member_id, added_at)
    select ${list}, v.external_id, v.member_id, ${ctx.now} from unnest(${wanted}::text[], ${members}::uuid[]) as v (external_id, member_id)
    on conflict do nothing returning member_id`.execute(ctx.db)
  const there = new Set(before.rows.map((r) => r.member_id))
  for (const memberId of new Set(rows.map((r) => r.member_id)))
    if (memberId !== null && !there.has(memberId)) ctx.emit(added, { listId: list }, { memberId })
  ctx.note({ list, given: wanted.length, matched: known.size, added: rows.length })
  return { matched: known.size, unknown: wanted.length - known.size, added: rows.length }
}

/** Takes these entries off, or all others; a member another entry still stands for stays on. */
async function take(ctx: Changing, list: string, ids: readonly string[], which: 'these' | 'others'): Promise<number> {
  const chosen = which === 'these' ? sql`external_id = any(${ids}::text[])` : sql`external_id <> all(${ids}::text[])`
  const { rows } = await sql<{ member_id: string | null }>`delete from list_entries
    where list_id = ${list} and ${chosen} returning member_id`.execute(ctx.db)
  const gone = [...new Set(rows.flatMap((r) => r.member_id ?? []))]
  const left = await sql<{ member_id: string }>`select distinct member_id from list_entries
    where list_id = ${list} and member_id = any(${gone}::uuid[])`.execute(ctx.db)
  const still = new Set(left.rows.map((r) => r.member_id))
  for (const memberId of gone) if (!still.has(memberId)) ctx.emit(removed, { listId: list }, { memberId })
  return rows.length
}

const when = z.iso.datetime()
const list_ = query('list.list', {
  title: { en: 'Static lists', zh: '静态名单列表' },
  input: z.object({ ...pageInput, search: z.string().max(100).optional() }),
  output: pageOf(z.object({ id, name: z.string(), size: z.int(), unknown: z.int(), createdAt: when, updatedAt: when })),
  offeredTo: ['operator'],
  needs: 'list.read',
  on: 'brand',
  async run(ctx, { limit, cursor, search }) {
    const after = decodeCursor(cursor, 2)
    // Ids of nobody are for everybody's scope only.
    const isAll = ctx.actor.scope.kind === 'all'
    const mine = ctx.inScope(sql.ref('o.member_id'))
    const like = search ? `%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%` : '%'
    const { rows } = await sql<{
      id: string
      name: string
      size: number
      unknown: number
      created_at: Date
      updated_at: Date
    }>`select l.id, l.name, l.created_at, l.updated_at, e.size, e.unknown
      from lists l, lateral (select (count(distinct o.member_id) filter (where ${mine}))::int as size,
        (count(*) filter (where o.member_id is null and ${isAll}))::int as unknown
        from list_entries o where o.list_id = l.id) e
      where lower(l.name) like ${like} and (lower(l.name), l.id) > (${after?.[0] ?? ''}, ${after?.[1] ?? NO_ID}::uuid)
      order by lower(l.name), l.id limit ${limit + 1}`.execute(ctx.db)
    return cutPage(
      rows,
      limit,
      (r) => [r.name.toLowerCase(), r.id],
      (r) => ({
        id: r.id,
        name: r.name,
        size: r.size,
        unknown: r.unknown,
        createdAt: r.created_at.toISOString(),
        updatedAt: r.updated_at.toISOString(),
      }),
    )
  },
})
const NO_ID = '00000000-0000-0000-0000-000000000000'

const members = query('list.members', {
  title: { en: 'Who is on a list', zh: '名单成员' },
  input: z.object({ id, ...pageInput }),
  output: pageOf(
    z.object({ externalId: z.string(), memberId: id.nullable(), name: z.string().nullable(), addedAt: when }),
  ),
  offeredTo: ['operator'],
  needs: 'list.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const list = await ctx.db.selectFrom('lists').select('id').where('id', '=', input.id).executeTakeFirst()
    if (!list) return ctx.fail('object.unknown')
    const after = decodeCursor(input.cursor, 1)
    let rows = ctx.db
      .selectFrom('list_entries as e')
      .select(['e.external_id', 'e.member_id', 'e.added_at'])
      .where('e.list_id', '=', input.id)
    // What a narrowed scope may see is decided by member, so ids of nobody are for everybody's scope only.
    if (ctx.actor.scope.kind !== 'all') rows = rows.where(ctx.inScope(sql.ref('e.member_id')))
    if (after) rows = rows.where('e.external_id', '>', String(after[0]))
    const found = await rows
      .orderBy('e.external_id')
      .limit(input.limit + 1)
      .execute()
    const seesContact = ctx.may('member.see_contact')
    const people = await shownProfiles(
      ctx,
      found.flatMap((r) => r.member_id ?? []),
    )
    return cutPage(
      found,
      input.limit,
      (r) => [r.external_id],
      (r) => ({
        externalId: seesContact ? r.external_id : String(maskDeep(r.external_id)),
        memberId: r.member_id,
        name: (r.member_id && people.get(r.member_id)?.name) ?? null,
        addedAt: r.added_at.toISOString(),
      }),
    )
  },
})

/** Who turns up under an id that waits on a list is on it from then on. */
const arrive = listener('list.arrive', {
  on: '*',
  async interest(db) {
    const { rows } = await sql`select 1 from list_entries where member_id is null limit 1`.execute(db)
    return (event) => rows.length > 0 && event.memberId !== ''
  },
  async run(ctx, events) {
    const last = new Map(events.map((e) => [e.memberId, e]))
    const people = await profiles(ctx.db, [...last.keys()])
    const ids = [...people].flatMap(([memberId, p]) => (p.externalId ? [{ memberId, externalId: p.externalId }] : []))
    const { rows } = await sql<{ list_id: string; member_id: string }>`update list_entries e set member_id = v.member_id
      from unnest(${ids.map((i) => i.externalId)}::text[], ${ids.map((i) => i.memberId)}::uuid[]) as v (external_id, member_id)
      where e.external_id = v.external_id and e.member_id is null
      returning e.list_id, e.member_id`.execute(ctx.db)
    for (const row of rows) {
      const e = last.get(row.member_id)
      if (e)
        ctx.emit(
          added,
          { listId: row.list_id },
          { memberId: row.member_id, cause: `list:${row.list_id}:${e.id}`, depth: e.depth + 1 },
        )
    }
  },
})

/** Which of these lists exist. */
export async function existingLists(db: QueryExecutorProvider, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`select id from lists where id = any(${[...ids]}::uuid[])`.execute(db)
  return new Set(rows.map((r) => r.id))
}

type Entry = { list_id: string; external_id: string }

export const list = capability({
  events: [created, added, removed],
  actions: [create, replace, add, remove],
  queries: [list_, members],
  reactors: [arrive],
  async onMerge(db, { keepId, mergeId }): Promise<Entry[]> {
    return db
      .updateTable('list_entries')
      .set({ member_id: keepId })
      .where('member_id', '=', mergeId)
      .returning(['list_id', 'external_id'])
      .execute()
  },
  async onUnmerge(db, { mergeId }, moved: Entry[]) {
    await sql`update list_entries e set member_id = ${mergeId}
      from unnest(${moved.map((m) => m.list_id)}::uuid[], ${moved.map((m) => m.external_id)}::text[]) as v (list_id, external_id)
      where e.list_id = v.list_id and e.external_id = v.external_id`.execute(db)
  },
  async onErase(db, memberId) {
    await db.deleteFrom('list_entries').where('member_id', '=', memberId).execute()
  },
})
