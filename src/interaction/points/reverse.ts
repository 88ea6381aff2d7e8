// Taking back: a spend returns into the lots it came from; an award leaves its own lot first, then the member's
// others, and what has been spent already is owed and paid out of the next points that come in. Points of an award
// that have expired are gone already and are not taken twice.
import { sql } from 'kysely'
import { newId } from '#kernel/ids'
import { payDebts } from './hold.ts'
import { type Balance, drain, earlier, enter, giveBack, type Ledger, record } from './ledger.ts'
import { refuse } from './refusal.ts'
import { open } from './spend.ts'
import type { Kind } from './tables.ts'

export interface Reversing {
  transferId: string
  memberId: string
  /** Default: all that is left to take back. */
  points?: number | undefined
  cause: string
  at: Date
}

export interface Reversed {
  transferId: string
  fresh: boolean
  /** Signed as the member sees it: below zero when points were taken back. */
  points: number
  balance: number
  owed: number
  /** What of it had been spent already and is owed now. */
  unpaid: number
  expired: readonly { memberId: string; points: number }[]
}

interface Original {
  id: string
  kind: Kind
  /** Signed, as it was. */
  points: number
  reason: string
  /** Already taken back, and what of an award has expired; both above zero. */
  reversed: number
  expired: number
}

/** Reverses all or part of an award, a spend, a posted hold or an adjustment; null when this member has no such transfer. */
export async function reverse(db: Ledger, reversing: Reversing): Promise<Reversed | null> {
  const { memberId, cause, at } = reversing
  const { balance, expired } = await open(db, memberId, at)
  const original = await find(db, reversing.transferId, memberId)
  if (!original) return null
  const leg = `reverse:${original.id}`
  const size = Math.abs(original.points)
  // Below nothing: what came back to the award after it was taken back from other lots has expired as well.
  const left = Math.max(0, size - original.reversed - original.expired)
  const points = reversing.points ?? left
  const earned = original.points > 0
  const id = newId()
  const transfer = {
    id,
    kind: 'reverse' as const,
    cause,
    memberId,
    leg,
    points: earned ? -points : points,
    reason: original.reason,
    at,
    originId: original.id,
  }
  if (!(await record(db, [transfer])).has(id)) {
    const transferId = await earlier(db, transfer)
    const { points: was } = await db
      .selectFrom('points_transfers')
      .select('points')
      .where('id', '=', transferId)
      .executeTakeFirstOrThrow()
    return { transferId, fresh: false, points: was, balance: balance.available, owed: balance.owed, unpaid: 0, expired }
  }
  if (size === original.reversed) refuse('points.already_reversed')
  if (points > left) refuse('points.more_than_left')
  const after =
    (earned ? await takeBack(db, transfer, points, balance) : await returnTo(db, transfer, points, original.kind)) ??
    balance
  const { available, owed } = after
  const unpaid = earned ? Math.max(0, points - balance.available) : 0
  return { transferId: id, fresh: true, points: transfer.points, balance: available, owed, unpaid, expired }
}

type Back = { id: string; memberId: string; cause: string; at: Date; originId: string }

async function takeBack(db: Ledger, t: Back, points: number, balance: Balance): Promise<Balance | undefined> {
  const paid = Math.min(points, balance.available)
  const after = await enter(db, [
    { transferId: t.id, account: 'member', memberId: t.memberId, amount: -paid },
    { transferId: t.id, account: 'owed', memberId: t.memberId, amount: paid - points },
    { transferId: t.id, account: 'issued', memberId: null, amount: points },
  ])
  await drain(db, { transferId: t.id, memberId: t.memberId, points: paid, first: t.originId })
  return after.get(t.memberId)
}

async function returnTo(db: Ledger, t: Back, points: number, kind: Kind): Promise<Balance | undefined> {
  const owners = await giveBack(db, { transferId: t.id, originId: t.originId, points })
  const after = await enter(db, [
    ...owners.map((o) => ({ transferId: t.id, account: 'member' as const, memberId: o.memberId, amount: o.points })),
    { transferId: t.id, account: kind === 'adjust' ? 'issued' : 'redeemed', memberId: null, amount: -points },
  ])
  return payDebts(db, after, t)
}

/**
 * The transfer to take back, when the member owns the lot it filled or a lot it drew from (they change hands in a
 * merge). A posting is taken back as its hold, for that is what drew.
 */
async function find(db: Ledger, transferId: string, memberId: string): Promise<Original | null> {
  const { rows } = await sql<Original & { hold: string | null }>`
    select o.id, o.kind, o.points, o.reason, h.state as hold, coalesce(l.expired, 0)::bigint as expired,
      coalesce((select sum(abs(r.points)) from points_transfers r where r.origin_id = o.id and r.kind = 'reverse'), 0)
        ::bigint as reversed
    from points_transfers t
    join points_transfers o on o.id = case when t.kind = 'post' then t.origin_id else t.id end
    left join points_lots l on l.id = o.id
    left join points_holds h on h.id = o.id
    where t.id = ${transferId} and (l.member_id = ${memberId} or (l.id is null and exists (
      select from points_draws d join points_lots drawn on drawn.id = d.lot_id
      where d.transfer_id = o.id and drawn.member_id = ${memberId})))`.execute(db)
  const found = rows[0]
  if (!found) return null
  const reversible = ['award', 'spend', 'adjust'].includes(found.kind) || found.hold === 'posted'
  return reversible ? found : refuse('points.not_reversible')
}
