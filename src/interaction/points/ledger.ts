// The one way points move. Every change of a member's points takes that member's balance row first, so that changes
// of one member queue up and the statements after it see what the one before left. A balance is only ever changed
// by the entries of the same statement; lots only together with their draws.
import { type Kysely, sql } from 'kysely'
import { newId } from '#kernel/ids'
import type { Account, Kind, PointsTables } from './tables.ts'

export type Ledger = Kysely<PointsTables>

export interface Balance {
  available: number
  held: number
  owed: number
}

export interface Transfer {
  id: string
  kind: Kind
  cause: string
  memberId: string
  leg: string
  points: number
  reason: string
  at: Date
  originId?: string
}

export interface Entry {
  transferId: string
  account: Account
  /** null for the brand's accounts. */
  memberId: string | null
  amount: number
}

/** Takes the balances of these members, in one order for all, until the transaction ends; `due`: a lot has expired. */
export async function lock(db: Ledger, memberIds: readonly string[], now: Date) {
  const ids = [...new Set(memberIds)]
  const take = () =>
    sql<Balance & { member_id: string; due: boolean }>`
      select b.member_id, b.available, b.held, b.owed,
        exists (select from points_lots l
                where l.member_id = b.member_id and l.remaining > 0 and l.expires_at <= ${now}) as due
      from points_balances b where b.member_id = any(${ids}::uuid[]) order by b.member_id for update of b`.execute(db)
  let { rows } = await take()
  if (rows.length < ids.length) {
    await sql`insert into points_balances (member_id) select m from unnest(${ids}::uuid[]) m order by m
      on conflict do nothing`.execute(db)
    rows = (await take()).rows
  }
  return new Map(rows.map(({ member_id, ...balance }) => [member_id, balance]))
}

/** Writes transfers; answers the ids of those whose (cause, member, leg) is new. */
export async function record(db: Ledger, transfers: readonly Transfer[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    insert into points_transfers (id, kind, cause, member_id, leg, points, reason, at, origin_id)
    select * from unnest(
      ${transfers.map((t) => t.id)}::uuid[], ${transfers.map((t) => t.kind)}::text[],
      ${transfers.map((t) => t.cause)}::text[], ${transfers.map((t) => t.memberId)}::uuid[],
      ${transfers.map((t) => t.leg)}::text[], ${transfers.map((t) => t.points)}::bigint[],
      ${transfers.map((t) => t.reason)}::text[], ${transfers.map((t) => t.at)}::timestamptz[],
      ${transfers.map((t) => t.originId ?? null)}::uuid[])
    on conflict (cause, member_id, leg) do nothing returning id`.execute(db)
  return new Set(rows.map((r) => r.id))
}

/** The id of the transfer that an earlier call with this cause made. */
export async function earlier(db: Ledger, t: Pick<Transfer, 'cause' | 'memberId' | 'leg'>): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from points_transfers
    where cause = ${t.cause} and member_id = ${t.memberId} and leg = ${t.leg}`.execute(db)
  if (!rows[0]) throw new Error(`no points transfer of ${t.cause}`)
  return rows[0].id
}

/**
 * Adds entries and moves the balances by just these entries; entries of nothing are left out. Answers the balances
 * after; a member whose balance would fall below zero is missing in the answer, and the caller must refuse.
 */
export async function enter(db: Ledger, entries: readonly Entry[]): Promise<ReadonlyMap<string, Balance>> {
  const real = entries.filter((e) => e.amount !== 0)
  const { rows } = await sql<Balance & { member_id: string }>`
    with added as (
      insert into points_entries (transfer_id, account, member_id, amount)
      select * from unnest(
        ${real.map((e) => e.transferId)}::uuid[], ${real.map((e) => e.account)}::text[],
        ${real.map((e) => e.memberId)}::uuid[], ${real.map((e) => e.amount)}::bigint[])
      returning account, member_id, amount
    ), change as (
      select member_id,
        coalesce(sum(amount) filter (where account = 'member'), 0)::bigint as available,
        coalesce(sum(amount) filter (where account = 'held'), 0)::bigint as held,
        coalesce(-sum(amount) filter (where account = 'owed'), 0)::bigint as owed
      from added where member_id is not null group by member_id
    )
    update points_balances b
    set available = b.available + c.available, held = b.held + c.held, owed = b.owed + c.owed
    from change c
    where b.member_id = c.member_id
      and b.available + c.available >= 0 and b.held + c.held >= 0 and b.owed + c.owed >= 0
    returning b.member_id, b.available, b.held, b.owed`.execute(db)
  return new Map(rows.map(({ member_id, ...balance }) => [member_id, balance]))
}

/** Takes points out of a member's lots, soonest to expire first (`first` before all); the balance has fallen already. */
export async function drain(
  db: Ledger,
  draw: { transferId: string; memberId: string; points: number; first?: string },
): Promise<void> {
  if (draw.points === 0) return
  const { rows } = await sql<{ taken: number }>`
    with open as (
      select id, remaining,
        sum(remaining) over (order by (id = ${draw.first ?? null}::uuid) desc nulls last, expires_at nulls last, id
          rows unbounded preceding) - remaining as before
      from points_lots where member_id = ${draw.memberId} and remaining > 0
    ), taken as (
      select id, least(remaining, ${draw.points}::bigint - before)::bigint as amount
      from open where before < ${draw.points}::bigint
    ), drained as (
      update points_lots l set remaining = l.remaining - t.amount from taken t where l.id = t.id
    ), drawn as (
      insert into points_draws (transfer_id, lot_id, amount) select ${draw.transferId}::uuid, id, -amount from taken
    )
    select coalesce(sum(amount), 0)::bigint as taken from taken`.execute(db)
  if (rows[0]?.taken !== draw.points) throw new Error(`the lots of ${draw.memberId} do not hold ${draw.points} points`)
}

/**
 * Puts points that a transfer drew back into the same lots, longest to live first. Answers how many each owner of
 * such a lot gets: after a merge is undone, a lot may be another member's than the one that drew.
 */
export async function giveBack(
  db: Ledger,
  back: { transferId: string; originId: string; points: number },
): Promise<{ memberId: string; points: number }[]> {
  await lockOwners(db, back.originId)
  const { rows } = await sql<{ memberId: string; points: number }>`
    with drawn as (
      select d.lot_id, -sum(d.amount) as amount
      from points_transfers t join points_draws d on d.transfer_id = t.id
      where t.id = ${back.originId} or t.origin_id = ${back.originId}
      group by d.lot_id having sum(d.amount) < 0
    ), placed as (
      select l.id, l.member_id, d.amount,
        sum(d.amount) over (order by l.expires_at desc nulls first, l.id desc rows unbounded preceding)
          - d.amount as before
      from drawn d join points_lots l on l.id = d.lot_id
    ), back as (
      select id, member_id, least(amount, ${back.points}::bigint - before)::bigint as amount
      from placed where before < ${back.points}::bigint
    ), filled as (
      update points_lots l set remaining = l.remaining + b.amount from back b where l.id = b.id
    ), drawn_back as (
      insert into points_draws (transfer_id, lot_id, amount) select ${back.transferId}::uuid, id, amount from back
    )
    select member_id as "memberId", sum(amount)::bigint as points from back group by member_id`.execute(db)
  if (rows.reduce((sum, r) => sum + r.points, 0) !== back.points)
    throw new Error(`transfer ${back.originId} did not draw ${back.points} points`)
  return rows
}

/** Takes the balances of those who own the lots a transfer drew from, so that no merge moves a lot meanwhile. */
async function lockOwners(db: Ledger, originId: string): Promise<void> {
  // Whoever is found may have changed while we waited for the lock; asked again until it is the same.
  for (let before = ''; ; ) {
    const { rows } = await sql<{ member_id: string }>`
      select b.member_id from points_balances b
      where b.member_id in (select l.member_id from points_draws d join points_lots l on l.id = d.lot_id
                            where d.transfer_id = ${originId})
      order by b.member_id for update of b`.execute(db)
    const owners = rows.map((r) => r.member_id).join()
    if (owners === before) return
    before = owners
  }
}

/** Pays what a member owes out of what it has; answers the transfer, of 0 points when there was nothing to pay. */
export async function settle(
  db: Ledger,
  balance: Balance | undefined,
  by: { memberId: string; cause: string; at: Date },
): Promise<{ id: string; points: number }> {
  const points = Math.min(balance?.owed ?? 0, balance?.available ?? 0)
  const { memberId, cause, at } = by
  const id = newId()
  if (points === 0) return { id, points }
  await record(db, [{ id, kind: 'settle', cause, memberId, leg: `settle:${id}`, points: 0, reason: 'owed', at }])
  await enter(db, [
    { transferId: id, account: 'member', memberId, amount: -points },
    { transferId: id, account: 'owed', memberId, amount: points },
  ])
  await drain(db, { transferId: id, memberId, points })
  return { id, points }
}
