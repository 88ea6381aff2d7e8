import { type Kysely, sql } from 'kysely'
import type { Condition } from './condition.ts'

export interface SegmentTables {
  segments: {
    id: string
    name: string
    definition: Condition
    /** Grows with every change of the definition. */
    version: number
    /** `filling` until everybody has been judged by the current definition. */
    state: 'filling' | 'live' | 'deleted'
    /** How far the fill has come, by identity number. */
    filled_to: number
    /** Rows of segment_members; kept beside them, because counting a million rows is no part of a list. */
    size: number
    created_at: Date
    updated_at: Date
  }
  segment_members: { segment_id: string; member_id: string; entered_at: Date }
  segment_timers: { segment_id: string; member_id: string; due_at: Date }
  /** Members that every segment has judged once; others are judged in full at their first event. */
  segment_known: { member_id: string }
  segment_sizes: { segment_id: string; day: string; size: number }
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
}
