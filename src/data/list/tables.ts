import { type Kysely, sql } from 'kysely'

export const CHANGE_KINDS = ['create', 'add', 'remove', 'replace', 'undo'] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]

export interface ListTables {
  lists: { id: string; name: string; created_at: Date; updated_at: Date }
  /** External ids as they were given; `member_id` as soon as somebody goes by one. */
  list_entries: { list_id: string; external_id: string; member_id: string | null; added_at: Date }
  /** In the order of `seq`. Numbers are of entries. */
  list_changes: {
    id: string
    list_id: string
    seq: number
    kind: ChangeKind
    at: Date
    actor: string
    source: string
    given: number
    matched: number
    unknown: number
    added: number
    removed: number
    /** The change this one takes back. */
    undoes: string | null
    /** The change that took this one back and holds. */
    undone_by: string | null
  }
  /**
   * Every entry a change named: `effect` 1 added, −1 removed, 0 found as wanted. `member_id` is for erasures alone;
   * `added_at` is what a removed entry had.
   */
  list_change_entries: {
    change_id: string
    external_id: string
    member_id: string | null
    effect: number
    added_at: Date | null
  }
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
  async '2026-11-22T1400_list_changes'(db: Kysely<never>) {
    await sql`create table list_changes (
      id uuid primary key,
      list_id uuid not null references lists on delete cascade,
      seq bigint generated always as identity unique,
      kind text not null check (kind in (${sql.raw(CHANGE_KINDS.map((k) => `'${k}'`).join(', '))})),
      at timestamptz not null,
      actor text not null,
      source text not null,
      given integer not null,
      matched integer not null,
      unknown integer not null,
      added integer not null,
      removed integer not null,
      undoes uuid references list_changes on delete cascade,
      undone_by uuid references list_changes on delete set null
    )`.execute(db)
    await sql`create index list_changes_of on list_changes (list_id, seq desc)`.execute(db)
    // Without references to what they belong to: checking 100,000 rows one by one takes as long as writing them.
    await sql`create table list_change_entries (
      change_id uuid not null,
      external_id text collate "C" not null,
      member_id uuid,
      effect smallint not null check (effect between -1 and 1),
      added_at timestamptz,
      primary key (change_id, external_id)
    )`.execute(db)
    await sql`alter table list_entries drop constraint list_entries_list_id_fkey,
      alter column external_id type text collate "C"`.execute(db)
    await sql`create index list_change_entries_member on list_change_entries (member_id)
      where member_id is not null`.execute(db)
    await sql`create index list_change_entries_waiting on list_change_entries (external_id)
      where member_id is null`.execute(db)
  },
}
