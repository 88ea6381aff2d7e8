// What an upload would do, before it does anything: which rows can be used, whom they match, who comes and who goes.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { isSharedId, MOST_ID_LENGTH } from '#people/member'
import { id, MOST_IDS, query } from './declare.ts'
import { ownersOf } from './entry.ts'
import type { ListTables } from './tables.ts'

const REASONS = ['empty', 'too_long', 'shared'] as const

export const preview = query('list.preview', {
  title: { en: 'What an upload would do', zh: '预览名单上传' },
  input: z.object({
    /** Left out for a list that is still to be made. */
    id: id.optional(),
    mode: z.enum(['add', 'replace', 'remove']).default('add'),
    /** As they stand in the file, one per row. */
    rows: z.array(z.string().max(2000)).max(MOST_IDS),
  }),
  output: z.object({
    given: z.int(),
    matched: z.int(),
    unknown: z.int(),
    duplicates: z.int(),
    /** Rows that are no id, by their place; `shared`: what broken systems send for everybody (guest, null, 0). */
    invalid: z.array(z.object({ row: z.int(), reason: z.enum(REASONS) })),
    unknownIds: z.array(z.string()),
    /** Entries that would change, and members who would come on the list or go off it. */
    adds: z.int(),
    removes: z.int(),
    joins: z.int(),
    leaves: z.int(),
  }),
  offeredTo: ['operator'],
  needs: 'list.manage',
  on: 'brand',
  personal: true,
  async run(ctx, { id: list, mode, rows }) {
    const invalid: { row: number; reason: (typeof REASONS)[number] }[] = []
    const ids = new Set<string>()
    let usable = 0
    rows.forEach((text, row) => {
      const entry = text.trim()
      const reason =
        entry === '' ? 'empty' : entry.length > MOST_ID_LENGTH ? 'too_long' : isSharedId(entry) ? 'shared' : null
      if (reason) invalid.push({ row, reason })
      else {
        usable++
        ids.add(entry)
      }
    })
    if (list !== undefined) {
      const there = await ctx.db.selectFrom('lists').select('id').where('id', '=', list).executeTakeFirst()
      if (!there) return ctx.fail('object.unknown')
    }
    // Whoever sees a part of the brand finds nobody beyond it.
    const all = await ownersOf(ctx.db, [...ids])
    const owners = ctx.actor.scope.kind === 'all' ? all : await inScope(ctx, all)
    const { rows: standing } = await sql<{ external_id: string; member_id: string | null }>`
      select external_id, member_id from list_entries where list_id = ${list ?? null}::uuid`.execute(ctx.db)
    const before = new Map(standing.map((s) => [s.external_id, s.member_id]))
    const after = new Map<string, string | null>(mode === 'replace' ? [] : before)
    for (const entry of ids)
      if (mode === 'remove') after.delete(entry)
      else after.set(entry, before.get(entry) ?? owners.get(entry) ?? null)
    const was = new Set([...before.values()].filter((m) => m !== null))
    const will = new Set([...after.values()].filter((m) => m !== null))
    const count = <T>(from: Iterable<T>, has: (x: T) => boolean) => [...from].filter(has).length
    return {
      given: rows.length,
      matched: owners.size,
      unknown: ids.size - owners.size,
      duplicates: usable - ids.size,
      invalid,
      unknownIds: [...ids].filter((entry) => !owners.has(entry)),
      adds: count(after.keys(), (e) => !before.has(e)),
      removes: count(before.keys(), (e) => !after.has(e)),
      joins: count(will, (m) => !was.has(m)),
      leaves: count(was, (m) => !will.has(m)),
    }
  },
})

async function inScope(
  ctx: Pick<Context<ListTables>, 'db' | 'inScope'>,
  owners: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string }>`select v.id from unnest(${[...owners.values()]}::uuid[]) as v (id)
    where ${ctx.inScope(sql.ref('v.id'))}`.execute(ctx.db)
  const seen = new Set(rows.map((r) => r.id))
  return new Map([...owners].filter(([, memberId]) => seen.has(memberId)))
}
