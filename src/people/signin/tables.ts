import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'

export interface SigninTables {
  /** One per mailbox: a new code voids the one before. */
  signin_codes: {
    email: string
    /** What the job that sends it is told, so that no address stays behind among done jobs. */
    id: string
    /** Null until the mail is made: the code itself is nowhere but in the mail. */
    hash: string | null
    tries: number
    expires_at: Date
  }
  member_sessions: {
    id: string
    member_id: string
    token_hash: string
    created_at: Date
    seen_at: Date
    expires_at: Date
    address: string
  }
}

export const migrations: Migrations = {
  '2026-11-22T0901_signin': (db) =>
    sql`
      create table signin_codes (
        email text primary key,
        id uuid not null unique,
        hash text,
        tries smallint not null default 0,
        expires_at timestamptz not null
      );
      create index signin_codes_expire on signin_codes (expires_at);
      create table member_sessions (
        id uuid primary key,
        member_id uuid not null,
        token_hash text not null unique,
        created_at timestamptz not null,
        seen_at timestamptz not null,
        expires_at timestamptz not null,
        address text not null
      );
      create index member_sessions_member on member_sessions (member_id);
      create index member_sessions_expire on member_sessions (expires_at);
    `.execute(db),
}
