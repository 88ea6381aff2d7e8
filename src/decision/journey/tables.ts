import { type Kysely, sql } from 'kysely'
import type { Graph, Settings } from './graph.ts'

export type RunState = 'running' | 'waiting' | 'done' | 'failed' | 'exited'

export interface JourneyTables {
  journeys: {
    id: string
    name: string
    /** As edited; what runs is in journey_versions. */
    graph: Graph
    settings: Settings
    state: 'draft' | 'published' | 'paused' | 'deleted'
    /** The published version; 0 before the first. */
    version: number
    /** Events before this instant start nothing. */
    published_at: Date | null
    created_at: Date
    updated_at: Date
  }
  journey_versions: { journey_id: string; version: number; graph: Graph; settings: Settings; published_at: Date }
  journey_runs: {
    id: string
    journey_id: string
    version: number
    member_id: string
    /** Runs of one member with different keys know nothing of each other. */
    key: string
    node: string
    /** How many nodes it has come to; with the run's id the cause of what a node does. */
    visit: number
    state: RunState
    reason: string | null
    /** What happened: name, time and properties of the triggering event, for templates. */
    event: { id: string; name: string; timestamp: string; properties: Record<string, unknown> }
    cause: string
    depth: number
    entered_at: Date
    ended_at: Date | null
  }
  journey_steps: {
    run_id: string
    visit: number
    node: string
    at: Date
    outcome: string
    detail: Record<string, unknown> | null
  }
  journey_due: { run_id: string; journey_id: string; due_at: Date }
}

export const migrations = {
  async '2026-11-22T1100_journeys'(db: Kysely<never>) {
    await sql`create table journeys (
      id uuid primary key,
      name text not null,
      graph jsonb not null,
      settings jsonb not null,
      state text not null check (state in ('draft', 'published', 'paused', 'deleted')),
      version integer not null default 0,
      published_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db)
    await sql`create unique index journeys_name on journeys (lower(name)) where state <> 'deleted'`.execute(db)
    await sql`create table journey_versions (
      journey_id uuid not null,
      version integer not null,
      graph jsonb not null,
      settings jsonb not null,
      published_at timestamptz not null,
      primary key (journey_id, version)
    )`.execute(db)
    await sql`create table journey_runs (
      id uuid primary key,
      journey_id uuid not null,
      version integer not null,
      member_id uuid not null,
      key text not null,
      node text not null,
      visit integer not null,
      state text not null check (state in ('running', 'waiting', 'done', 'failed', 'exited')),
      reason text,
      event jsonb not null,
      cause text not null,
      depth smallint not null,
      entered_at timestamptz not null,
      ended_at timestamptz,
      unique (journey_id, member_id, cause)
    ) with (fillfactor = 80)`.execute(db)
    await sql`create index journey_runs_of_member on journey_runs (member_id, journey_id, key, entered_at desc)`.execute(
      db,
    )
    await sql`create index journey_runs_newest on journey_runs (journey_id, entered_at desc, id desc)`.execute(db)
    await sql`create table journey_steps (
      run_id uuid not null,
      visit integer not null,
      node text not null,
      at timestamptz not null,
      outcome text not null,
      detail jsonb,
      primary key (run_id, visit)
    )`.execute(db)
    await sql`create table journey_due (
      run_id uuid primary key,
      journey_id uuid not null,
      due_at timestamptz not null
    ) with (fillfactor = 80)`.execute(db)
    // Per journey, so that a paused one costs nothing however many wait in it.
    await sql`create index journey_due_next on journey_due (journey_id, due_at)`.execute(db)
  },
}
