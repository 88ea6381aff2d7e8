import { type Kysely, sql } from 'kysely'
import type { Condition } from '#data/segment'
import type { Text } from '#kernel/text'

export const COLOURS = ['grey', 'red', 'orange', 'amber', 'green', 'teal', 'blue', 'violet', 'pink'] as const
export type Colour = (typeof COLOURS)[number]

/** Who said that a member has a tag; several that agree are a cross-check. */
export const SOURCES = ['operator', 'import', 'journey', 'api'] as const
export type Source = (typeof SOURCES)[number]

export const VERIFICATIONS = ['unverified', 'confirmed', 'disputed'] as const
type Verification = (typeof VERIFICATIONS)[number]

export const JOB_KINDS = ['apply', 'remove', 'merge', 'delete'] as const
export const JOB_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const

export interface TagTables {
  tag_dimensions: {
    key: string
    title: Text
    /** A member has at most one of its fixed tags. */
    single: boolean
    created_at: Date
  }
  tags: {
    key: string
    /** `fixed`: applied and removed; `dynamic`: whoever meets its condition has it, kept by the segment engine. */
    kind: 'fixed' | 'dynamic'
    dimension: string | null
    title: Text
    description: Text | null
    colour: Colour
    /** The member of staff who answers for it. */
    owner_id: string | null
    /** How long an application of a fixed tag lasts; null: until it is removed. */
    lapses_after: string | null
    condition: Condition | null
    /** Rows of tag_applications; kept beside them, because counting a million rows is no part of a list. */
    size: number
    /** `ending`: a job is still taking it off its members, or moving them to another tag. */
    state: 'live' | 'ending'
    created_at: Date
    updated_at: Date
  }
  tag_applications: {
    tag_key: string
    member_id: string
    /** Who said it first, and all who said it. */
    source: Source
    sources: Source[]
    actor: string
    cause: string
    applied_at: Date
    due_at: Date | null
    verification: Verification
    verified_by: string | null
    verified_at: Date | null
  }
  /** Library tags an operator asked for whose events are not in the catalogue yet. */
  tag_waiting: { key: string; asked_by: string; asked_at: Date }
  tag_sizes: { tag_key: string; day: string; size: number }
  /** One row: when sizes are next noted. */
  tag_clock: { id: boolean; due_at: Date }
  tag_jobs: {
    id: string
    kind: (typeof JOB_KINDS)[number]
    tag_key: string
    /** Of a merge: the tag that the applications go to. */
    into_key: string | null
    /** Whom it is about: a condition as of `created_at`, or members by id; neither: all who have the tag. */
    condition: Condition | null
    member_ids: (string | null)[] | null
    state: (typeof JOB_STATES)[number]
    total: number | null
    done: number
    changed: number
    /** How far it has come: identity number, or place among the ids. */
    position: number
    source: Source
    actor: string
    reason: string | null
    created_at: Date
    changed_at: Date
  }
}

const quoted = (words: readonly string[]) => sql.raw(words.map((w) => `'${w}'`).join(', '))

export const migrations = {
  async '2026-11-22T1320_tags'(db: Kysely<never>) {
    await sql`create table tag_dimensions (
      key text primary key, title jsonb not null, single boolean not null, created_at timestamptz not null)`.execute(db)
    await sql`create table tags (
      key text primary key,
      kind text not null check (kind in ('fixed', 'dynamic')),
      dimension text references tag_dimensions,
      title jsonb not null,
      description jsonb,
      colour text not null check (colour in (${quoted(COLOURS)})),
      owner_id uuid,
      lapses_after text,
      condition jsonb,
      size integer not null default 0,
      state text not null default 'live' check (state in ('live', 'ending')),
      created_at timestamptz not null,
      updated_at timestamptz not null,
      check ((kind = 'dynamic') = (condition is not null))
    )`.execute(db)
    await sql`create index tags_of_dimension on tags (dimension)`.execute(db)
    await sql`create table tag_applications (
      tag_key text not null references tags,
      member_id uuid not null,
      source text not null,
      sources text[] not null,
      actor text not null,
      cause text not null,
      applied_at timestamptz not null,
      due_at timestamptz,
      verification text not null default 'unverified' check (verification in (${quoted(VERIFICATIONS)})),
      verified_by text,
      verified_at timestamptz,
      primary key (member_id, tag_key)
    )`.execute(db)
    await sql`create index tag_applications_newest
      on tag_applications (tag_key, applied_at desc, member_id desc)`.execute(db)
    await sql`create index tag_applications_due on tag_applications (due_at) where due_at is not null`.execute(db)
    await sql`create index tag_applications_cause on tag_applications (cause)`.execute(db)
    await sql`create table tag_sizes (
      tag_key text not null references tags on delete cascade, day date not null, size integer not null,
      primary key (tag_key, day))`.execute(db)
    await sql`create table tag_clock (
      id boolean primary key default true check (id), due_at timestamptz not null)`.execute(db)
    await sql`create table tag_waiting (
      key text primary key, asked_by text not null, asked_at timestamptz not null)`.execute(db)
    await sql`create table tag_jobs (
      id uuid primary key,
      kind text not null check (kind in (${quoted(JOB_KINDS)})),
      tag_key text not null,
      into_key text,
      condition jsonb,
      member_ids uuid[],
      state text not null check (state in (${quoted(JOB_STATES)})),
      total integer,
      done integer not null default 0,
      changed integer not null default 0,
      position bigint not null default 0,
      source text not null,
      actor text not null,
      reason text,
      created_at timestamptz not null,
      changed_at timestamptz not null
    )`.execute(db)
    await sql`create index tag_jobs_newest on tag_jobs (created_at desc, id desc)`.execute(db)
    await sql`create index tag_jobs_open on tag_jobs (id) where state in ('waiting', 'running')`.execute(db)
  },
}
