import { type Kysely, sql } from 'kysely'
import { machineTime } from '#platform/database'
import type { Entry, PropertyKind } from './property.ts'

export interface MemberTables {
  members: {
    id: string
    /** Dense, never reused, given by the sequencer; null until the member's first event has passed. */
    number: number | null
    external_id: string | null
    /** The member it was merged into; the link of one merge. */
    merged_into: string | null
    /** The end of those links, itself when it was not merged. */
    root_id: string
    status: 'anonymous' | 'known' | 'erased'
    /** An operator took a merge back: identity shall not merge it again by itself. */
    apart: boolean
    name: string | null
    email: string | null
    phone: string | null
    avatar: string | null
    birthday: string | null
    gender: string | null
    locale: string | null
    timezone: string | null
    /** What holds, without the fields above; nested. */
    properties: Record<string, unknown>
    owner_id: string | null
    created_at: Date
    /** By the machine's clock: when what is known of the member was last written. */
    changed_at: Date
  }
  identities: { kind: string; value: string; member_id: string; at: Date }
  /** What each member was told, by path; kept apart because only changes of properties read it. */
  member_properties: { member_id: string; entries: Record<string, Entry> }
  /** Apart, because it changes all the time and the indexes of `members` should not. '-infinity' until first seen. */
  member_seen: { member_id: string; at: Date }
  merges: {
    id: string
    keep_id: string
    merge_id: string
    at: Date
    actor: string
    /** By capability, what its `onUnmerge` needs. */
    moved: Record<string, unknown> | null
    undone_at: Date | null
  }
  merge_proposals: {
    id: string
    keep_id: string
    merge_id: string
    reason: 'alias' | 'identity'
    at: Date
    closed_at: Date | null
  }
  property_types: { path: string; kind: PropertyKind; count: number; first_seen: Date; last_seen: Date }
  member_notes: { id: string; member_id: string; author: string; text: string; at: Date }
  /** Digests of the identities of erased members: what they sent before does not make them again. */
  erased_identities: { digest: string; member_id: string; at: Date }
  /** Every erased member, and how far its traces are taken out of where events are kept. */
  erasures: {
    member_id: string
    /** Rows of it may have been stored since the last round began. */
    pending: boolean
    /** The round under way that takes them out. */
    round: string | null
    /** When to see to it (again). */
    due_at: Date
    /** Sealed: by which ids and addresses items name it; gone when the first round is done. */
    known: string | null
  }
  /** One row: the night in which late rows of erased members are looked for; null before the first erasure. */
  erasure_clock: { id: boolean; due_at: Date | null }
  accounts: { id: string; external_id: string; properties: Record<string, unknown>; updated_at: Date }
}

export const migrations = {
  async '2026-11-22T0900_members'(db: Kysely<never>) {
    // The "C" collation lets `like 'x%'` use a plain index on every server.
    await sql`create table members (
      id uuid primary key,
      number integer unique,
      external_id text collate "C",
      merged_into uuid references members,
      root_id uuid not null,
      status text not null check (status in ('anonymous', 'known', 'erased')),
      apart boolean not null default false,
      name text,
      sort_name text collate "C" not null generated always as (coalesce(lower(left(name, 60)), U&'\\+10FFFD')) stored,
      pairs text[] collate "C",
      email text collate "C",
      phone text collate "C",
      avatar text, birthday text, gender text, locale text, timezone text,
      properties jsonb not null default '{}',
      owner_id uuid,
      created_at timestamptz not null,
      check ((merged_into is null) = (root_id = id))
    ) with (fillfactor = 90)`.execute(db)
    await sql`create index members_of_root on members (root_id) where merged_into is not null`.execute(db)
    await sql`create index members_merged_into on members (merged_into) where merged_into is not null`.execute(db)
    await sql`create index members_owner on members (owner_id) where owner_id is not null`.execute(db)
    await sql`create index members_by_name on members (sort_name, id)`.execute(db)
    await sql`create index members_by_creation on members (created_at, id)`.execute(db)
    await sql`create index members_email on members (lower(email)) where email is not null`.execute(db)
    await sql`create index members_phone on members (phone) where phone is not null`.execute(db)
    await sql`create index members_phone_end on members (right(phone, 4)) where phone is not null`.execute(db)
    await sql`create index members_external on members (external_id) where external_id is not null`.execute(db)
    await sql`create index members_pairs on members using gin (pairs) where pairs is not null`.execute(db)
    await sql`create index members_properties on members using gin (properties jsonb_path_ops)
      where properties <> '{}'`.execute(db)
    await sql`create table identities (
      kind text collate "C" not null,
      value text collate "C" not null,
      member_id uuid not null references members,
      at timestamptz not null,
      primary key (kind, value)
    )`.execute(db)
    await sql`create index identities_of_member on identities (member_id)`.execute(db)
    await sql`create table member_properties (member_id uuid primary key, entries jsonb not null)`.execute(db)
    await sql`create table member_seen (member_id uuid primary key, at timestamptz not null)
      with (fillfactor = 70)`.execute(db)
    await sql`create index member_seen_by_time on member_seen (at, member_id)`.execute(db)
    // One row, changed by the one sequencer in its own transaction: numbers stay dense through every rollback.
    await sql`create table member_numbers (id boolean primary key default true check (id), next integer not null)`.execute(
      db,
    )
    await sql`insert into member_numbers values (true, 1)`.execute(db)
    await sql`create table merges (
      id uuid primary key,
      keep_id uuid not null,
      merge_id uuid not null,
      at timestamptz not null,
      actor text not null,
      moved jsonb,
      undone_at timestamptz
    )`.execute(db)
    await sql`create unique index merges_one_at_a_time on merges (merge_id) where undone_at is null`.execute(db)
    await sql`create index merges_by_time on merges (at, id)`.execute(db)
    await sql`create index merges_of_keep on merges (keep_id)`.execute(db)
    await sql`create table merge_proposals (
      id uuid primary key,
      keep_id uuid not null,
      merge_id uuid not null,
      reason text not null,
      at timestamptz not null,
      closed_at timestamptz,
      unique (keep_id, merge_id)
    )`.execute(db)
    await sql`create table property_types (
      path text collate "C" not null,
      kind text not null,
      count bigint not null,
      first_seen timestamptz not null,
      last_seen timestamptz not null,
      primary key (path, kind)
    )`.execute(db)
    await sql`create table member_notes (
      id uuid primary key,
      member_id uuid not null,
      author text not null,
      text text not null,
      at timestamptz not null
    )`.execute(db)
    await sql`create index member_notes_of_member on member_notes (member_id, at)`.execute(db)
    await sql`create table erased_identities (digest text primary key, member_id uuid not null, at timestamptz not null)`.execute(
      db,
    )
    await sql`create table accounts (
      id uuid primary key,
      external_id text collate "C" not null unique,
      properties jsonb not null,
      updated_at timestamptz not null
    )`.execute(db)
  },
  async '2026-11-23T0900_member_changes'(db: Kysely<never>) {
    await sql`alter table members add column changed_at timestamptz not null default ${machineTime}`.execute(db)
    await sql`create index members_by_change on members (changed_at)`.execute(db)
  },
  async '2026-11-23T1000_erasures'(db: Kysely<never>) {
    await sql`create table erasures (
      member_id uuid primary key references members,
      pending boolean not null default true,
      round uuid,
      due_at timestamptz not null,
      known text
    )`.execute(db)
    await sql`create index erasures_open on erasures (due_at) where pending or round is not null`.execute(db)
    await sql`create table erasure_clock (id boolean primary key default true check (id), due_at timestamptz)`.execute(
      db,
    )
    await sql`insert into erasure_clock values (true, null)`.execute(db)
    // Of members erased before this was seen to: none is known any more, their rows go all the same.
    await sql`insert into erasures (member_id, due_at)
      select id, created_at from members where status = 'erased'`.execute(db)
  },
}
