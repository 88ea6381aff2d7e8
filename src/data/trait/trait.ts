// Traits: what is computed of every member from what it did, kept up to date to the moment; and scores made of them.
// The front file: what other slices use.
import { type QueryExecutorProvider, sql } from 'kysely'
import { countSizes } from './apply.ts'
import { capability, changed } from './declare.ts'
import { sourcesOf } from './definition.ts'
import { fill, purge, renew, rezone } from './fill.ts'
import { get, list, members } from './list.ts'
import { look, note } from './live.ts'
import { create, install, presets, recompute, remove, update } from './manage.ts'
import { ofMember } from './of-member.ts'
import { test } from './outcome.ts'
import { preview } from './preview.ts'
import type { TraitTables, Value } from './tables.ts'

/** What these members have, by key; for texts that speak to them. */
export async function traitsOf(
  db: QueryExecutorProvider,
  memberIds: readonly string[],
): Promise<Map<string, Record<string, Value>>> {
  const { rows } = await sql<{ member_id: string; values: Record<string, Value> }>`
    select v.member_id, jsonb_object_agg(t.key, v.value) as values
    from trait_values v join traits t on t.id = v.trait_id
    where v.member_id = any(${[...memberIds]}::uuid[]) and v.value is not null and t.state <> 'deleted'
    group by v.member_id`.execute(db)
  return new Map(rows.map((r) => [r.member_id, r.values]))
}

type Kept = TraitTables['trait_values']
/** As it stands in the journal of merges: times are texts there. */
type Moved = (Pick<Kept, 'trait_id' | 'value' | 'number' | 'is_stale'> & { changed_at: string })[]
const SHAPE = sql`v (trait_id uuid, value jsonb, number double precision, is_stale boolean, changed_at timestamptz)`

export const trait = capability({
  events: [changed],
  actions: [create, update, recompute, remove, install],
  queries: [list, get, members, ofMember, preview, presets, test],
  reactors: [note, rezone],
  jobs: [fill, purge],
  timers: [look, renew],
  // The two are measured together as soon as the merge is heard of. Until then the kept one has what conditions read of
  // it: both were told of, the later word holds; where they differ, whatever is measured is told.
  async onMerge(db, { keepId, mergeId }): Promise<Moved> {
    const { rows: gone } = await sql<Moved[number]>`delete from trait_values where member_id = ${mergeId}
      returning trait_id, value, number, is_stale, changed_at::text`.execute(db)
    const { rows } = await sql<{ trait_id: string; isNew: boolean }>`insert into trait_values as k
        (trait_id, member_id, value, number, is_stale, changed_at)
      select v.trait_id, ${keepId}, nullif(v.value, 'null'), v.number, v.is_stale, v.changed_at
      from jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) as ${SHAPE}
      on conflict (member_id, trait_id) do update set changed_at = greatest(k.changed_at, excluded.changed_at),
        is_stale = k.is_stale or excluded.is_stale or k.value is distinct from excluded.value
      returning trait_id, xmax = 0 as "isNew"`.execute(db)
    const moved = new Set(rows.filter((r) => r.isNew).map((r) => r.trait_id))
    await resize(
      db,
      gone.filter((g) => !moved.has(g.trait_id)),
      -1,
    )
    await db.updateTable('trait_pending').set({ member_id: keepId }).where('member_id', '=', mergeId).execute()
    return gone
  },
  async onUnmerge(db, { keepId, mergeId }, journal: Moved) {
    await sql`insert into trait_values (trait_id, member_id, value, number, is_stale, changed_at)
      select v.trait_id, ${mergeId}, nullif(v.value, 'null'), v.number, v.is_stale, v.changed_at
      from jsonb_to_recordset(${JSON.stringify(journal)}::jsonb) as ${SHAPE}
      join traits t on t.id = v.trait_id where t.state <> 'deleted'
      on conflict do nothing`.execute(db)
    await resize(db, journal, 1)
    await sql`update trait_values set is_stale = true where member_id = ${keepId}
      and trait_id = any(${journal.map((m) => m.trait_id)}::uuid[])`.execute(db)
  },
  async onErase(db, memberId) {
    const gone = await db
      .deleteFrom('trait_values')
      .where('member_id', '=', memberId)
      .returning(['trait_id', 'value', 'number'])
      .execute()
    await resize(db, gone, -1)
    await db.deleteFrom('trait_pending').where('member_id', '=', memberId).execute()
  },
  /** Traits measured in a community. */
  async uses(db, what) {
    if (what.kind !== 'community') return []
    const rows = await db
      .selectFrom('traits')
      .select(['id', 'name', 'definition'])
      .where('state', '<>', 'deleted')
      .execute()
    return rows
      .filter((r) => sourcesOf(r.definition).some((s) => s.communityId === what.id))
      .map((r) => ({ kind: 'trait', id: r.id, name: r.name }))
  },
  async gauges(db) {
    const { rows } = await sql<{ traits: number; filling: number; pending: number; values: number }>`select
      count(*) filter (where state <> 'deleted') as traits, count(*) filter (where state = 'filling') as filling,
      (select count(*) from trait_pending) as pending,
      (select greatest(reltuples, 0)::bigint from pg_class where oid = 'trait_values'::regclass) as values
      from traits`.execute(db)
    return { ...rows[0] }
  },
})

async function resize(
  db: Parameters<typeof countSizes>[0],
  rows: readonly Pick<Kept, 'trait_id' | 'value'>[],
  by: 1 | -1,
) {
  await countSizes(db, new Map(rows.filter((r) => r.value !== null).map((r) => [r.trait_id, by])))
}
