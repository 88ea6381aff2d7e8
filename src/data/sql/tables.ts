import { type Kysely, sql } from 'kysely'

export interface SqlTables {
  /** What was asked, by whom, and how it ended. */
  sql_runs: {
    id: string
    actor: string
    statement: string
    params: Record<string, unknown>
    at: Date
    took_ms: number
    rows: number
    /** Null where it was answered. */
    problem: string | null
  }
  sql_saved: {
    id: string
    actor: string
    name: string
    statement: string
    /** For everybody who may ask; else for who saved it. */
    shared: boolean
    created_at: Date
    updated_at: Date
  }
}

export const migrations = {
  async '2026-11-22T1900_sql'(db: Kysely<never>) {
    await sql`create table sql_runs (
      id uuid primary key,
      actor text not null,
      statement text not null,
      params jsonb not null,
      at timestamptz not null,
      took_ms integer not null,
      rows integer not null,
      problem text
    )`.execute(db)
    await sql`create index sql_runs_of on sql_runs (actor, at desc, id desc)`.execute(db)
    await sql`create table sql_saved (
      id uuid primary key,
      actor text not null,
      name text not null,
      statement text not null,
      shared boolean not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db)
    await sql`create unique index sql_saved_name on sql_saved (actor, lower(name))`.execute(db)
  },
}
