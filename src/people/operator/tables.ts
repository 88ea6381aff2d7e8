import { type Kysely, type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Migrations, Role } from '#kernel/capability'
import type { Scope } from '#kernel/context'
import type { AuditTables } from '#platform/audit'

export const OPERATOR_ROLES = ['owner', 'manager', 'content', 'support', 'moderator', 'analyst', 'store'] as const
export type OperatorRole = (typeof OPERATOR_ROLES)[number] & Role

/** As stored and as the API says it: `own` means the members whose owner is the operator itself. */
export const scopeField = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('all') }),
    z.object({ kind: z.literal('communities'), ids: z.array(z.uuid()).min(1).max(200) }),
    z.object({ kind: z.literal('own') }),
  ])
  .meta({ en: 'Scope', zh: '数据范围' })
export type StoredScope = z.output<typeof scopeField>

export interface OperatorTables extends AuditTables {
  operators: {
    id: string
    /** Lower case. */
    email: string
    name: string
    role: OperatorRole
    scope: StoredScope
    password_hash: string
    /** Whether the password may stand without a second factor. */
    password_long: boolean
    /** Sealed, like `totp_pending`. */
    totp_secret: string | null
    /** A secret that was shown and not yet confirmed by a code. */
    totp_pending: string | null
    /** The 30 s step of the last code used: a code opens once. */
    totp_step: number | null
    created_at: Date
    disabled_at: Date | null
  }
  recovery_codes: { operator_id: string; hash: string }
  operator_sessions: {
    id: string
    operator_id: string
    token_hash: string
    created_at: Date
    seen_at: Date
    expires_at: Date
    address: string
  }
  /** One-time links: the first start, invitations, forgotten passwords. */
  operator_links: {
    hash: string
    kind: 'setup' | 'invitation' | 'reset'
    email: string | null
    role: OperatorRole
    scope: StoredScope
    operator_id: string | null
    created_at: Date
    expires_at: Date | null
  }
  api_keys: {
    id: string
    name: string
    /** Its first characters, to tell keys apart. */
    prefix: string
    hash: string
    /** `{*}`: all that the owner may do. */
    rights: string[]
    scope: StoredScope
    origin: 'operator' | 'environment'
    created_by: string | null
    /** The key that made it; revoked with it. */
    parent_id: string | null
    created_at: Date
    last_used_at: Date | null
    revoked_at: Date | null
  }
}
export type OperatorDb = Kysely<OperatorTables>

export const migrations: Migrations = {
  '2026-11-22T0811_operators': (db) =>
    sql`
      create table operators (
        id uuid primary key,
        email text not null unique,
        name text not null,
        role text not null check (role in (${list(OPERATOR_ROLES)})),
        scope jsonb not null,
        password_hash text not null,
        password_long boolean not null,
        totp_secret text,
        totp_pending text,
        totp_step bigint,
        created_at timestamptz not null,
        disabled_at timestamptz,
        check (password_long or totp_secret is not null)
      );
      create table recovery_codes (
        operator_id uuid not null references operators on delete cascade,
        hash text not null,
        primary key (operator_id, hash)
      );
      create table operator_sessions (
        id uuid primary key,
        operator_id uuid not null references operators on delete cascade,
        token_hash text not null unique,
        created_at timestamptz not null,
        seen_at timestamptz not null,
        expires_at timestamptz not null,
        address text not null
      );
      create index operator_sessions_operator on operator_sessions (operator_id);
      create table operator_links (
        hash text primary key,
        kind text not null check (kind in ('setup', 'invitation', 'reset')),
        email text,
        role text not null,
        scope jsonb not null,
        operator_id uuid references operators on delete cascade,
        created_at timestamptz not null,
        expires_at timestamptz
      );
      create unique index operator_links_invited on operator_links (email) where kind = 'invitation';
      create table api_keys (
        id uuid primary key,
        name text not null,
        prefix text not null,
        hash text not null unique,
        rights text[] not null,
        scope jsonb not null,
        origin text not null check (origin in ('operator', 'environment')),
        created_by uuid references operators,
        parent_id uuid references api_keys on delete set null,
        created_at timestamptz not null,
        last_used_at timestamptz,
        revoked_at timestamptz
      );
      create index api_keys_created_by on api_keys (created_by);
      create index api_keys_parent on api_keys (parent_id);
    `.execute(db),
}

/** Words of our own as SQL literals: a migration takes no parameters. */
function list(words: readonly string[]): RawBuilder<unknown> {
  return sql.join(words.map((w) => sql.lit(w)))
}

/** The scope as the kernel takes it. */
export function scopeOf(scope: StoredScope, operatorId: string): Scope {
  return scope.kind === 'own' ? { kind: 'own', operatorId } : scope
}

/** Whether a scope gives nothing that the other does not give. */
export function within(scope: StoredScope, limit: Scope): boolean {
  if (limit.kind === 'all') return true
  if (scope.kind === 'communities' && limit.kind === 'communities')
    return scope.ids.every((id) => limit.ids.includes(id))
  return scope.kind === 'own' && limit.kind === 'own'
}
