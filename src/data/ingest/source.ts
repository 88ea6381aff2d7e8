// Sources of events and their write keys. A source outlives its keys: events keep its name when a key is changed.
import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '#kernel/host'
import { newId } from '#kernel/ids'

export const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest()

/** A new write key: 160 random bits behind a prefix that says what it is. */
export const newWriteKey = (): string => `wk_${randomBytes(20).toString('base64url')}`

/** A key that was given by the environment, for unattended starts; does nothing when it is there. */
export async function ensureWriteKey(db: Db, key: string, now: Date): Promise<void> {
  const source = await sql<{ id: string }>`
    insert into sources (id, key, name, created_at) values (${newId()}, 'default', 'Default', ${now})
    on conflict (key) do update set key = excluded.key returning id`.execute(db)
  await sql`insert into write_keys (id, source_id, hash, prefix, created_at)
    values (${newId()}, ${source.rows[0]?.id}, ${hashKey(key)}, ${key.slice(0, 6)}, ${now})
    on conflict (hash) do nothing`.execute(db)
}

/** How long a looked-up key is trusted: a revoked key works at most this much longer. */
const TRUST_MS = 1000
const MOST_KEPT = 1000

/** Looks write keys up, with a memory of one second, so that a busy key costs one query a second. */
export function createKeyring() {
  const known = new Map<string, { source: Promise<string | null>; until: number }>()
  return (db: Db, key: string): Promise<string | null> => {
    const now = performance.now()
    const seen = known.get(key)
    if (seen && seen.until > now) return seen.source
    if (known.size >= MOST_KEPT) known.clear()
    const source = sourceOfKey(db, key)
    known.set(key, { source, until: now + TRUST_MS })
    source.catch(() => known.delete(key))
    return source
  }
}

async function sourceOfKey(db: Db, key: string): Promise<string | null> {
  const { rows } = await sql<{ key: string }>`
    select s.key from write_keys k join sources s on s.id = k.source_id
    where k.hash = ${hashKey(key)} and k.revoked_at is null and s.archived_at is null`.execute(db)
  return rows[0]?.key ?? null
}
