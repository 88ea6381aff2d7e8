import { type Kysely, sql } from 'kysely'

export interface ListTables {
  lists: { id: string; name: string; created_at: Date; updated_at: Date }
  /** External ids as they were given; `member_id` as soon as somebody goes by one. */
  list_entries: { list_id: string; external_id: string; member_id: string | null; added_at: Date }
}

export const migrations = {
  async '2026-11-22T1100_lists'(db: Kysely<never>) {
    await sql`create table lists (
      id uuid primary key, name text not null, created_at timestamptz not null, updated_at timestamptz not null
    )`.execute(db)
    await sql`create unique index lists_name on lists (lower(name))`.execute(db)
    await sql`create table list_entries (
      list_id uuid not null references lists on delete cascade,
      external_id text not null,
      member_id uuid,
      added_at timestamptz not null,
      primary key (list_id, external_id)
    )`.execute(db)
    await sql`create index list_entries_member on list_entries (member_id, list_id) where member_id is not null`.execute(
      db,
    )
    await sql`create index list_entries_waiting on list_entries (external_id) where member_id is null`.execute(db)
  },
}
