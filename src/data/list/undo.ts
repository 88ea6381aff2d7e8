// Taking a change of a list back.
//
// When it can be: while no later change that holds has named an entry this one added or removed; a replacement names
// every id there is. A later upload that names an entry again has said so itself, and taking the earlier one back must
// not unsay it. So the list is always what the changes that hold, in their order, make of it. What was taken back is not
// brought back from here: it is uploaded again.
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { type Changing, change, lock, report } from './change.ts'
import { action, added, id, query, removed, when } from './declare.ts'
import { CHANGE_KINDS, type ListTables } from './tables.ts'

type Change = ListTables['list_changes']

/** The first later change that stands in the way, and of how many entries; null when the change can be taken back. */
async function blockedBy(
  db: Kysely<ListTables>,
  { id: changeId, list_id, seq }: Pick<Change, 'id' | 'list_id' | 'seq'>,
): Promise<{ kind: string; source: string; at: Date; entries: number } | null> {
  const { rows } = await sql<{ kind: string; source: string; at: Date; entries: number }>`
    select l.kind, l.source, l.at, count(*)::int as entries
    from list_changes l join list_change_entries mine on mine.change_id = ${changeId} and mine.effect <> 0
    where l.list_id = ${list_id} and l.seq > ${seq} and l.kind <> 'undo' and l.undone_by is null
      and (l.kind = 'replace' or exists (select 1 from list_change_entries n
        where n.change_id = l.id and n.external_id = mine.external_id))
    group by l.id order by l.seq limit 1`.execute(db)
  return rows[0] ?? null
}

/** Why a change cannot be taken back; null when it can. */
async function refusal(db: Kysely<ListTables>, row: Change) {
  if (row.kind === 'undo') return { code: 'list.undo_itself', detail: undefined } as const
  if (row.undone_by !== null) return { code: 'list.undone_before', detail: undefined } as const
  const block = await blockedBy(db, row)
  if (block)
    return {
      code: 'list.changed_since',
      detail: {
        en: `${block.entries} of its entries stand in “${block.source || block.kind}” of ${block.at.toISOString()}`,
        zh: `其中 ${block.entries} 条也在之后的「${block.source || block.kind}」（${block.at.toISOString()}）中`,
      },
    } as const
  return null
}

const effectsOf = (db: Kysely<ListTables>, changeId: string) =>
  db.selectFrom('list_change_entries').selectAll().where('change_id', '=', changeId).where('effect', '<>', 0).execute()

const REFUSALS = {
  'list.undo_itself': {
    status: 409,
    title: {
      en: 'This takes a change back; to bring it in again, upload it again',
      zh: '撤销操作不可再撤销，请重新上传',
    },
  },
  'list.undone_before': { status: 409, title: { en: 'This change was taken back already', zh: '该变更已撤销过' } },
  'list.changed_since': {
    status: 409,
    title: {
      en: 'A later change names the same entries; take that one back first',
      zh: '之后的变更涉及相同条目，请先撤销后一次变更',
    },
  },
} as const

export const undo = action('list.undo', {
  title: { en: 'Take back a change of a list', zh: '撤销名单变更' },
  input: z.object({ changeId: id }),
  output: report,
  offeredTo: ['operator'],
  needs: 'list.manage',
  on: 'brand',
  emits: [added, removed],
  fails: REFUSALS,
  async run(context, { changeId }) {
    const ctx = context as Changing
    const row = await locked(ctx, changeId)
    const refused = await refusal(ctx.db, row)
    if (refused) context.fail(refused.code, refused.detail)
    const entries = await effectsOf(ctx.db, changeId)
    const back = entries.filter((e) => e.effect < 0)
    const done = await change(ctx, {
      list: row.list_id,
      kind: 'undo',
      on: back.map((e) => e.external_id),
      off: entries.filter((e) => e.effect > 0).map((e) => e.external_id),
      since: new Map(back.flatMap((e) => (e.added_at ? [[e.external_id, e.added_at]] : []))),
      source: row.source,
      undoes: changeId,
    })
    await ctx.db.updateTable('list_changes').set({ undone_by: done.changeId }).where('id', '=', changeId).execute()
    return done
  },
})

async function locked(ctx: Changing, changeId: string): Promise<Change> {
  const of = () => ctx.db.selectFrom('list_changes').selectAll().where('id', '=', changeId).executeTakeFirst()
  const found = (await of()) ?? ctx.fail('object.unknown')
  await lock(ctx, found.list_id)
  return (await of()) ?? ctx.fail('object.unknown')
}

export const undoPreview = query('list.undo_preview', {
  title: { en: 'What taking a change back would do', zh: '撤销名单变更预览' },
  input: z.object({ changeId: id }),
  output: z.object({
    /** Entries put on again, and taken off. */
    adds: z.int(),
    removes: z.int(),
    /** Why it cannot be, in words. */
    refused: z.object({ code: z.string(), title: z.string(), detail: z.string() }).nullable(),
  }),
  offeredTo: ['operator'],
  needs: 'list.manage',
  on: 'brand',
  async run(ctx, { changeId }) {
    const row = await ctx.db.selectFrom('list_changes').selectAll().where('id', '=', changeId).executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    const refused = await refusal(ctx.db, row)
    const entries = await effectsOf(ctx.db, changeId)
    const adds = entries.filter((e) => e.effect < 0).length
    return {
      adds,
      removes: entries.length - adds,
      refused: refused && {
        code: refused.code,
        title: REFUSALS[refused.code].title[ctx.locale],
        detail: refused.detail?.[ctx.locale] ?? '',
      },
    }
  },
})

export const history = query('list.history', {
  title: { en: 'Changes of a list', zh: '名单变更历史' },
  input: z.object({ id, ...pageInput }),
  output: pageOf(
    z.object({
      changeId: id,
      kind: z.enum(CHANGE_KINDS),
      at: when,
      actor: z.string(),
      source: z.string(),
      given: z.int(),
      matched: z.int(),
      unknown: z.int(),
      added: z.int(),
      removed: z.int(),
      undoes: id.nullable(),
      undoneBy: id.nullable(),
    }),
  ),
  offeredTo: ['operator'],
  needs: 'list.read',
  on: 'brand',
  async run(ctx, input) {
    const list = await ctx.db.selectFrom('lists').select('id').where('id', '=', input.id).executeTakeFirst()
    if (!list) return ctx.fail('object.unknown')
    const before = decodeCursor(input.cursor, 1)
    let rows = ctx.db.selectFrom('list_changes').selectAll().where('list_id', '=', input.id)
    if (before) rows = rows.where('seq', '<', Math.trunc(Number(before[0])) || 0)
    const found = await rows
      .orderBy('seq', 'desc')
      .limit(input.limit + 1)
      .execute()
    return cutPage(
      found,
      input.limit,
      (r) => [Number(r.seq)],
      (r) => ({
        changeId: r.id,
        kind: r.kind,
        at: r.at.toISOString(),
        actor: r.actor,
        source: r.source,
        given: r.given,
        matched: r.matched,
        unknown: r.unknown,
        added: r.added,
        removed: r.removed,
        undoes: r.undoes,
        undoneBy: r.undone_by,
      }),
    )
  },
})
