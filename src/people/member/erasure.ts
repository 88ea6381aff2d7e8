// Remembers whose identities were erased, by digest: what they sent before the erasure and was still on its way must
// not make them anew, and a restored backup is erased again.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { IdentityKey } from './identity.ts'
import type { Person, Roster } from './roster.ts'
import type { Store } from './stored.ts'

export const digestOf = (key: IdentityKey): string => createHash('sha256').update(key).digest('base64url')

/** Which of these identities nobody has now and an erased member had. */
export async function findErased(
  db: Store,
  roster: Roster,
  keys: ReadonlySet<IdentityKey>,
): Promise<Map<IdentityKey, { person: Person; at: Date }>> {
  const free = [...keys].filter((k) => !roster.lookup(k))
  if (free.length === 0) return new Map()
  const any = await sql`select 1 from erased_identities limit 1`.execute(db)
  if (any.rows.length === 0) return new Map()
  const byDigest = new Map(free.map((key) => [digestOf(key), key]))
  const { rows } = await sql<{ digest: string; member_id: string; at: Date }>`select digest, member_id, at
    from erased_identities where digest = any(${[...byDigest.keys()]}::text[])`.execute(db)
  await roster.load(
    db,
    new Set(),
    rows.map((r) => r.member_id),
  )
  return new Map(
    rows.flatMap((row) => {
      const key = byDigest.get(row.digest)
      const person = roster.person(row.member_id)
      return key && person ? [[key, { person, at: row.at }] as const] : []
    }),
  )
}
