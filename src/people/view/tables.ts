import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'

export interface ViewTables {
  saved_views: {
    id: string
    /** Which list of the console it narrows: `member`, `segment`, … */
    list: string
    /** Whose it is, written like `Actor.id`. */
    owner: string
    name: string
    /** Search, filters and order as the list writes them in the address. */
    query: Readonly<Record<string, string>>
    shared: boolean
    created_at: Date
  }
}

export const migrations: Migrations = {
  '2026-11-22T1500_views': (db) =>
    sql`
      create table saved_views (
        id uuid primary key,
        list text not null,
        owner text not null,
        name text not null,
        query jsonb not null,
        shared boolean not null,
        created_at timestamptz not null,
        unique (list, owner, name)
      );
      create index saved_views_shared on saved_views (list, name, id) where shared`.execute(db),
}
