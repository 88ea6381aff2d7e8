// Everything that takes points from a member: spending, holding, and correcting downwards.
import { newId } from '#kernel/ids'
import { expireLots } from './expiry.ts'
import { type Balance, drain, earlier, enter, type Ledger, lock, record } from './ledger.ts'
import { refuse } from './refusal.ts'
import type { Account } from './tables.ts'

export interface Taking {
  kind: 'spend' | 'hold' | 'adjust'
  memberId: string
  cause: string
  at: Date
  points: number
  reason: string
}

/** Where the points go. */
const INTO = { spend: 'redeemed', hold: 'held', adjust: 'issued' } as const satisfies Record<Taking['kind'], Account>

export interface Taken {
  transferId: string
  fresh: boolean
  balance: number
  /** Lots that had expired and were found on the way. */
  expired: readonly { memberId: string; points: number }[]
}

/** Takes points, soonest to expire first; refuses with `points.insufficient` when there are not enough. */
export async function take(db: Ledger, taking: Taking): Promise<Taken> {
  const { kind, memberId, cause, at, points, reason } = taking
  const { balance, expired } = await open(db, memberId, at)
  const leg = kind === 'adjust' ? kind : `${kind}:${reason}`
  const id = newId()
  const fresh = await record(db, [{ id, kind, leg, memberId, cause, at, reason, points: -points }])
  if (!fresh.has(id))
    return {
      transferId: await earlier(db, { cause, memberId, leg }),
      fresh: false,
      balance: balance.available,
      expired,
    }
  const account = INTO[kind]
  const after = await enter(db, [
    { transferId: id, account: 'member', memberId, amount: -points },
    { transferId: id, account, memberId: account === 'held' ? memberId : null, amount: points },
  ])
  const left = after.get(memberId) ?? refuse('points.insufficient')
  await drain(db, { transferId: id, memberId, points })
  return { transferId: id, fresh: true, balance: left.available, expired }
}

/** The member's balance, taken for this transaction, without lots that expired since the timer last ran. */
export async function open(
  db: Ledger,
  memberId: string,
  now: Date,
): Promise<{ balance: Balance; expired: readonly { memberId: string; points: number }[] }> {
  const found = (await lock(db, [memberId], now)).get(memberId)
  if (!found) throw new Error(`no balance of ${memberId}`)
  const expired = found.due ? await expireLots(db, { memberId }, now, 1_000) : []
  const gone = expired.reduce((sum, e) => sum + e.points, 0)
  return { balance: { ...found, available: found.available - gone }, expired }
}
