import { type Kysely, sql } from 'kysely'

export const KINDS = [
  'award',
  'spend',
  'hold',
  'post',
  'void',
  'expire',
  'reverse',
  'adjust',
  'settle',
  'merge',
  'unmerge',
] as const
export type Kind = (typeof KINDS)[number]

/** Accounts of a member (`owed` stands below zero) and of the brand. */
export type Account = 'member' | 'held' | 'owed' | 'issued' | 'redeemed' | 'expired'
export type HoldState = 'held' | 'posted' | 'voided' | 'expired'

export interface PointsTables {
  points_transfers: {
    id: string
    kind: Kind
    cause: string
    member_id: string
    leg: string
    /** What it changed in what the member has less what it owes, signed. */
    points: number
    reason: string
    at: Date
    /** The spend, award or hold that it ends or takes back. */
    origin_id: string | null
  }
  points_entries: { id: number; transfer_id: string; account: Account; member_id: string | null; amount: number }
  /** One per award, named by its transfer. */
  points_lots: {
    id: string
    member_id: string
    earned: number
    remaining: number
    expired: number
    expires_at: Date | null
  }
  points_draws: { transfer_id: string; lot_id: string; amount: number }
  /** One per hold, named by its transfer. */
  points_holds: { id: string; member_id: string; amount: number; state: HoldState; reason: string; expires_at: Date }
  points_balances: { member_id: string; available: number; held: number; owed: number }
  points_notes: { transfer_id: string; member_id: string; note: string }
  points_settings: { id: boolean; expiry_months: number; large_limit: number }
}

export const migrations = {
  async '2026-11-22T0930_points'(db: Kysely<never>) {
    for (const statement of [transfers, entries, lots, draws, holds, balances, notes, settings, appendOnly, balanced])
      await sql.raw(statement).execute(db)
  },
}

const transfers = `
  create table points_transfers (
    id uuid primary key,
    kind text not null check (kind in (${KINDS.map((k) => `'${k}'`).join(', ')})),
    cause text not null,
    member_id uuid not null,
    leg text not null,
    points bigint not null,
    reason text not null,
    at timestamptz not null,
    origin_id uuid references points_transfers,
    unique (cause, member_id, leg)
  );
  create index points_transfers_member on points_transfers (member_id, at desc, id desc);
  create index points_transfers_at on points_transfers (at desc, id desc);
  create index points_transfers_origin on points_transfers (origin_id) where origin_id is not null`

const entries = `
  create table points_entries (
    id bigint generated always as identity primary key,
    transfer_id uuid not null references points_transfers,
    account text not null,
    member_id uuid,
    amount bigint not null check (amount <> 0),
    check (case when member_id is null then account in ('issued', 'redeemed', 'expired')
           else account in ('member', 'held', 'owed') end)
  );
  create index points_entries_brand on points_entries (account, transfer_id) include (amount) where member_id is null`

const lots = `
  create table points_lots (
    id uuid primary key references points_transfers,
    member_id uuid not null,
    earned bigint not null check (earned > 0),
    remaining bigint not null check (remaining between 0 and earned),
    expired bigint not null default 0 check (expired >= 0),
    expires_at timestamptz
  );
  create index points_lots_member on points_lots (member_id);
  create index points_lots_open on points_lots (member_id, expires_at, id) where remaining > 0;
  create index points_lots_expiry on points_lots (expires_at) where remaining > 0`

const draws = `
  create table points_draws (
    transfer_id uuid not null references points_transfers,
    lot_id uuid not null references points_lots,
    amount bigint not null check (amount <> 0)
  );
  create index points_draws_transfer on points_draws (transfer_id)`

const holds = `
  create table points_holds (
    id uuid primary key references points_transfers,
    member_id uuid not null,
    amount bigint not null check (amount > 0),
    state text not null check (state in ('held', 'posted', 'voided', 'expired')),
    reason text not null,
    expires_at timestamptz not null
  );
  create index points_holds_member on points_holds (member_id);
  create index points_holds_expiry on points_holds (expires_at) where state = 'held'`

// Room on each page, so that the row that changes most is updated in place and no index grows.
const balances = `
  create table points_balances (
    member_id uuid primary key,
    available bigint not null default 0 check (available >= 0),
    held bigint not null default 0 check (held >= 0),
    owed bigint not null default 0 check (owed >= 0)
  ) with (fillfactor = 70)`

// Free words of operators about a member stand apart from the ledger, so that an erasure can remove them.
const notes = `
  create table points_notes (
    transfer_id uuid primary key references points_transfers,
    member_id uuid not null,
    note text not null
  );
  create index points_notes_member on points_notes (member_id)`

const settings = `
  create table points_settings (
    id boolean primary key default true check (id),
    expiry_months integer not null default 24 check (expiry_months between 0 and 120),
    large_limit bigint not null default 100000 check (large_limit > 0)
  );
  insert into points_settings default values`

const appendOnly = `
  create function points_refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'the points ledger only grows: % on % refused', tg_op, tg_table_name
        using errcode = 'restrict_violation';
    end $$;
  create trigger points_transfers_grow before update or delete or truncate on points_transfers
    for each statement execute function points_refuse_change();
  create trigger points_entries_grow before update or delete or truncate on points_entries
    for each statement execute function points_refuse_change();
  create trigger points_draws_grow before update or delete or truncate on points_draws
    for each statement execute function points_refuse_change()`

const balanced = `
  create function points_check_balanced() returns trigger language plpgsql as $$
    begin
      if exists (select from added group by transfer_id having sum(amount) <> 0) then
        raise exception 'the entries of a points transfer must come to zero' using errcode = 'check_violation';
      end if;
      return null;
    end $$;
  create trigger points_entries_balanced after insert on points_entries referencing new table as added
    for each statement execute function points_check_balanced()`
