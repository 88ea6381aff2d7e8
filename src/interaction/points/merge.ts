// A merge moves lots and holds as they are and the balance by a transfer; nothing written before changes. What one
// of the two owed is paid out of what the other had. Undone, each gets back its own lots with what is in them.
import { sql } from 'kysely'
import { newId } from '#kernel/ids'
import { type Balance, type Entry, enter, giveBack, type Ledger, lock, record, settle } from './ledger.ts'

interface Merge {
  keepId: string
  mergeId: string
  at: Date
}

export interface Moved {
  lots: readonly string[]
  holds: readonly string[]
  owed: number
  /** The transfer that paid what one owed from what the other had. */
  settledBy: string | null
}

/** Answers what `unmergeAccounts` needs; null for a member without points, as nearly every merged visitor is. */
export async function mergeAccounts(db: Ledger, merge: Merge): Promise<Moved | null> {
  const { keepId, mergeId, at } = merge
  const any = await db
    .selectFrom('points_balances')
    .select('member_id')
    .where('member_id', '=', mergeId)
    .executeTakeFirst()
  if (!any) return null
  const balances = await lock(db, [keepId, mergeId], at)
  const lots = await give(db, 'points_lots', mergeId, keepId)
  const holds = await give(db, 'points_holds', mergeId, keepId)
  const moved = balances.get(mergeId) ?? { available: 0, held: 0, owed: 0 }
  const after = await move(db, 'merge', merge, moved)
  const paid = await settle(db, after.get(keepId), { memberId: keepId, cause: causeOf(merge), at })
  return { lots, holds, owed: moved.owed, settledBy: paid.points > 0 ? paid.id : null }
}

export async function unmergeAccounts(db: Ledger, merge: Merge, moved: Moved): Promise<void> {
  const { keepId, mergeId, at } = merge
  await lock(db, [keepId, mergeId], at)
  if (moved.settledBy) await unsettle(db, merge, moved.settledBy)
  const back = { available: 0, held: 0, owed: 0 }
  if (moved.lots.length > 0) {
    const { rows } = await sql<{ remaining: number }>`
      update points_lots set member_id = ${mergeId} where id = any(${moved.lots}::uuid[]) and member_id = ${keepId}
      returning remaining`.execute(db)
    back.available = rows.reduce((sum, lot) => sum + lot.remaining, 0)
  }
  if (moved.holds.length > 0) {
    const { rows } = await sql<{ amount: number }>`
      update points_holds set member_id = ${mergeId} where id = any(${moved.holds}::uuid[]) and member_id = ${keepId}
      returning case when state = 'held' then amount else 0 end as amount`.execute(db)
    back.held = rows.reduce((sum, hold) => sum + hold.amount, 0)
  }
  const now = await lock(db, [keepId, mergeId], at)
  back.owed = Math.min(moved.owed, now.get(keepId)?.owed ?? 0)
  const after = await move(db, 'unmerge', merge, back)
  for (const [memberId, balance] of after) await settle(db, balance, { memberId, cause: causeOf(merge), at })
}

const causeOf = ({ keepId, mergeId }: Merge) => `merge:${keepId}:${mergeId}`

async function give(db: Ledger, table: 'points_lots' | 'points_holds', from: string, to: string): Promise<string[]> {
  const rows = await db
    .updateTable(table)
    .set({ member_id: to })
    .where('member_id', '=', from)
    .returning('id')
    .execute()
  return rows.map((r) => r.id)
}

/** Moves a balance from the merged member to the kept one, or back; a pair may merge more than once. */
async function move(db: Ledger, kind: 'merge' | 'unmerge', merge: Merge, what: Balance) {
  const id = newId()
  const sign = kind === 'merge' ? 1 : -1
  const side = (memberId: string, by: number): Entry[] => [
    { transferId: id, account: 'member', memberId, amount: by * what.available },
    { transferId: id, account: 'held', memberId, amount: by * what.held },
    { transferId: id, account: 'owed', memberId, amount: -by * what.owed },
  ]
  const points = sign * (what.available - what.owed)
  await record(db, [
    {
      id,
      kind,
      cause: causeOf(merge),
      memberId: merge.keepId,
      leg: `${kind}:${id}`,
      points,
      reason: kind,
      at: merge.at,
    },
  ])
  return enter(db, [...side(merge.keepId, sign), ...side(merge.mergeId, -sign)])
}

/** Puts back what the merge made one pay for the other, into the lots it came from. */
async function unsettle(db: Ledger, merge: Merge, originId: string) {
  const { keepId: memberId, at } = merge
  const id = newId()
  const { rows } = await sql<{ points: number }>`
    select -sum(amount)::bigint as points from points_draws where transfer_id = ${originId}`.execute(db)
  const points = rows[0]?.points ?? 0
  const cause = causeOf(merge)
  await record(db, [
    { id, kind: 'settle', cause, memberId, leg: `settle:${id}`, points: 0, reason: 'unmerge', at, originId },
  ])
  const owners = await giveBack(db, { transferId: id, originId, points })
  await enter(db, [
    ...owners.map((o) => ({ transferId: id, account: 'member' as const, memberId: o.memberId, amount: o.points })),
    { transferId: id, account: 'owed', memberId, amount: -points },
  ])
}
