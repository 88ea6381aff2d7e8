// What a merge, its undoing and an erasure mean for this slice's own rows, and whom store staff may see.
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Scope } from '#kernel/context'
import type { WarehouseScope } from '#kernel/contribution'
import type { MemberTables } from './tables.ts'

type MemberDb = Kysely<MemberTables>
interface Merge {
  keepId: string
  mergeId: string
}

/** Store staff see the members they look after. */
export function memberScope(
  scope: Exclude<Scope, { kind: 'all' }>,
  memberId: RawBuilder<unknown>,
): RawBuilder<SqlBool> | null {
  if (scope.kind !== 'own') return null
  return sql<SqlBool>`exists (select 1 from members own
    where own.id = ${memberId} and own.owner_id = ${scope.operatorId}::uuid)`
}

/** The same in the warehouse, by the facts that tell who looks after whom. */
export function warehouseScope(scope: Exclude<Scope, { kind: 'all' }>): WarehouseScope | null {
  if (scope.kind !== 'own') return null
  return {
    sql: `SELECT toUInt32(dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member))) AS root
      FROM facts WHERE key = 'owner' GROUP BY root HAVING argMax(value, (validFrom, seq)) = {scopeOperator:String}`,
    params: { scopeOperator: scope.operatorId },
  }
}

interface Moved {
  /** The owner the kept member got from the merged one. */
  ownerId: string | null
  /** Texts, which keep PostgreSQL's microseconds and its '-infinity'. */
  seen: { before: string; after: string } | null
}

/** The kept member gets the owner it had not, and was last seen when either was. Notes are read through the root. */
export async function onMerge(db: MemberDb, { keepId, mergeId }: Merge): Promise<Moved> {
  const owner = await sql<{ owner_id: string }>`update members k set owner_id = m.owner_id from members m
    where k.id = ${keepId} and m.id = ${mergeId} and k.owner_id is null and m.owner_id is not null
    returning k.owner_id`.execute(db)
  const seen = await sql<{ before: string; after: string }>`update member_seen k set at = m.at
    from member_seen m join member_seen b on b.member_id = ${keepId}
    where k.member_id = ${keepId} and m.member_id = ${mergeId} and m.at > k.at
    returning b.at::text as before, k.at::text as after`.execute(db)
  return { ownerId: owner.rows[0]?.owner_id ?? null, seen: seen.rows[0] ?? null }
}

export async function onUnmerge(db: MemberDb, { keepId }: Merge, { ownerId, seen }: Moved): Promise<void> {
  if (ownerId) await sql`update members set owner_id = null where id = ${keepId} and owner_id = ${ownerId}`.execute(db)
  if (seen)
    await sql`update member_seen set at = ${seen.before}::timestamptz
      where member_id = ${keepId} and at = ${seen.after}::timestamptz`.execute(db)
}

export async function onErase(db: MemberDb, memberId: string): Promise<void> {
  await sql`delete from member_notes where member_id = ${memberId}`.execute(db)
}

export async function gauges(db: MemberDb): Promise<Record<string, number>> {
  const { rows } = await sql<{ open: number }>`select count(*)::int as open from merge_proposals
    where closed_at is null`.execute(db)
  return { merge_proposals: rows[0]?.open ?? 0 }
}
