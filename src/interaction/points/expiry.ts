// Lots expire as a whole, at their instant, once: a lot whose points have gone has nothing left to expire.
import { sql } from 'kysely'
import { newId } from '#kernel/ids'
import { enter, type Ledger, lock, record } from './ledger.ts'

export interface Expired {
  transferId: string
  cause: string
  memberId: string
  points: number
}

/** Expires up to `limit` lots that are due at `now`, of one member or of all. */
export async function expireLots(
  db: Ledger,
  of: { memberId: string } | 'all',
  now: Date,
  limit: number,
): Promise<Expired[]> {
  const { rows: due } = await sql<{ id: string; member_id: string }>`
    select id, member_id from points_lots
    where remaining > 0 and expires_at <= ${now} ${of === 'all' ? sql`` : sql`and member_id = ${of.memberId}`}
    order by expires_at, id limit ${limit}`.execute(db)
  if (due.length === 0) return []
  await lock(
    db,
    due.map((lot) => lot.member_id),
    now,
  )
  // Asked again now that the balances are ours: these lots may be spent by now, or another member's.
  const { rows: lots } = await sql<{ id: string; member_id: string; points: number; before: number }>`
    with gone as (
      select id, remaining, expired from points_lots
      where id = any(${due.map((lot) => lot.id)}::uuid[]) and remaining > 0 and expires_at <= ${now}
        and member_id = any(${due.map((lot) => lot.member_id)}::uuid[])
    )
    update points_lots l set remaining = 0, expired = g.expired + g.remaining
    from gone g where l.id = g.id
    returning l.id, l.member_id, g.remaining as points, g.expired as before`.execute(db)
  const rows = lots.map((lot) => ({
    id: newId(),
    kind: 'expire' as const,
    cause: `lot:${lot.id}`,
    // A refund may fill an expired lot again; what came back expires as a further leg.
    leg: `expire:${lot.before}`,
    memberId: lot.member_id,
    points: -lot.points,
    reason: 'expired',
    at: now,
    lotId: lot.id,
  }))
  await record(db, rows)
  await sql`insert into points_draws (transfer_id, lot_id, amount) select * from unnest(
    ${rows.map((r) => r.id)}::uuid[], ${rows.map((r) => r.lotId)}::uuid[], ${rows.map((r) => r.points)}::bigint[])`.execute(
    db,
  )
  await enter(
    db,
    rows.flatMap((r) => [
      { transferId: r.id, account: 'member', memberId: r.memberId, amount: r.points },
      { transferId: r.id, account: 'expired', memberId: null, amount: -r.points },
    ]),
  )
  return rows.map((r) => ({ transferId: r.id, cause: r.cause, memberId: r.memberId, points: -r.points }))
}
