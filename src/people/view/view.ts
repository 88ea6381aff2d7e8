// Saved views: a name for a search, its filters and its order, private to one operator or shared with all of them. A view
// holds the question and no answer; whoever opens it sees what their own scope allows.
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { inWords } from '#kernel/flaw'
import { newId } from '#kernel/ids'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { migrations, type ViewTables } from './tables.ts'

const { action, query, capability } = slice<ViewTables>()('view', {
  layer: 'people',
  title: { en: 'Saved views', zh: '已存视图' },
  rights: {
    'view.use': {
      title: { en: 'Keep views of lists', zh: '保存列表视图' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
    'view.share': { title: { en: 'Share views with everybody', zh: '将视图共享给所有人' }, roles: ['manager'] },
  },
  migrations,
})

/** Together they fit on one page of 200: a menu is read, not searched. */
const MAX_OWN = 50
const MAX_SHARED = 100

const listField = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z_-]*$/)
  .meta({ en: 'List', zh: '列表' })
const nameField = z.string().trim().min(1).max(40).meta({ en: 'Name of the view', zh: '视图名称' })
const sharedField = z.boolean().meta({ en: 'Shared with everybody', zh: '共享给所有人' })
/** 30 parts of 500: a list has a search, an order and at most some ten filters. */
const queryField = z
  .record(z.string().min(1).max(80), z.string().max(500))
  .refine((parts) => Object.keys(parts).length <= 30, inWords('at most 30 parts', '最多 30 项'))
  .meta({ en: 'Search, filters and order', zh: '搜索、筛选与排序' })

const savedView = z.object({
  id: z.uuid(),
  list: z.string(),
  name: z.string(),
  query: z.record(z.string(), z.string()),
  shared: z.boolean(),
  /** Whether the caller saved it. */
  mine: z.boolean(),
})

type Row = ViewTables['saved_views']
const viewOf = ({ id, list, name, query, shared, owner }: Row, caller: string): z.infer<typeof savedView> => ({
  id,
  list,
  name,
  query: { ...query },
  shared,
  mine: owner === caller,
})

const FULL = {
  status: 409,
  title: { en: 'Too many views of this list; delete one first', zh: '该列表的视图已达上限，请先删除一个' },
}

/** One writer a list at a time, so that the bound holds. */
const lockList = (db: Kysely<ViewTables>, list: string) =>
  sql`select pg_advisory_xact_lock(hashtext('saved_views'), hashtext(${list}))`.execute(db)

/** Whether the bounds hold, counted under the list's lock and after the change. */
async function withinBounds(db: Kysely<ViewTables>, list: string, owner: string): Promise<boolean> {
  const { own, shared } = await db
    .selectFrom('saved_views')
    .select([
      sql<number>`count(*) filter (where owner = ${owner})::int`.as('own'),
      sql<number>`count(*) filter (where shared)::int`.as('shared'),
    ])
    .where('list', '=', list)
    .executeTakeFirstOrThrow()
  return own <= MAX_OWN && shared <= MAX_SHARED
}

const save = action('view.save', {
  title: { en: 'Save a view', zh: '保存视图' },
  /** The same name again replaces one's own view of that name. */
  input: z.object({ list: listField, name: nameField, query: queryField, shared: sharedField.default(false) }),
  output: savedView,
  offeredTo: ['operator'],
  needs: 'view.use',
  on: 'brand',
  withinScope: true,
  fails: { 'view.full': FULL },
  async run(ctx, { list, name, query, shared }) {
    if (shared && !ctx.may('view.share')) ctx.fail('access.denied')
    await lockList(ctx.db, list)
    const row = await ctx.db
      .insertInto('saved_views')
      .values({ id: newId(), list, owner: ctx.actor.id, name, query, shared, created_at: ctx.now })
      .onConflict((c) => c.columns(['list', 'owner', 'name']).doUpdateSet({ query, shared }))
      .returningAll()
      .executeTakeFirstOrThrow()
    if (!(await withinBounds(ctx.db, list, row.owner))) ctx.fail('view.full')
    ctx.note({ viewId: row.id, list, name, shared })
    return viewOf(row, ctx.actor.id)
  },
})

const update = action('view.update', {
  title: { en: 'Rename, change or share a view', zh: '重命名、修改或共享视图' },
  input: z.object({
    viewId: z.uuid(),
    name: nameField.optional(),
    query: queryField.optional(),
    shared: sharedField.optional(),
  }),
  output: savedView,
  offeredTo: ['operator'],
  needs: 'view.use',
  on: 'brand',
  withinScope: true,
  fails: {
    'view.full': FULL,
    'view.name_taken': {
      status: 409,
      title: { en: 'There is a view of this name already', zh: '已有同名视图' },
    },
  },
  async run(ctx, { viewId, ...change }) {
    const before = await changeable(ctx, viewId)
    if (!before) return ctx.fail('object.unknown')
    const { name = before.name, query = before.query, shared = before.shared } = change
    if (shared && !ctx.may('view.share')) ctx.fail('access.denied')
    await lockList(ctx.db, before.list)
    const row = await ctx.db
      .updateTable('saved_views as v')
      .set({ name, query, shared })
      .where('v.id', '=', viewId)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('saved_views as o')
              .select('o.id')
              .where('o.list', '=', before.list)
              .where('o.owner', '=', before.owner)
              .where('o.name', '=', name)
              .where('o.id', '<>', viewId),
          ),
        ),
      )
      .returningAll()
      .executeTakeFirst()
    if (!row) return ctx.fail('view.name_taken')
    if (!(await withinBounds(ctx.db, row.list, row.owner))) ctx.fail('view.full')
    ctx.note({ viewId, list: row.list, before: { name: before.name, shared: before.shared }, after: { name, shared } })
    return viewOf(row, ctx.actor.id)
  },
})

const remove = action('view.remove', {
  title: { en: 'Delete a view', zh: '删除视图' },
  input: z.object({ viewId: z.uuid() }),
  output: z.object({ viewId: z.uuid() }),
  offeredTo: ['operator'],
  needs: 'view.use',
  on: 'brand',
  withinScope: true,
  async run(ctx, { viewId }) {
    const row = await changeable(ctx, viewId)
    if (!row) return ctx.fail('object.unknown')
    await ctx.db.deleteFrom('saved_views').where('id', '=', viewId).execute()
    ctx.note({ viewId, list: row.list, name: row.name })
    return { viewId }
  },
})

/** One's own views, and shared ones for whoever may share; others are not there. */
function changeable(
  ctx: { db: Kysely<ViewTables>; actor: { id: string }; may(right: string): boolean },
  viewId: string,
): Promise<Row | undefined> {
  return ctx.db
    .selectFrom('saved_views')
    .selectAll()
    .where('id', '=', viewId)
    .where((e) => e.or([e('owner', '=', ctx.actor.id), ...(ctx.may('view.share') ? [e('shared', '=', true)] : [])]))
    .forUpdate()
    .executeTakeFirst()
}

const list = query('view.list', {
  title: { en: 'Saved views of a list', zh: '列表的已存视图' },
  input: z.object({ list: listField, ...pageInput }),
  output: pageOf(savedView),
  offeredTo: ['operator'],
  needs: 'view.use',
  on: 'brand',
  // What somebody searched for may be a member's name.
  personal: true,
  async run(ctx, { list, limit, cursor }) {
    const after = decodeCursor(cursor, 2)
    const rows = await ctx.db
      .selectFrom('saved_views')
      .selectAll()
      .where('list', '=', list)
      .where((e) => e.or([e('owner', '=', ctx.actor.id), e('shared', '=', true)]))
      .$if(after !== null, (q) => q.where(sql<boolean>`(name, id::text) > (${after?.[0]}, ${after?.[1]})`))
      .orderBy('name')
      .orderBy(sql`id::text`)
      .limit(limit + 1)
      .execute()
    return cutPage(
      rows,
      limit,
      (r) => [r.name, r.id],
      (r) => viewOf(r, ctx.actor.id),
    )
  },
})

export const view = capability({ actions: [save, update, remove], queries: [list] })
