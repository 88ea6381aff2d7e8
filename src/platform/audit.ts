// Who did what, when, to whom, from where: one row per action of a person or a key, written in the action's own
// transaction. Rows are never changed. What may be personal in a row (address, what changed) stands beside it under a
// salted digest, so that an erasure can take it away and leave the chain of audit-chain.ts whole.
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { AuditEntry, Db } from '#kernel/host'

export interface AuditTables {
  audit: {
    id: number
    at: Date
    actor: string
    operation: string
    member_id: string | null
    community_id: string | null
    cause: string
    digest: string
  }
  audit_detail: {
    audit_id: number
    /** Whose data `change` may hold; follows merges. */
    member_id: string | null
    /** The three are null once erased. */
    salt: string | null
    address: string | null
    change: Readonly<Record<string, unknown>> | null
  }
}

/** What nobody may change or delete; `ensureAppRole` takes these rights away. */
export const AUDIT_APPEND_ONLY: readonly string[] = ['audit', 'audit_chain']

/** A larger note would make the log the place where data piles up. */
const MOST_CHANGE = 32_768

export const auditMigrations: Migrations = {
  '2026-11-22T0806_audit': (db) =>
    sql`
      create table audit (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        actor text not null,
        operation text not null,
        member_id uuid,
        community_id uuid,
        cause text not null,
        digest text not null
      );
      create index audit_at on audit (at);
      create index audit_actor on audit (actor, id);
      create index audit_operation on audit (operation, id);
      create index audit_member on audit (member_id, id) where member_id is not null;
      create index audit_community on audit (community_id, id) where community_id is not null;

      create table audit_detail (
        audit_id bigint primary key,
        member_id uuid,
        salt text,
        address text,
        change jsonb
      );
      create index audit_detail_member on audit_detail (member_id) where member_id is not null;

      create table audit_chain (
        n bigint primary key,
        audit_id bigint not null unique,
        prev text not null,
        hash text not null
      );

      -- Ids of rows that have no number yet. A row shows here exactly when its transaction has committed.
      create table audit_pending (audit_id bigint primary key);

      create function audit_refuse() returns trigger language plpgsql as $$
      begin
        raise exception 'audit rows are never changed' using errcode = 'insufficient_privilege';
      end $$;
      create trigger audit_append_only before update or delete or truncate on audit
        for each statement execute function audit_refuse();
      create trigger audit_append_only before update or delete or truncate on audit_chain
        for each statement execute function audit_refuse();
      create trigger audit_append_only before delete or truncate on audit_detail
        for each statement execute function audit_refuse();

      create function audit_detail_guard() returns trigger language plpgsql as $$
      begin
        if new.audit_id = old.audit_id and (
          (new.salt is null and new.address is null and new.change is null)
          or (new.salt, new.address, new.change) is not distinct from (old.salt, old.address, old.change)
        ) then return new; end if;
        raise exception 'audit rows are never changed' using errcode = 'insufficient_privilege';
      end $$;
      create trigger audit_erase_only before update on audit_detail
        for each row execute function audit_detail_guard();

      -- Also for sessions that act as a replica, which otherwise skip triggers.
      alter table audit enable always trigger audit_append_only;
      alter table audit_chain enable always trigger audit_append_only;
      alter table audit_detail enable always trigger audit_append_only;
      alter table audit_detail enable always trigger audit_erase_only;
    `.execute(db),
}

/** Adds the row inside the action's transaction; it is chained after the commit. */
export async function appendAudit(tx: Db, entry: AuditEntry): Promise<void> {
  const { actor, operation, memberId, communityId, cause, at, address } = entry
  const salt = randomBytes(16).toString('hex')
  await sql`
    with detail as materialized (
      select ${salt}::text as salt, ${address}::text as address, ${changeText(entry.change)}::jsonb as change
    ), row as (
      insert into audit (at, actor, operation, member_id, community_id, cause, digest)
      select ${at}, ${actor}, ${operation}, ${memberId}::uuid, ${communityId}::uuid, ${cause},
        encode(sha256(convert_to(salt || E'\n' || address || E'\n' || change::text, 'UTF8')), 'hex')
      from detail returning id
    ), beside as (
      insert into audit_detail (audit_id, member_id, salt, address, change)
      select row.id, ${memberId ?? memberOf(actor)}::uuid, salt, address, change from row, detail
    )
    insert into audit_pending (audit_id) select id from row`.execute(tx)
}

const memberOf = (actor: string) => (actor.startsWith('member:') ? actor.slice('member:'.length) : null)

function changeText(change: AuditEntry['change']): string {
  const text = JSON.stringify(change)
  if (text.length <= MOST_CHANGE) return text
  return JSON.stringify({ tooLarge: text.length, fields: Object.keys(change).slice(0, 50) })
}

/** Takes away what is personal in the rows about or by a member; who did what and when stays. */
export async function eraseAudit(tx: Db, memberId: string): Promise<void> {
  await sql`
    update audit_detail set salt = null, address = null, change = null
    where member_id = ${memberId} and salt is not null`.execute(tx)
}

/** Lets later erasures of the kept member reach the merged one's rows; answers the rows for `unmergeAudit`. */
export async function mergeAudit(tx: Db, keepId: string, mergeId: string): Promise<number[]> {
  const { rows } = await sql<{ audit_id: number }>`
    update audit_detail set member_id = ${keepId} where member_id = ${mergeId} returning audit_id`.execute(tx)
  return rows.map((r) => Number(r.audit_id))
}

export async function unmergeAudit(tx: Db, mergeId: string, auditIds: readonly number[]): Promise<void> {
  await sql`update audit_detail set member_id = ${mergeId} where audit_id = any(${auditIds}::bigint[])`.execute(tx)
}
