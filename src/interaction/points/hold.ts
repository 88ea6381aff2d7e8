// A hold sets points aside and ends once: posted (spent), voided (given back) or expired (given back by the timer).
import { sql } from 'kysely'
import { newId } from '#kernel/ids'
import { type Balance, earlier, enter, giveBack, type Ledger, lock, record, settle } from './ledger.ts'
import { refuse } from './refusal.ts'
import { type Taken, type Taking, take } from './spend.ts'
import type { HoldState } from './tables.ts'

/** Takes points into a hold, which is named by its transfer. */
export async function hold(db: Ledger, taking: Omit<Taking, 'kind'> & { expiresAt: Date }): Promise<Taken> {
  if (taking.expiresAt <= taking.at) refuse('points.expiry_past')
  const taken = await take(db, { ...taking, kind: 'hold' })
  if (taken.fresh)
    await db
      .insertInto('points_holds')
      .values({
        id: taken.transferId,
        member_id: taking.memberId,
        amount: taking.points,
        state: 'held',
        reason: taking.reason,
        expires_at: taking.expiresAt,
      })
      .execute()
  return taken
}

export interface Ended {
  transferId: string
  fresh: boolean
  points: number
  reason: string
  balance: number
}

/** Ends a hold; null when this member has no such hold, a refusal when it ended another way. */
export async function end(
  db: Ledger,
  ending: { holdId: string; memberId: string; into: Exclude<HoldState, 'held'>; cause: string; at: Date },
): Promise<Ended | null> {
  const { holdId, memberId, into, cause, at } = ending
  const before = (await lock(db, [memberId], at)).get(memberId)
  const held = await db
    .selectFrom('points_holds')
    .select(['amount', 'reason', 'state', 'expires_at'])
    .where('id', '=', holdId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  if (!held) return null
  const points = held.amount
  const kind = into === 'posted' ? 'post' : 'void'
  const id = newId()
  const transfer = {
    id,
    kind,
    cause,
    memberId,
    leg: `${kind}:${holdId}`,
    points: kind === 'post' ? 0 : points,
    reason: into === 'expired' ? 'expired' : held.reason,
    at,
    originId: holdId,
  } as const
  if (!(await record(db, [transfer])).has(id)) {
    const transferId = await earlier(db, transfer)
    return { transferId, fresh: false, points, reason: held.reason, balance: before?.available ?? 0 }
  }
  if (!(await leave(db, holdId, into, at))) refuse('points.hold_ended')
  const balance = kind === 'post' ? await post(db, id, memberId, points) : await release(db, { ...transfer, holdId })
  return { transferId: id, fresh: true, points, reason: held.reason, balance: balance?.available ?? 0 }
}

/** The one statement by which a hold ends; false when it has ended, or when its time is up and only expiry is left. */
async function leave(db: Ledger, holdId: string, into: HoldState, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('points_holds')
    .set({ state: into })
    .where('id', '=', holdId)
    .where('state', '=', 'held')
    .where('expires_at', into === 'expired' ? '<=' : '>', at)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

async function post(db: Ledger, transferId: string, memberId: string, points: number): Promise<Balance | undefined> {
  const after = await enter(db, [
    { transferId, account: 'held', memberId, amount: -points },
    { transferId, account: 'redeemed', memberId: null, amount: points },
  ])
  return after.get(memberId)
}

async function release(
  db: Ledger,
  by: { id: string; holdId: string; memberId: string; points: number; cause: string; at: Date },
): Promise<Balance | undefined> {
  const owners = await giveBack(db, { transferId: by.id, originId: by.holdId, points: by.points })
  const after = await enter(db, [
    { transferId: by.id, account: 'held', memberId: by.memberId, amount: -by.points },
    ...owners.map((o) => ({
      transferId: by.id,
      account: 'member' as const,
      memberId: o.memberId,
      amount: o.points,
    })),
  ])
  return payDebts(db, after, by)
}

/** Pays what the members of these balances owe; answers the balance of the member in question. */
export async function payDebts(
  db: Ledger,
  after: ReadonlyMap<string, Balance>,
  by: { memberId: string; cause: string; at: Date },
): Promise<Balance | undefined> {
  let own = after.get(by.memberId)
  for (const [memberId, balance] of after) {
    const { points } = await settle(db, balance, { ...by, memberId })
    if (memberId === by.memberId)
      own = { ...balance, available: balance.available - points, owed: balance.owed - points }
  }
  return own
}

/** Holds whose time was up at `now`, in the order of their instants. */
export async function dueHolds(db: Ledger, now: Date, limit: number): Promise<{ id: string; memberId: string }[]> {
  const { rows } = await sql<{ id: string; memberId: string }>`
    select id, member_id as "memberId" from points_holds where state = 'held' and expires_at <= ${now}
    order by expires_at, id limit ${limit}`.execute(db)
  return rows
}
