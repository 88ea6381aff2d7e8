import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'

export interface IngestTables {
  sources: { id: string; key: string; name: string; created_at: Date; archived_at: Date | null }
  write_keys: {
    id: string
    source_id: string
    hash: Buffer
    prefix: string
    created_at: Date
    revoked_at: Date | null
  }
}

export const migrations: Migrations = {
  '2026-11-22T1000_sources': async (db) => {
    await sql`create table sources (
      id uuid primary key,
      key text not null unique,
      name text not null,
      created_at timestamptz not null,
      archived_at timestamptz
    )`.execute(db)
    await sql`create table write_keys (
      id uuid primary key,
      source_id uuid not null references sources (id),
      hash bytea not null unique,
      prefix text not null,
      created_at timestamptz not null,
      revoked_at timestamptz
    )`.execute(db)
  },
}
