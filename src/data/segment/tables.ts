import { type Kysely, sql } from 'kysely'
import type { Text } from '#kernel/text'
import type { MetricDefinition } from './clause/metric-meaning.ts'
import type { Condition } from './condition.ts'

/** Dynamic tags and layers are definitions, too: measured as segments are, and shown by the slices they belong to. */
export type Origin = 'segment' | 'tag' | 'layer'

export const WORK_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export type WorkState = (typeof WORK_STATES)[number]

export interface SegmentTables {
  segments: {
    id: string
    name: string
    definition: Condition
    /** Who keeps it: operators as a segment, or another slice for a thing of its own, which `ref` names. */
    origin: Origin
    ref: string | null
    /** Grows with every change of the definition. */
    version: number
    /** `filling` until everybody has been judged by the current definition. */
    state: 'filling' | 'live' | 'deleted'
    /** How far the fill has come, by identity number. */
    filled_to: number
    /** Rows of segment_members; kept beside them, because counting a million rows is no part of a list. */
    size: number
    /** Who made it; null for those made before this was kept, and those of other slices. */
    created_by: string | null
    created_at: Date
    updated_at: Date
  }
  segment_members: { segment_id: string; member_id: string; entered_at: Date }
  /** Per member the earliest instant at which time alone may change what any segment says of it; may be early. */
  segment_checks: { member_id: string; due_at: Date }
  /** Events that may change what some segment says of their member, until the next look. */
  segment_pending: {
    id: number
    member_id: string
    event_id: string
    name: string
    class: string
    /** Facts it changed, as keys. */
    keys: string[]
    received_at: Date
    depth: number
  }
  /** Members that every segment has judged once; others are judged in full at their first event. */
  segment_known: { member_id: string }
  segment_sizes: { segment_id: string; day: string; size: number }
  /** What metrics mean that definitions may name; told by the slice that manages them. */
  segment_metrics: { key: string; name: Text; definition: MetricDefinition }
  /** Where the stores are that definitions may name; told by the slice that manages them. */
  segment_stores: { id: string; name: string; lat: number; lng: number }
  /** Long work on the members of a segment as they were when it began: a file of them, or an action done for each. */
  segment_works: {
    id: string
    /** Null for the members of a condition. */
    segment_id: string | null
    kind: 'export' | 'bulk'
    state: WorkState
    total: number
    done: number
    failed: number
    /** What exactly, by kind; read by export.ts and bulk.ts. */
    task: Record<string, unknown>
    file_id: string | null
    actor: string
    created_at: Date
    ended_at: Date | null
    /** When its members, and with an export its file, are forgotten. */
    expires_at: Date
    undone_at: Date | null
  }
  /** `outcome`: null before its turn, then `done` or the code of what refused it. */
  segment_work_members: { work_id: string; place: number; member_id: string; outcome: string | null }
  /** One row: when sizes are next noted. */
  segment_clock: { id: boolean; due_at: Date }
}

export const migrations = {
  async '2026-11-22T1000_segments'(db: Kysely<never>) {
    await sql`create table segments (
      id uuid primary key,
      name text not null,
      definition jsonb not null,
      version integer not null,
      state text not null check (state in ('filling', 'live', 'deleted')),
      filled_to bigint not null default 0,
      size integer not null default 0,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db)
    await sql`create unique index segments_name on segments (lower(name)) where state <> 'deleted'`.execute(db)
    await sql`create table segment_members (
      segment_id uuid not null,
      member_id uuid not null,
      entered_at timestamptz not null,
      primary key (member_id, segment_id)
    )`.execute(db)
    await sql`create index segment_members_newest on segment_members (segment_id, entered_at desc, member_id desc)`.execute(
      db,
    )
    await sql`create table segment_timers (
      segment_id uuid not null,
      member_id uuid not null,
      due_at timestamptz not null,
      primary key (member_id, segment_id)
    )`.execute(db)
    await sql`create index segment_timers_due on segment_timers (due_at)`.execute(db)
    await sql`create index segment_timers_of_segment on segment_timers (segment_id)`.execute(db)
    await sql`create table segment_known (member_id uuid primary key)`.execute(db)
    await sql`create table segment_sizes (
      segment_id uuid not null, day date not null, size integer not null, primary key (segment_id, day))`.execute(db)
    await sql`create table segment_clock (id boolean primary key default true check (id), due_at timestamptz not null)`.execute(
      db,
    )
  },
  async '2026-11-22T1200_segment_checks'(db: Kysely<never>) {
    await sql`create table segment_checks (member_id uuid primary key, due_at timestamptz not null)`.execute(db)
    await sql`insert into segment_checks (member_id, due_at)
      select member_id, min(due_at) from segment_timers group by member_id`.execute(db)
    await sql`create index segment_checks_due on segment_checks (due_at)`.execute(db)
    await sql`drop table segment_timers`.execute(db)
    await sql`create table segment_pending (
      id bigint generated always as identity primary key,
      member_id uuid not null,
      event_id uuid not null,
      name text not null,
      class text not null,
      keys text[] not null,
      received_at timestamptz not null,
      depth integer not null
    )`.execute(db)
  },
  async '2026-11-22T1300_segment_origins'(db: Kysely<never>) {
    await sql`alter table segments add column origin text not null default 'segment'
        check (origin in ('segment', 'tag', 'layer')),
      add column ref text check ((ref is null) = (origin = 'segment'))`.execute(db)
    await sql`drop index segments_name`.execute(db)
    await sql`create unique index segments_name on segments (lower(name))
      where state <> 'deleted' and origin = 'segment'`.execute(db)
    await sql`create unique index segments_ref on segments (origin, ref) where state <> 'deleted'
      and ref is not null`.execute(db)
  },
  async '2026-11-22T1400_segment_works'(db: Kysely<never>) {
    await sql`alter table segments add column created_by text`.execute(db)
    await sql`create table segment_works (
      id uuid primary key,
      segment_id uuid not null,
      kind text not null check (kind in ('export', 'bulk')),
      state text not null check (state in (${sql.raw(WORK_STATES.map((s) => `'${s}'`).join(', '))})),
      total integer not null,
      done integer not null default 0,
      failed integer not null default 0,
      task jsonb not null,
      file_id text,
      actor text not null,
      created_at timestamptz not null,
      ended_at timestamptz,
      expires_at timestamptz not null,
      undone_at timestamptz
    )`.execute(db)
    await sql`create index segment_works_of on segment_works (segment_id, created_at desc, id desc)`.execute(db)
    await sql`create index segment_works_expiry on segment_works (expires_at)`.execute(db)
    await sql`create table segment_work_members (
      work_id uuid not null references segment_works on delete cascade,
      place integer not null,
      member_id uuid not null,
      outcome text,
      primary key (work_id, place)
    )`.execute(db)
    await sql`create index segment_work_members_of on segment_work_members (member_id)`.execute(db)
  },
  async '2026-11-22T1900_segment_metrics'(db: Kysely<never>) {
    await sql`create table segment_metrics (
      key text primary key,
      name jsonb not null,
      definition jsonb not null
    )`.execute(db)
  },
  async '2026-11-22T1905_segment_works_of_conditions'(db: Kysely<never>) {
    await sql`alter table segment_works alter column segment_id drop not null`.execute(db)
  },
  async '2026-11-22T2000_segment_stores'(db: Kysely<never>) {
    await sql`create table segment_stores (
      id uuid primary key,
      name text not null,
      lat double precision not null,
      lng double precision not null
    )`.execute(db)
  },
}
