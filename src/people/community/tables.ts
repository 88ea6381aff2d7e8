import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'

export const COMMUNITY_TYPES = ['interest', 'service', 'trade', 'autonomous'] as const
export const ADMISSIONS = ['open', 'closed'] as const
export const MEMBERSHIP_STATES = ['pending', 'active', 'left', 'removed', 'banned'] as const
/** From the most to the least trusted: a merge keeps the first of two. */
export const COMMUNITY_ROLES = ['owner', 'manager', 'moderator', 'koc', 'volunteer', 'member'] as const

export type CommunityType = (typeof COMMUNITY_TYPES)[number]
export type Admission = (typeof ADMISSIONS)[number]
export type MembershipState = (typeof MEMBERSHIP_STATES)[number]
export type CommunityRole = (typeof COMMUNITY_ROLES)[number]

export interface CommunityTables {
  communities: {
    id: string
    /** A name that imports know it by. */
    key: string | null
    name: string
    type: CommunityType
    admission: Admission
    description: string
    /** Null: the brand's zone. */
    zone: string | null
    created_at: Date
    archived_at: Date | null
  }
  memberships: {
    community_id: string
    member_id: string
    state: MembershipState
    role: CommunityRole
    joined_at: Date
    changed_at: Date
  }
  community_rules: { community_id: string; version: number; text: string; published_at: Date; published_by: string }
  rule_acknowledgements: { community_id: string; member_id: string; version: number; at: Date }
  community_invitations: {
    id: string
    community_id: string
    code: string
    note: string
    /** Null: any number. */
    max_uses: number | null
    uses: number
    expires_at: Date | null
    revoked_at: Date | null
    created_at: Date
  }
}

const list = (values: readonly string[]) => sql.raw(values.map((v) => `'${v}'`).join(', '))

export const migrations: Migrations = {
  async '2026-11-22T0920_communities'(db) {
    await sql`create table communities (
      id uuid primary key,
      key text unique,
      name text not null,
      type text not null check (type in (${list(COMMUNITY_TYPES)})),
      admission text not null check (admission in (${list(ADMISSIONS)})),
      description text not null,
      zone text,
      created_at timestamptz not null,
      archived_at timestamptz
    )`.execute(db)
    await sql`create index communities_newest on communities (created_at desc, id desc)`.execute(db)
    await sql`create table memberships (
      community_id uuid not null references communities,
      member_id uuid not null,
      state text not null check (state in (${list(MEMBERSHIP_STATES)})),
      role text not null check (role in (${list(COMMUNITY_ROLES)})),
      joined_at timestamptz not null,
      changed_at timestamptz not null,
      primary key (community_id, member_id)
    )`.execute(db)
    await sql`create index memberships_of_member on memberships (member_id, state)`.execute(db)
    await sql`create index memberships_newest on memberships (community_id, state, joined_at desc, member_id desc)`.execute(
      db,
    )
    await sql`create table community_rules (
      community_id uuid not null references communities,
      version integer not null check (version > 0),
      text text not null,
      published_at timestamptz not null,
      published_by text not null,
      primary key (community_id, version)
    )`.execute(db)
    await sql`create table rule_acknowledgements (
      community_id uuid not null references communities,
      member_id uuid not null,
      version integer not null,
      at timestamptz not null,
      primary key (member_id, community_id, version)
    )`.execute(db)
    await sql`create table community_invitations (
      id uuid primary key,
      community_id uuid not null references communities,
      code text not null unique,
      note text not null,
      max_uses integer check (max_uses > 0),
      uses integer not null default 0 check (max_uses is null or uses <= max_uses),
      expires_at timestamptz,
      revoked_at timestamptz,
      created_at timestamptz not null
    )`.execute(db)
    await sql`create index community_invitations_of on community_invitations (community_id, created_at desc)`.execute(
      db,
    )
  },
}
