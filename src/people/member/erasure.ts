// Remembers whose identities were erased, by digest: what they sent before the erasure and was still on its way must
// not make them anew, and a restored backup is erased again.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Identities } from './identity.ts'
import type { Person, Roster } from './roster.ts'
import type { Store } from './stored.ts'

export const digestOf = (kind: string, value: string): string =>
  createHash('sha256').update(`${kind}:${value}`).digest('base64url')

/** By digest, whose these identities were and until when, where nobody has them now and an erased member had. */
export type Erased = ReadonlyMap<string, { person: Person; at: Date }>

export async function findErased(db: Store, roster: Roster, wanted: Identities): Promise<Erased> {
  const free = [...wanted].flatMap(([kind, values]) =>
    [...values].filter((value) => !roster.lookup(kind, value)).map((value) => ({ kind, value })),
  )
  if (free.length === 0) return new Map()
  const any = await sql`select 1 from erased_identities limit 1`.execute(db)
  if (any.rows.length === 0) return new Map()
  const { rows } = await sql<{ digest: string; member_id: string; at: Date }>`select digest, member_id, at
    from erased_identities where digest = any(${free.map((f) => digestOf(f.kind, f.value))}::text[])`.execute(db)
  await roster.load(
    db,
    new Map(),
    rows.map((r) => r.member_id),
  )
  return new Map(
    rows.flatMap((row) => {
      const person = roster.person(row.member_id)
      return person ? [[row.digest, { person, at: row.at }] as const] : []
    }),
  )
}
