import { type Kysely, sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Scope } from '#kernel/context'
import type { Locale } from '#kernel/text'
import type { Content, InsightQuery, View } from './tile.ts'

export type AnnotationKind = 'campaign' | 'incident' | 'note'
export type Format = 'pdf' | 'png'
export interface Rhythm {
  every: 'day' | 'week' | 'month'
  /** 1 = Monday, for weeks. */
  weekday: number
  /** Of the month; the last one where the month is shorter. */
  day: number
  /** `HH:MM` in the zone. */
  time: string
  timezone: string
}

export interface DashboardTables {
  dashboards: {
    id: string
    name: string
    description: string
    content: Content
    /** Whether everybody who may read dashboards sees it; else its owner only. */
    shared: boolean
    owner: string
    /** Grows with every save, so that two who edit at once do not undo each other unseen. */
    version: number
    created_at: Date
    updated_at: Date
    updated_by: string
  }
  charts: {
    id: string
    name: string
    description: string
    kind: string
    query: InsightQuery
    view: View
    owner: string
    version: number
    created_at: Date
    updated_at: Date
  }
  annotations: {
    id: string
    at: Date
    text: string
    kind: AnnotationKind
    community_id: string | null
    created_by: string
    created_at: Date
  }
  dashboard_links: {
    id: string
    dashboard_id: string
    /** Of the secret behind #; the secret itself is nowhere. */
    hash: string
    label: string
    scope: Scope
    /** Origins of pages that may show it in a frame. */
    frame_origins: string[]
    created_by: string
    created_at: Date
    expires_at: Date
    revoked_at: Date | null
    opened_at: Date | null
  }
  dashboard_schedules: {
    id: string
    dashboard_id: string
    format: Format
    rhythm: Rhythm
    recipients: string[]
    language: Locale
    scope: Scope
    created_by: string
    created_at: Date
    /** Null once it is cancelled. */
    next_at: Date | null
  }
  dashboard_deliveries: {
    id: string
    schedule_id: string
    due_at: Date
    state: 'planned' | 'sent' | 'failed'
    /** What was attached; null where there was nothing that draws. */
    attached: Format | null
    reason: string | null
    sent: number
    done_at: Date | null
  }
  /** A reader gets the mail of a due instant once: the row is there before the mail leaves. */
  dashboard_mails: { delivery_id: string; recipient: string }
}

export type Db = Kysely<DashboardTables>

export const migrations: Migrations = {
  '2026-11-22T1400_dashboards': (db) =>
    sql`
      create table dashboards (
        id uuid primary key,
        name text not null,
        description text not null,
        content jsonb not null,
        shared boolean not null,
        owner text not null,
        version integer not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        updated_by text not null
      );
      create table charts (
        id uuid primary key,
        name text not null,
        description text not null,
        kind text not null,
        query jsonb not null,
        view text not null,
        owner text not null,
        version integer not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
      );
      create table annotations (
        id uuid primary key,
        at timestamptz not null,
        text text not null,
        kind text not null check (kind in ('campaign', 'incident', 'note')),
        community_id uuid,
        created_by text not null,
        created_at timestamptz not null
      );
      create index annotations_at on annotations (at, id);
      create table dashboard_links (
        id uuid primary key,
        dashboard_id uuid not null references dashboards on delete cascade,
        hash text not null unique,
        label text not null,
        scope jsonb not null,
        frame_origins text[] not null,
        created_by text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        opened_at timestamptz
      );
      create index dashboard_links_of on dashboard_links (dashboard_id);
      create table dashboard_schedules (
        id uuid primary key,
        dashboard_id uuid not null references dashboards on delete cascade,
        format text not null check (format in ('pdf', 'png')),
        rhythm jsonb not null,
        recipients text[] not null,
        language text not null,
        scope jsonb not null,
        created_by text not null,
        created_at timestamptz not null,
        next_at timestamptz
      );
      create index dashboard_schedules_of on dashboard_schedules (dashboard_id);
      create index dashboard_schedules_next on dashboard_schedules (next_at) where next_at is not null;
      create table dashboard_deliveries (
        id uuid primary key,
        schedule_id uuid not null references dashboard_schedules on delete cascade,
        due_at timestamptz not null,
        state text not null check (state in ('planned', 'sent', 'failed')),
        attached text,
        reason text,
        sent integer not null,
        done_at timestamptz,
        unique (schedule_id, due_at)
      );
      create table dashboard_mails (
        delivery_id uuid not null references dashboard_deliveries on delete cascade,
        recipient text not null,
        primary key (delivery_id, recipient)
      );
    `.execute(db),
}
