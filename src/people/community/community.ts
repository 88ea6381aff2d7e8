// Communities, who is in them with which role, how one gets in, and the rules there.

import { type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import type { Db } from '#kernel/host'
import {
  archived,
  banned,
  capability,
  created,
  joined,
  left,
  memberRemoved,
  roleChanged,
  rulesAcknowledged,
  rulesPublished,
  updated,
} from './declare.ts'
import { invitations, invite, revokeInvitation } from './invitation.ts'
import { archive, create, get, list, update } from './manage.ts'
import { addMember, ban, join, leave, removeMember, setRole } from './membership.ts'
import { memberScope, onErase, onMerge, onUnmerge, warehouseScope } from './merge.ts'
import { members, mine } from './roster.ts'
import { acknowledge, publishRules, rules } from './rules.ts'
import type { CommunityTables } from './tables.ts'

export { create, join }

export const community = capability({
  events: [
    created,
    updated,
    archived,
    joined,
    left,
    roleChanged,
    memberRemoved,
    banned,
    rulesPublished,
    rulesAcknowledged,
  ],
  actions: [
    create,
    update,
    archive,
    join,
    leave,
    addMember,
    setRole,
    removeMember,
    ban,
    publishRules,
    acknowledge,
    invite,
    revokeInvitation,
  ],
  queries: [list, get, members, mine, rules, invitations],
  onMerge,
  onUnmerge,
  onErase,
  memberScope,
  warehouseScope,
})

const narrowed = (db: Db) => db as unknown as Kysely<CommunityTables>

/** The id, if there is such a community; archived ones are still there. */
export async function findCommunity(db: Db, id: string): Promise<string | null> {
  const row = await narrowed(db).selectFrom('communities').select('id').where('id', '=', id).executeTakeFirst()
  return row?.id ?? null
}

/** What these communities are called; unknown ones are left out. */
export async function communityNames(db: QueryExecutorProvider, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, string>()
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from communities where id = any(${ids}::uuid[])`.execute(db)
  return new Map(rows.map((r) => [r.id, r.name]))
}

/** Ids of communities by the keys that imports know them by. */
export async function communitiesByKey(db: Db, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map()
  const rows = await narrowed(db).selectFrom('communities').select(['id', 'key']).where('key', 'in', keys).execute()
  return new Map(rows.map((r) => [r.key ?? '', r.id]))
}
