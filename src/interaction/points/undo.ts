// Taking back what one cause did to points: awards and adjustments, spends and posted holds are reversed by the rule of
// reverse.ts (what was spent already is owed, what has expired is gone already), and open holds are released.
import { sql } from 'kysely'
import type { Consequence, UndoContext } from '#kernel/contribution'
import { expired, released, reversed } from './declare.ts'
import { end } from './hold.ts'
import { reverse } from './reverse.ts'
import type { PointsTables } from './tables.ts'

interface Effect {
  id: string
  memberId: string
  open: boolean
}

export async function undoPoints(ctx: UndoContext<PointsTables>): Promise<Consequence[]> {
  let [taken, given, owed] = [0, 0, 0]
  for (const { id, memberId, open } of await effectsOf(ctx)) {
    if (open) {
      const ended = await end(ctx.db, { holdId: id, memberId, into: 'voided', cause: ctx.undoing, at: ctx.now })
      if (!ended?.fresh) continue
      ctx.emit(released, { points: ended.points, holdId: id, why: 'voided' }, { memberId })
      given += ended.points
      continue
    }
    const done = await reverse(ctx.db, { transferId: id, memberId, cause: ctx.undoing, at: ctx.now })
    if (!done?.fresh) continue
    for (const lot of done.expired) ctx.emit(expired, { points: lot.points }, { memberId })
    const { transferId, points } = done
    ctx.emit(reversed, { points, transferId, originId: id, owed: done.owed }, { memberId })
    if (points < 0) taken += points
    else given += points
    owed += done.unpaid
  }
  return [
    { title: { en: 'Points taken back', zh: '收回积分' }, count: taken },
    {
      title: {
        en: 'Of these spent already: owed until more points come in',
        zh: '其中已被花掉：记为欠分，由后续积分抵扣',
      },
      count: owed,
    },
    { title: { en: 'Points given back', zh: '返还积分' }, count: given },
  ].filter(({ count }) => count !== 0)
}

/**
 * What carries the cause and is not wholly taken back, with whoever it is reversed for: the owner of the lot it filled
 * or of a lot it drew from. In the order of members, as all take their balances.
 */
async function effectsOf({ db, cause, now, inScope }: UndoContext<PointsTables>): Promise<Effect[]> {
  const { rows } = await sql<Effect>`
    select o.id, o.open, o.member_id as "memberId" from (
      select t.id, h.state is not distinct from 'held' as open,
        case when h.state = 'held' then h.member_id else coalesce(l.member_id, (
          select drawn.member_id from points_draws d join points_lots drawn on drawn.id = d.lot_id
          where d.transfer_id = t.id order by drawn.member_id limit 1)) end as member_id,
        abs(t.points) - coalesce(l.expired, 0) - coalesce((
          select sum(abs(r.points)) from points_transfers r where r.origin_id = t.id and r.kind = 'reverse'), 0) as rest
      from points_transfers t left join points_lots l on l.id = t.id left join points_holds h on h.id = t.id
      where t.id in (select case kind when 'post' then origin_id else id end from points_transfers
          where cause = ${cause} and kind in ('award', 'spend', 'adjust', 'hold', 'post'))
        and (h.id is null or h.state = 'posted' or (h.state = 'held' and h.expires_at > ${now}))
    ) o where o.rest > 0 and ${inScope(sql.ref('o.member_id'))} order by o.member_id, o.id`.execute(db)
  return rows
}
