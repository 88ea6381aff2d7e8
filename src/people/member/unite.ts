// Merging two members into one and taking it back. A merge is a link: identities, numbers and properties stay with
// the member they came with, and what the capabilities moved is journaled by them.
import { sql } from 'kysely'
import type { Contributor } from '#kernel/contribution'
import { newId } from '#kernel/ids'
import { Outdated, refresh, type Store } from './stored.ts'

export interface Union {
  keepId: string
  mergeId: string
  at: Date
  actor: string
  /** Whether the merged one may be known: people may decide that, identity by itself never does. */
  mayBeKnown: boolean
}

/** Merges one root into another; answers the journal's id. Throws Outdated when they cannot be merged (any more). */
export async function unite(db: Store, contributors: readonly Contributor[], union: Union): Promise<string> {
  const { keepId, mergeId, at, actor } = union
  const { rows } = await sql<{ id: string; status: string; apart: boolean }>`select id, status, apart from members
    where id in (${keepId}, ${mergeId}) and merged_into is null and status <> 'erased' order by id for update`.execute(
    db,
  )
  const merged = rows.find((r) => r.id === mergeId)
  if (rows.length !== 2 || !merged) throw new Outdated('one of them was merged or erased')
  // An anonymous member may be claimed by whoever signs in next; a known one must not go with it.
  if (merged.status === 'known' && rows.some((r) => r.status === 'anonymous'))
    throw new Outdated('a known member is not merged into an anonymous one')
  if (!union.mayBeKnown && (merged.status !== 'anonymous' || merged.apart)) throw new Outdated('it is somebody else')
  await sql`update members set merged_into = case when id = ${mergeId} then ${keepId} else merged_into end,
    root_id = ${keepId} where id = ${mergeId} or (root_id = ${mergeId} and merged_into is not null)`.execute(db)
  const moved: Record<string, unknown> = {}
  for (const { name, onMerge } of contributors) {
    const journal = await onMerge?.(db as never, { keepId, mergeId, at })
    if (journal !== undefined && journal !== null) moved[name] = journal
  }
  await refresh(db, [keepId])
  const id = newId()
  await sql`insert into merges (id, keep_id, merge_id, at, actor, moved)
    values (${id}, ${keepId}, ${mergeId}, ${at}, ${actor}, ${JSON.stringify(moved)}::jsonb)`.execute(db)
  await sql`update merge_proposals set closed_at = ${at} where closed_at is null
    and ${mergeId}::uuid in (keep_id, merge_id) and ${keepId}::uuid in (keep_id, merge_id)`.execute(db)
  return id
}

export interface Merge {
  id: string
  keep_id: string
  merge_id: string
  at: Date
  moved: Record<string, unknown> | null
}

/** The merge by its own id, or the one that holds for a merged member; locked. */
export async function openMerge(db: Store, id: string): Promise<Merge | null> {
  const { rows } = await sql<Merge>`select id, keep_id, merge_id, at, moved from merges
    where (id = ${id}::uuid or merge_id = ${id}::uuid) and undone_at is null for update`.execute(db)
  return rows[0] ?? null
}

/** Gives the merged member back all that is its own. Answers false when the kept one has itself been merged since. */
export async function separate(
  db: Store,
  contributors: readonly Contributor[],
  merge: Merge,
  at: Date,
): Promise<boolean> {
  const { keep_id: keepId, merge_id: mergeId } = merge
  const { rows } = await sql<{ id: string }>`select id from members where id in (${keepId}, ${mergeId})
    and status <> 'erased' and (id = ${mergeId} or merged_into is null) order by id for update`.execute(db)
  if (rows.length !== 2) return false
  for (const { name, onUnmerge } of contributors.toReversed()) {
    const journal = merge.moved?.[name]
    if (journal !== undefined) await onUnmerge?.(db as never, { keepId, mergeId, at }, journal as never)
  }
  // Identity merged it for a reason that will come again: a person's word stands above it.
  await sql`with recursive own as (
      select ${mergeId}::uuid as id union all select m.id from members m join own on m.merged_into = own.id)
    update members m set root_id = ${mergeId}, apart = apart or m.id = ${mergeId},
      merged_into = case when m.id = ${mergeId} then null else merged_into end
    from own where m.id = own.id`.execute(db)
  await refresh(db, [keepId, mergeId])
  await sql`update merges set undone_at = ${at} where id = ${merge.id}`.execute(db)
  return true
}
