// The brand's stores and where they stand. Conditions ask for who is near one: `{"near": {"store": id}, "radius": "3km"}`.
import { sql } from 'kysely'
import { z } from 'zod'
import { point } from '#data/location'
import { dropStore, keepStore, lockDefinitions } from '#data/segment'
import { slice } from '#kernel/capability'
import { newId } from '#kernel/ids'
import { cutPage, decodeCursor, notOurs, pageInput, pageOf } from '#kernel/page'
import { migrations, type StoreTables } from './tables.ts'

const { action, query, capability } = slice<StoreTables>()('store', {
  layer: 'data',
  title: { en: 'Stores', zh: '门店' },
  rights: {
    'store.read': {
      title: { en: 'See stores', zh: '查看门店' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store', 'member'],
    },
    'store.manage': { title: { en: 'Manage stores', zh: '管理门店' }, roles: ['manager'] },
  },
  migrations,
})

/** A chain's; more is a mistake. */
const MOST_STORES = 10_000

const fields = {
  name: z.string().trim().min(1).max(100).meta({ en: 'Name', zh: '名称' }),
  point,
  address: z.string().trim().max(300).meta({ en: 'Address', zh: '地址' }),
}
const id = z.uuid()
const taken = {
  'store.name_taken': { status: 409, title: { en: 'A store with this name exists', zh: '已存在同名门店' } },
} as const

const create = action('store.create', {
  title: { en: 'Create a store', zh: '新建门店' },
  input: z.object({ ...fields, address: fields.address.default('') }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'store.manage',
  on: 'brand',
  fails: {
    ...taken,
    'store.too_many': { status: 409, title: { en: 'There are too many stores', zh: '门店数量已达上限' } },
  },
  async run(ctx, { name, point: [lat, lng], address }) {
    await lockDefinitions(ctx.db)
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from stores`.execute(ctx.db)
    if ((rows[0]?.n ?? 0) >= MOST_STORES) ctx.fail('store.too_many')
    const made = await ctx.db
      .insertInto('stores')
      .values({ id: newId(), ...{ name, lat, lng, address }, created_at: ctx.now, updated_at: ctx.now })
      .onConflict((c) => c.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!made) return ctx.fail('store.name_taken')
    await keepStore(ctx, made.id, { name, point: [lat, lng] })
    ctx.note({ name, point: [lat, lng] })
    return { id: made.id }
  },
})

const update = action('store.update', {
  title: { en: 'Change a store', zh: '修改门店' },
  input: z.object({
    id,
    name: fields.name.optional(),
    point: point.optional(),
    address: fields.address.optional(),
  }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'store.manage',
  on: 'brand',
  fails: taken,
  async run(ctx, { id, ...input }) {
    // No other store takes the name meanwhile.
    await lockDefinitions(ctx.db)
    const was = await ctx.db.selectFrom('stores').selectAll().where('id', '=', id).executeTakeFirst()
    if (!was) return ctx.fail('object.unknown')
    const name = input.name ?? was.name
    const { rows } = await sql`select 1 from stores where name = ${name} and id <> ${id}`.execute(ctx.db)
    if (rows.length > 0) ctx.fail('store.name_taken')
    const [lat, lng] = input.point ?? [was.lat, was.lng]
    await ctx.db
      .updateTable('stores')
      .set({ name, lat, lng, address: input.address ?? was.address, updated_at: ctx.now })
      .where('id', '=', id)
      .execute()
    await keepStore(ctx, id, { name, point: [lat, lng] })
    ctx.note({ id, before: { name: was.name, point: [was.lat, was.lng] }, after: input })
    return { id }
  },
})

const remove = action('store.delete', {
  title: { en: 'Delete a store', zh: '删除门店' },
  input: z.object({ id }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'store.manage',
  on: 'brand',
  confirm: { en: 'The store is gone for good.', zh: '门店将被永久删除。' },
  fails: {
    'store.in_use': { status: 409, title: { en: 'Something uses this store', zh: '该门店正在被使用，无法删除' } },
  },
  async run(ctx, { id }) {
    // No definition comes to name it meanwhile.
    await lockDefinitions(ctx.db)
    const gone = await ctx.db.deleteFrom('stores').where('id', '=', id).returning('name').executeTakeFirst()
    if (!gone) return ctx.fail('object.unknown')
    const uses = (
      await Promise.all(ctx.contributors.map((c) => c.uses?.(ctx.db as never, { kind: 'store', id }) ?? []))
    ).flat()
    if (uses.length > 0) {
      const names = uses
        .map((u) => `${u.kind} ${u.name}`)
        .join(', ')
        .slice(0, 500)
      ctx.fail('store.in_use', { en: names, zh: names })
    }
    await dropStore(ctx.db, id)
    ctx.note({ id, name: gone.name })
    return { id }
  },
})

const SORTS = {
  name: { key: sql`name`, type: sql`text`, cursor: z.string(), of: (s: StoreTables['stores']) => s.name },
  updatedAt: {
    ...{ key: sql`updated_at`, type: sql`timestamptz`, cursor: z.iso.datetime() },
    of: (s: StoreTables['stores']) => s.updated_at.toISOString(),
  },
}

const list = query('store.list', {
  title: { en: 'Stores', zh: '门店列表' },
  input: z.object({
    search: z.string().trim().max(100).optional().meta({ en: 'Name or address', zh: '名称或地址' }),
    sort: z.enum(['name', 'updatedAt']).default('name'),
    order: z.enum(['asc', 'desc']).default('asc'),
    ...pageInput,
  }),
  output: pageOf(z.object({ id, name: z.string(), point, address: z.string(), updatedAt: z.iso.datetime() })),
  offeredTo: ['operator', 'member'],
  needs: 'store.read',
  on: 'brand',
  async run(ctx, { limit, cursor, search = '', sort, order }) {
    const { key, type, of, cursor: kind } = SORTS[sort]
    const after = cursor === undefined ? null : z.tuple([kind, id]).safeParse(decodeCursor(cursor, 2))
    if (after && !after.success) throw notOurs()
    const [direction, beyond] = order === 'asc' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`]
    const like = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`
    const { rows } = await sql<StoreTables['stores']>`select * from stores
      where (name ilike ${like} or address ilike ${like})
        ${after ? sql`and (${key}, id) ${beyond} (${after.data[0]}::${type}, ${after.data[1]}::uuid)` : sql``}
      order by ${key} ${direction}, id ${direction} limit ${limit + 1}`.execute(ctx.db)
    return cutPage(
      rows,
      limit,
      (r) => [of(r), r.id],
      ({ id, name, lat, lng, address, updated_at }) => ({
        ...{ id, name, address, updatedAt: updated_at.toISOString() },
        point: [lat, lng] as [number, number],
      }),
    )
  },
})

export const store = capability({ actions: [create, update, remove], queries: [list] })
