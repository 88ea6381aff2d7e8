import { type Kysely, sql } from 'kysely'
import type { Definition } from './definition.ts'
import type { Thresholds } from './rfm.ts'

/** What a member has: a number, a text, true or false, an instant as ISO text, or what RFM says in parts. */
export type Value = string | number | boolean | Readonly<Record<string, string | number>>

export interface TraitTables {
  traits: {
    id: string
    key: string
    name: string
    description: string
    definition: Definition
    /** Which preset it was installed from. */
    preset: string | null
    /** `filling` until everybody has been measured by the current definition; `deleted` until its values are gone. */
    state: 'filling' | 'live' | 'deleted'
    /** Grows with every change of the definition. */
    version: number
    /** Grows with every measuring of everybody: a fill that is no longer wanted stops by it. */
    run: number
    /** How far the fill has come, by identity number. */
    filled_to: number
    /** Whether the fill is owed to the definition, not to the passing of a day. */
    is_definition: boolean
    /** Members that have a value; kept beside them, because counting a million rows is no part of a list. */
    size: number
    /** RFM is relative to everybody: the instant it holds for, its borders, and when it is measured anew. */
    as_of: Date | null
    thresholds: Thresholds | null
    due_at: Date | null
    created_at: Date
    updated_at: Date
  }
  /** A row stays when its value has gone: it says what was told last. */
  trait_values: {
    trait_id: string
    member_id: string
    value: Value | null
    /** The value where it is a number (of RFM the score), for order and distribution. */
    number: number | null
    /** When time alone may change it next. */
    next_at: Date | null
    changed_at: Date
    /** What was told last is not certain: whatever comes out is told. */
    is_stale: boolean
  }
  /** Members of whom something was heard that some trait measures, until the next look. */
  trait_pending: {
    id: number
    member_id: string
    trait_ids: string[]
    event_id: string
    received_at: Date
    depth: number
  }
}

export const migrations = {
  async '2026-11-22T1330_traits'(db: Kysely<never>) {
    await sql`create table traits (
      id uuid primary key,
      key text not null unique,
      name text not null,
      description text not null default '',
      definition jsonb not null,
      preset text,
      state text not null check (state in ('filling', 'live', 'deleted')),
      version integer not null,
      run integer not null,
      filled_to bigint not null default 0,
      is_definition boolean not null default true,
      size integer not null default 0,
      as_of timestamptz,
      thresholds jsonb,
      due_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db)
    await sql`create unique index traits_name on traits (lower(name)) where state <> 'deleted'`.execute(db)
    await sql`create table trait_values (
      trait_id uuid not null,
      member_id uuid not null,
      value jsonb,
      number double precision,
      next_at timestamptz,
      changed_at timestamptz not null,
      is_stale boolean not null default false,
      primary key (member_id, trait_id)
    )`.execute(db)
    await sql`create index trait_values_due on trait_values (next_at) where next_at is not null`.execute(db)
    await sql`create index trait_values_number on trait_values (trait_id, number, member_id)`.execute(db)
    await sql`create table trait_pending (
      id bigint generated always as identity primary key,
      member_id uuid not null,
      trait_ids uuid[] not null,
      event_id uuid not null,
      received_at timestamptz not null,
      depth integer not null
    )`.execute(db)
    await sql`create index trait_pending_member on trait_pending (member_id)`.execute(db)
  },
}
