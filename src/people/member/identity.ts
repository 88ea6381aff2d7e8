// Who is who: an identity is a kind and a value, and belongs to the member it was first seen with. Merges are links
// between members (`root_id`), so that an identity never has to be rewritten and an unmerge gives back exactly.
import { type QueryExecutorProvider, sql } from 'kysely'

/** Values by kind. Strings are never joined to keys: hashing new ones again and again is what a batch would spend its time on. */
export type Identities = Map<string, Set<string>>

export function addIdentity(identities: Identities, kind: string, value: string): void {
  const values = identities.get(kind)
  if (values) values.add(value)
  else identities.set(kind, new Set([value]))
}

/** The longest id an index entry bears in every script, and longer than any real one. */
export const MOST_ID_LENGTH = 200

const SHARED = new Set([
  ...['anonymous', 'guest', 'null', 'undefined', 'true', 'false', 'none', 'nil', 'nan', 'n/a', 'unknown', 'void'],
  ...['id', 'userid', 'user_id', 'distinctid', 'distinct_id', 'email', 'not_authenticated', 'not authenticated'],
  ...['[object object]', '[]', '{}', '*'],
])

/**
 * Whether a text is one that broken clients send for everybody (`guest`, `null`, `0`, `[object Object]` …): taken as
 * an id it would merge strangers into one member.
 */
export function isSharedId(id: string): boolean {
  const text = id
    .trim()
    .replace(/^["'](.*)["']$/s, '$1')
    .trim()
    .toLowerCase()
  return text === '' || SHARED.has(text) || /^(?:[0-]+|-1)$/.test(text)
}

export const isUsableId = (id: string | null): id is string =>
  id !== null && id !== '' && id.length <= MOST_ID_LENGTH && !id.includes('\0') && id.isWellFormed()

/** Today's member by any id it ever had; null when there is none or it was erased. */
export async function findMember(
  db: QueryExecutorProvider,
  by: { memberId: string } | { externalId: string } | { kind: string; value: string },
): Promise<string | null> {
  if ('memberId' in by) {
    const { rows } = await sql<{ id: string }>`select r.id from members m join members r on r.id = m.root_id
      where m.id = ${by.memberId}::uuid and r.status <> 'erased'`.execute(db)
    return rows[0]?.id ?? null
  }
  const { kind, value } = 'externalId' in by ? { kind: 'externalId', value: by.externalId } : by
  const { rows } = await sql<{ id: string }>`select r.id from identities i
    join members m on m.id = i.member_id join members r on r.id = m.root_id
    where i.kind = ${kind} and i.value = ${value} and r.status <> 'erased'`.execute(db)
  return rows[0]?.id ?? null
}

/** Today's members by external ids, for many at once. */
export async function membersByExternalId(
  db: QueryExecutorProvider,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ value: string; id: string }>`select i.value, r.id from identities i
    join members m on m.id = i.member_id join members r on r.id = m.root_id
    where i.kind = 'externalId' and i.value = any(${externalIds}::text[]) and r.status <> 'erased'`.execute(db)
  return new Map(rows.map((r) => [r.value, r.id]))
}
