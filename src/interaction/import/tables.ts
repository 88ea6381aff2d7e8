import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { ColumnMapping } from './mapping.ts'

export const IMPORT_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export type ImportState = (typeof IMPORT_STATES)[number]

export interface ImportTables {
  imports: {
    id: string
    /** `archive`: sent batch by batch from outside; `members`: a file that a job works through. */
    kind: 'archive' | 'members'
    name: string
    state: ImportState
    file_id: string | null
    mapping: ColumnMapping[] | null
    dry_run: boolean
    /** Rows of the file; null while unknown. */
    total: number | null
    done: number
    created: number
    updated: number
    failed: number
    /** 0 to 1. */
    fraction: number
    /** Why it failed, for people. */
    reason: string | null
    created_by: string
    created_at: Date
    changed_at: Date
  }
  /** Tables of people are not kept: each goes, with what was told of its rows, a day after it came. */
  import_files: { file_id: string; due_at: Date }
  import_errors: { import_id: string; line: number; field: string; message_en: string; message_zh: string }
  import_marks: { source: string; part: string; mark: number }
}

export const migrations: Migrations = {
  async '2026-11-22T0940_imports'(db) {
    await sql`create table imports (
      id uuid primary key,
      kind text not null check (kind in ('archive', 'members')),
      name text not null,
      state text not null check (state in (${sql.raw(IMPORT_STATES.map((s) => `'${s}'`).join(', '))})),
      file_id text,
      mapping jsonb,
      dry_run boolean not null,
      total integer,
      done integer not null default 0,
      created integer not null default 0,
      updated integer not null default 0,
      failed integer not null default 0,
      fraction real not null default 0,
      reason text,
      created_by text not null,
      created_at timestamptz not null,
      changed_at timestamptz not null
    )`.execute(db)
    await sql`create index imports_newest on imports (created_at desc, id desc)`.execute(db)
    await sql`create table import_errors (
      import_id uuid not null references imports,
      line integer not null,
      field text not null,
      message_en text not null,
      message_zh text not null
    )`.execute(db)
    await sql`create index import_errors_of on import_errors (import_id, line)`.execute(db)
    await sql`create table import_marks (
      source text not null,
      part text not null,
      mark bigint not null,
      primary key (source, part)
    )`.execute(db)
  },
  async '2026-11-22T1030_import_files'(db) {
    await sql`create index imports_of_file on imports (file_id)`.execute(db)
    await sql`create table import_files (file_id text primary key, due_at timestamptz not null)`.execute(db)
    await sql`create index import_files_due on import_files (due_at)`.execute(db)
  },
}
