// Company customers, as far as `group` calls tell of them: the account by its id, and the link as a property.
import { sql } from 'kysely'
import { newId } from '#kernel/ids'
import { isUsableId } from './identity.ts'
import { flatten, isObject, nest } from './property.ts'
import type { Store } from './stored.ts'

/** Account ids and the newest that was said of them. */
export type Groups = Map<string, { at: Date; properties: Record<string, unknown> }>

/** The account a `group` call names, and what it says of it. */
export function readGroup(properties: Readonly<Record<string, unknown>>) {
  const { groupId, traits } = properties
  const id = typeof groupId === 'number' ? String(groupId) : groupId
  if (typeof id !== 'string' || !isUsableId(id)) return null
  return { id, traits: isObject(traits) ? traits : {} }
}

export async function linkAccounts(db: Store, groups: Groups): Promise<void> {
  if (groups.size === 0) return
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
  await sql`insert into accounts (id, external_id, properties, updated_at)
    select * from unnest(${rows.map(() => newId())}::uuid[], ${rows.map(([id]) => id)}::text[],
      ${rows.map(([, g]) => JSON.stringify(nest(flatten(g.properties))))}::jsonb[],
      ${rows.map(([, g]) => g.at)}::timestamptz[])
    on conflict (external_id) do update set updated_at = greatest(accounts.updated_at, excluded.updated_at),
      properties = case when excluded.updated_at >= accounts.updated_at
        then accounts.properties || excluded.properties else excluded.properties || accounts.properties end`.execute(db)
}
