// Changing who is on a list. Every change is kept with each entry it named, so that it can be told and taken back.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '#kernel/context'
import { newId } from '#kernel/ids'
import { action, added, externalIds, id, memberIds, removed, source } from './declare.ts'
import { entriesByMember, entriesOf, ownersOf } from './entry.ts'
import { settle } from './settle.ts'
import type { ChangeKind, ListTables } from './tables.ts'

export type Changing = Context<ListTables, typeof added | typeof removed>

interface Gone {
  external_id: string
  member_id: string | null
  added_at: Date
}

interface Wanted {
  list: string
  kind: ChangeKind
  on: readonly string[]
  off: readonly string[]
  /** Takes off all that are not in `on`. */
  others?: boolean
  /** Since when an entry counts as added; default now. */
  since?: ReadonlyMap<string, Date>
  source: string
  undoes?: string
}

/** `matched` go by these ids now, `unknown` do not yet; `added` and `removed` are entries that changed. */
export const report = z.object({
  changeId: id.nullable(),
  matched: z.int(),
  unknown: z.int(),
  added: z.int(),
  removed: z.int(),
})

/** One change of a list at a time. */
export async function lock(ctx: Changing, list: string): Promise<void> {
  const row = await ctx.db
    .updateTable('lists')
    .set({ updated_at: ctx.now })
    .where('id', '=', list)
    .returning('id')
    .executeTakeFirst()
  if (!row) ctx.fail('object.unknown')
}

/**
 * Does a change and tells the members whom it puts on the list or takes off; one that another entry stands for stays
 * on. A change that names nothing leaves no trace.
 */
export async function change(ctx: Changing, wanted: Wanted): Promise<z.output<typeof report>> {
  const { list } = wanted
  const on = [...new Set(wanted.on)]
  const owners = await ownersOf(ctx.db, on)
  const gone = await takeOff(ctx, wanted, on)
  const fresh = await putOn(ctx, wanted, on, owners)
  await tell(ctx, list, gone, fresh, owners)
  const off = wanted.others ? [] : [...new Set(wanted.off)]
  const named = on.length + (wanted.others ? gone.length : off.length)
  const offOwners = off.length > 0 ? await ownersOf(ctx.db, off) : owners
  const matched = wanted.kind === 'remove' ? offOwners.size : owners.size
  const given = wanted.kind === 'remove' ? off.length : on.length
  const counts = { given, matched, unknown: given - matched, added: fresh.size, removed: gone.length }
  if (owners.size < on.length) await ctx.enqueue(settle, { listId: list }, { key: list })
  const changeId = named === 0 ? null : await record(ctx, wanted, counts)
  if (changeId !== null) {
    const before = new Map(gone.map((g) => [g.external_id, g]))
    const rows = [
      ...on.map((e) => ({ e, m: owners.get(e), f: fresh.has(e) ? 1 : 0 })),
      ...gone.map((g) => ({ e: g.external_id, m: g.member_id, f: -1, t: g.added_at })),
      ...off.flatMap((e) => (before.has(e) ? [] : [{ e, m: offOwners.get(e), f: 0 }])),
    ]
    await sql`insert into list_change_entries (change_id, external_id, member_id, effect, added_at)
      select ${changeId}::uuid, e, m, f, t
      from json_to_recordset(${JSON.stringify(rows)}::json) as v (e text, m uuid, f smallint, t timestamptz)
      on conflict do nothing`.execute(ctx.db)
  }
  ctx.note({ list, kind: wanted.kind, source: wanted.source, ...counts })
  const { given: _, ...answer } = counts
  return { changeId, ...answer }
}

async function takeOff(ctx: Changing, { list, off, others }: Wanted, on: readonly string[]): Promise<Gone[]> {
  if (!others && off.length === 0) return []
  // As a set: an array of 100,000 would be walked through for every entry.
  const chosen = others
    ? sql`not exists (select 1 from unnest(${on}::text[]) as v (id) where v.id = external_id)`
    : sql`external_id in (select unnest(${off}::text[]))`
  const { rows } = await sql<Gone>`delete from list_entries where list_id = ${list} and ${chosen}
    returning external_id, member_id, added_at`.execute(ctx.db)
  return rows
}

/** Answers the entries that were not there before. */
async function putOn(
  ctx: Changing,
  { list, since }: Wanted,
  on: readonly string[],
  owners: ReadonlyMap<string, string>,
): Promise<Set<string>> {
  if (on.length === 0) return new Set()
  // One parameter of JSON: escaping arrays of 100,000 on our side takes longer than the rest.
  const entries = on.map((e) => ({ e, m: owners.get(e), t: since?.get(e) }))
  const { rows } = await sql<{ external_id: string }>`
    insert into list_entries (list_id, external_id, member_id, added_at)
    select ${list}::uuid, e, m, coalesce(t, ${ctx.now})
    from json_to_recordset(${JSON.stringify(entries)}::json) as v (e text, m uuid, t timestamptz)
    on conflict do nothing returning external_id`.execute(ctx.db)
  return new Set(rows.map((r) => r.external_id))
}

/** Who was on the list before, and who is now: told where the two differ. */
async function tell(
  ctx: Changing,
  list: string,
  gone: readonly Gone[],
  fresh: ReadonlySet<string>,
  owners: ReadonlyMap<string, string>,
): Promise<void> {
  const wasOn = new Set(gone.flatMap((g) => g.member_id ?? []))
  const touched = [...new Set([...wasOn, ...owners.values()])]
  const now = await entriesByMember(ctx.db, list, touched)
  for (const memberId of touched) {
    const entries = now.get(memberId) ?? []
    const before = wasOn.has(memberId) || entries.some((e) => !fresh.has(e))
    const after = entries.length > 0
    if (before !== after) ctx.emit(after ? added : removed, { listId: list }, { memberId })
  }
}

async function record(
  ctx: Changing,
  { list, kind, source: from, undoes }: Wanted,
  counts: { given: number; matched: number; unknown: number; added: number; removed: number },
): Promise<string> {
  const changeId = newId()
  await ctx.db
    .insertInto('list_changes')
    .values({
      id: changeId,
      list_id: list,
      seq: sql`default`,
      kind,
      at: ctx.now,
      actor: ctx.actor.id,
      source: from,
      ...counts,
      undoes: undoes ?? null,
      undone_by: null,
    })
    .execute()
  return changeId
}

const changing = {
  input: z.object({
    id,
    externalIds: externalIds.default([]),
    memberIds: memberIds.optional(),
    source: source.default(''),
  }),
  output: report,
  offeredTo: ['operator'],
  needs: 'list.manage',
  on: 'brand',
  emits: [added, removed],
} as const
type Given = z.output<typeof changing.input>

/** Entries by external id, and those of members named by their own. */
export const given = async (ctx: Pick<Changing, 'db'>, input: Pick<Given, 'externalIds' | 'memberIds'>) => [
  ...input.externalIds,
  ...(input.memberIds ? await entriesOf(ctx.db, input.memberIds) : []),
]

async function perform(ctx: Changing, input: Given, kind: 'add' | 'remove' | 'replace') {
  await lock(ctx, input.id)
  const entries = await given(ctx, input)
  const [on, off] = kind === 'remove' ? [[], entries] : [entries, []]
  return change(ctx, { list: input.id, kind, on, off, others: kind === 'replace', source: input.source })
}

export const replace = action('list.replace', {
  title: { en: 'Replace who is on a list', zh: '替换名单成员' },
  ...changing,
  run: (ctx, input) => perform(ctx as Changing, input, 'replace'),
})

export const add = action('list.add', {
  title: { en: 'Add to a list', zh: '加入名单' },
  ...changing,
  run: (ctx, input) => perform(ctx as Changing, input, 'add'),
})

export const remove = action('list.remove', {
  title: { en: 'Remove from a list', zh: '移出名单' },
  ...changing,
  run: (ctx, input) => perform(ctx as Changing, input, 'remove'),
})
