// What an analyst comes back to: statements that were run, statements that were saved, and what can be asked at all.
import { sql } from 'kysely'
import { z } from 'zod'
import { newId } from '#kernel/ids'
import { cutPage, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { action, query } from './declare.ts'
import { FUNCTION_GROUPS } from './function.ts'
import { RELATIONS } from './relation.ts'
import { MOST_LENGTH } from './token.ts'

const id = z.uuid()
const when = z.iso.datetime()
const head = { offeredTo: ['operator'], needs: 'sql.run', on: 'brand' } as const

const text = z.object({ en: z.string(), zh: z.string() })
export const schema = query('sql.schema', {
  title: { en: 'What can be asked in SQL', zh: 'SQL 可查询的数据表' },
  input: z.object({}),
  output: z.object({
    relations: z.array(
      z.object({
        name: z.string(),
        title: text,
        columns: z.array(z.object({ name: z.string(), type: z.string(), title: text })),
      }),
    ),
    functions: z.record(z.string(), z.array(z.string())),
  }),
  ...head,
  run: async () => ({
    relations: RELATIONS.map((r) => ({ ...r, columns: [...r.columns] })),
    functions: Object.fromEntries(Object.entries(FUNCTION_GROUPS).map(([group, names]) => [group, [...names]])),
  }),
})

export const history = query('sql.history', {
  title: { en: 'Statements one has run', zh: '我的 SQL 执行记录' },
  input: z.object(pageInput),
  output: pageOf(
    z.object({
      id,
      statement: z.string(),
      params: z.record(z.string(), z.unknown()),
      at: when,
      tookMs: z.int(),
      rows: z.int(),
      /** The code of the problem it ended with. */
      problem: z.string().nullable(),
    }),
  ),
  ...head,
  async run(ctx, { limit, cursor }) {
    const after = decodeTimeCursor(cursor)
    let rows = ctx.db.selectFrom('sql_runs').selectAll().where('actor', '=', ctx.actor.id)
    if (after) rows = rows.where(sql<boolean>`(at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
    const found = await rows
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    return cutPage(
      found,
      limit,
      (r) => [r.at.toISOString(), r.id],
      (r) => ({
        ...{ id: r.id, statement: r.statement, params: r.params, at: r.at.toISOString() },
        ...{ tookMs: r.took_ms, rows: r.rows, problem: r.problem },
      }),
    )
  },
})

export const saved = query('sql.saved', {
  title: { en: 'Saved statements', zh: '已保存的 SQL' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      z.object({
        id,
        name: z.string(),
        statement: z.string(),
        shared: z.boolean(),
        mine: z.boolean(),
        updatedAt: when,
      }),
    ),
  }),
  ...head,
  async run(ctx) {
    const rows = await ctx.db
      .selectFrom('sql_saved')
      .selectAll()
      .where((e) => e.or([e('actor', '=', ctx.actor.id), e('shared', '=', true)]))
      .orderBy(sql`lower(name)`)
      .orderBy('id')
      .limit(MOST_SAVED)
      .execute()
    return {
      items: rows.map((r) => ({
        ...{ id: r.id, name: r.name, statement: r.statement, shared: r.shared },
        ...{ mine: r.actor === ctx.actor.id, updatedAt: r.updated_at.toISOString() },
      })),
    }
  },
})

/** Of everybody together; more than anybody finds one in. */
const MOST_SAVED = 500

export const save = action('sql.save', {
  title: { en: 'Save a statement', zh: '保存 SQL' },
  input: z.object({
    id: id.optional().describe('One of one’s own to change; else a new one'),
    name: z.string().trim().min(1).max(100).meta({ en: 'Name', zh: '名称' }),
    statement: z.string().min(1).max(MOST_LENGTH).meta({ en: 'Statement', zh: '语句' }),
    shared: z
      .boolean()
      .default(false)
      .meta({ en: 'For everybody who may ask in SQL', zh: '共享给所有可使用 SQL 的人员' }),
  }),
  output: z.object({ id }),
  ...head,
  withinScope: true,
  fails: {
    'sql.name_taken': { status: 409, title: { en: 'You have saved another under this name', zh: '您已有同名的 SQL' } },
    'sql.too_many': {
      status: 409,
      title: { en: 'There are too many saved statements', zh: '已保存的 SQL 数量已达上限' },
    },
  },
  async run(ctx, input) {
    const { name, statement, shared } = input
    const other = await ctx.db
      .selectFrom('sql_saved')
      .select('id')
      .where('actor', '=', ctx.actor.id)
      .where(sql`lower(name)`, '=', name.toLowerCase())
      .executeTakeFirst()
    if (other && other.id !== input.id) return ctx.fail('sql.name_taken')
    ctx.note(input)
    if (input.id !== undefined) {
      const changed = await ctx.db
        .updateTable('sql_saved')
        .set({ name, statement, shared, updated_at: ctx.now })
        .where('id', '=', input.id)
        .where('actor', '=', ctx.actor.id)
        .returning('id')
        .executeTakeFirst()
      return changed ?? ctx.fail('object.unknown')
    }
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from sql_saved`.execute(ctx.db)
    if ((rows[0]?.n ?? 0) >= MOST_SAVED) ctx.fail('sql.too_many')
    const made = { id: newId(), actor: ctx.actor.id, name, statement, shared }
    const inserted = await ctx.db
      .insertInto('sql_saved')
      .values({ ...made, created_at: ctx.now, updated_at: ctx.now })
      .onConflict((c) => c.doNothing())
      .returning('id')
      .executeTakeFirst()
    return inserted ?? ctx.fail('sql.name_taken')
  },
})

export const forget = action('sql.forget', {
  title: { en: 'Delete a saved statement', zh: '删除已保存的 SQL' },
  input: z.object({ id }),
  output: z.object({ id }),
  ...head,
  withinScope: true,
  confirm: { en: 'The saved statement is gone for good.', zh: '已保存的 SQL 将被永久删除。' },
  async run(ctx, input) {
    const gone = await ctx.db
      .deleteFrom('sql_saved')
      .where('id', '=', input.id)
      .where('actor', '=', ctx.actor.id)
      .returning('name')
      .executeTakeFirst()
    if (!gone) return ctx.fail('object.unknown')
    ctx.note({ id: input.id, ...gone })
    return { id: input.id }
  },
})
