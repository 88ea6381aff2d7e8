// What a merge of two members, and the erasure of one, mean for memberships and accepted rules.
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Scope } from '#kernel/context'
import type { WarehouseScope } from '#kernel/contribution'
import { COMMUNITY_ROLES, type CommunityTables, type MembershipState } from './tables.ts'

type CommunityDb = Kysely<CommunityTables>
type Membership = CommunityTables['memberships']
interface Merge {
  keepId: string
  mergeId: string
}

/** Which of two states holds after a merge: a ban is never lost, then who is in stays in. */
const STRONGEST: readonly MembershipState[] = ['banned', 'active', 'pending', 'removed', 'left']
const stronger = <T extends string>(order: readonly T[], a: T, b: T): T =>
  order.indexOf(a) <= order.indexOf(b) ? a : b

interface Journal {
  moved: { membership: Stored; joinedTo: Stored | null; result: Stored | null }[]
  acknowledged: { community_id: string; version: number; at: string; moved: boolean }[]
}
type Stored = Omit<Membership, 'joined_at' | 'changed_at' | 'member_id'> & { joined_at: string; changed_at: string }

const store = ({ member_id: _, ...m }: Membership): Stored => ({
  ...m,
  joined_at: m.joined_at.toISOString(),
  changed_at: m.changed_at.toISOString(),
})
const restore = ({ joined_at, changed_at, ...m }: Stored, memberId: string): Membership => ({
  ...m,
  member_id: memberId,
  joined_at: new Date(joined_at),
  changed_at: new Date(changed_at),
})

export async function onMerge(db: CommunityDb, { keepId, mergeId }: Merge): Promise<Journal> {
  const rows = await db
    .selectFrom('memberships')
    .selectAll()
    .where('member_id', 'in', [keepId, mergeId])
    .orderBy('community_id')
    .forUpdate()
    .execute()
  const kept = new Map(rows.filter((r) => r.member_id === keepId).map((r) => [r.community_id, r]))
  const moved: Journal['moved'] = []
  for (const row of rows.filter((r) => r.member_id === mergeId)) {
    const there = kept.get(row.community_id)
    const result: Membership | null = there
      ? {
          ...there,
          state: stronger(STRONGEST, there.state, row.state),
          role: stronger(COMMUNITY_ROLES, there.role, row.role),
          joined_at: new Date(Math.min(+there.joined_at, +row.joined_at)),
        }
      : null
    moved.push({
      membership: store(row),
      joinedTo: there ? store(there) : null,
      result: result ? store(result) : null,
    })
    const mine = (id: string) => sql<boolean>`community_id = ${row.community_id} and member_id = ${id}`
    if (result) {
      await db.deleteFrom('memberships').where(mine(mergeId)).execute()
      const { state, role, joined_at } = result
      await db.updateTable('memberships').set({ state, role, joined_at }).where(mine(keepId)).execute()
    } else await db.updateTable('memberships').set({ member_id: keepId }).where(mine(mergeId)).execute()
  }
  return { moved, acknowledged: await mergeAcknowledgements(db, { keepId, mergeId }) }
}

async function mergeAcknowledgements(db: CommunityDb, { keepId, mergeId }: Merge): Promise<Journal['acknowledged']> {
  const { rows } = await sql<{ community_id: string; version: number; at: Date; moved: boolean }>`
    with gone as (delete from rule_acknowledgements where member_id = ${mergeId} returning community_id, version, at),
    came as (insert into rule_acknowledgements (community_id, member_id, version, at)
      select community_id, ${keepId}::uuid, version, at from gone on conflict do nothing
      returning community_id, version)
    select gone.*, came.version is not null as moved from gone left join came using (community_id, version)`.execute(db)
  return rows.map((r) => ({ ...r, at: r.at.toISOString() }))
}

export async function onUnmerge(db: CommunityDb, { keepId, mergeId }: Merge, journal: never): Promise<void> {
  const { moved, acknowledged } = journal as Journal
  for (const { membership, joinedTo, result } of moved) {
    const kept = sql<boolean>`community_id = ${membership.community_id} and member_id = ${keepId}`
    if (!joinedTo || !result) {
      await db.updateTable('memberships').set({ member_id: mergeId }).where(kept).execute()
      continue
    }
    await db.insertInto('memberships').values(restore(membership, mergeId)).execute()
    const { state, role, joined_at } = restore(joinedTo, keepId)
    // What has been decided about the kept member since the merge stays decided.
    await db
      .updateTable('memberships')
      .set({ state, role, joined_at })
      .where(kept)
      .where('state', '=', result.state)
      .where('role', '=', result.role)
      .execute()
  }
  for (const { community_id, version, at, moved } of acknowledged) {
    if (moved)
      await db
        .deleteFrom('rule_acknowledgements')
        .where('member_id', '=', keepId)
        .where('community_id', '=', community_id)
        .where('version', '=', version)
        .execute()
    await db
      .insertInto('rule_acknowledgements')
      .values({ community_id, member_id: mergeId, version, at: new Date(at) })
      .execute()
  }
}

export async function onErase(db: CommunityDb, memberId: string): Promise<void> {
  await db.deleteFrom('memberships').where('member_id', '=', memberId).execute()
  await db.deleteFrom('rule_acknowledgements').where('member_id', '=', memberId).execute()
}

/** Operators of some communities see who is active in them. */
export const memberScope = (
  scope: Exclude<Scope, { kind: 'all' }>,
  memberId: RawBuilder<unknown>,
): RawBuilder<SqlBool> | null =>
  scope.kind === 'communities'
    ? sql<SqlBool>`exists (select from memberships scoped where scoped.member_id = ${memberId}
        and scoped.state = 'active' and scoped.community_id = any(${scope.ids}::uuid[]))`
    : null

/** The same by what the warehouse knows of memberships: a merged member is in what either one was last said to be in. */
export const warehouseScope = (scope: Exclude<Scope, { kind: 'all' }>): WarehouseScope | null =>
  scope.kind === 'communities'
    ? {
        sql: `SELECT DISTINCT root FROM (
          SELECT toUInt32(dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member))) AS root,
            JSONExtractString(argMax(value, (validFrom, seq)), 'state') AS state
          FROM facts WHERE key IN {scopeCommunities:Array(String)} GROUP BY root, key
        ) WHERE state = 'active'`,
        params: { scopeCommunities: scope.ids.map((id) => `community:${id}`) },
      }
    : null
