// Awards: points come from the brand's `issued` account into a lot of their own, which expires as a whole.
import { sql } from 'kysely'
import { newId } from '#kernel/ids'
import { localDate, startOfDay } from '#kernel/time'
import { type Balance, earlier, enter, type Ledger, lock, record, settle } from './ledger.ts'
import { refuse } from './refusal.ts'

export interface Award {
  memberId: string
  cause: string
  at: Date
  points: number
  reason: string
  /** null: never. */
  expiresAt: Date | null
  kind?: 'award' | 'adjust'
}

export interface Awarded {
  transferId: string
  /** false for a repeat, which changed nothing. */
  fresh: boolean
  /** What the member can spend after it. */
  balance: number
  expired?: undefined
}

/** Writes awards, an answer per award in the same order: the same as one by one, in a handful of statements. */
export async function earn(db: Ledger, awards: readonly Award[], now: Date): Promise<Awarded[]> {
  for (const a of awards) if (a.expiresAt && a.expiresAt <= a.at) refuse('points.expiry_past')
  const balances = await lock(
    db,
    awards.map((a) => a.memberId),
    now,
  )
  const owing = (a: Award) => (balances.get(a.memberId)?.owed ?? 0) > 0
  const answers = new Map<Award, Awarded>()
  const together = awards.filter((a) => !owing(a))
  if (together.length > 0) await write(db, together, balances, answers)
  // What is owed is paid out of the first award, so these go one by one.
  for (const award of awards.filter(owing)) await write(db, [award], balances, answers)
  return awards.map((a) => answers.get(a) as Awarded)
}

async function write(
  db: Ledger,
  awards: readonly Award[],
  balances: ReadonlyMap<string, Balance>,
  answers: Map<Award, Awarded>,
): Promise<void> {
  const rows = awards.map((award) => {
    const { kind = 'award', reason, memberId, cause, points, at, expiresAt } = award
    const leg = kind === 'adjust' ? kind : `${kind}:${reason}`
    return { award, id: newId(), kind, leg, reason, memberId, cause, points, at, expiresAt }
  })
  const fresh = await record(db, rows)
  const added = rows.filter((r) => fresh.has(r.id))
  if (added.length > 0) {
    await sql`insert into points_lots (id, member_id, earned, remaining, expires_at)
      select id, member_id, points, points, expires_at from unnest(
        ${added.map((r) => r.id)}::uuid[], ${added.map((r) => r.memberId)}::uuid[],
        ${added.map((r) => r.points)}::bigint[], ${added.map((r) => r.expiresAt)}::timestamptz[])
        as lot (id, member_id, points, expires_at)`.execute(db)
    await enter(
      db,
      added.flatMap(({ id, memberId, points }) => [
        { transferId: id, account: 'issued', memberId: null, amount: -points },
        { transferId: id, account: 'member', memberId, amount: points },
      ]),
    )
  }
  for (const row of rows) {
    const balance = balances.get(row.memberId) ?? { available: 0, held: 0, owed: 0 }
    if (fresh.has(row.id)) {
      balance.available += row.points
      const { points: paid } = await settle(db, balance, row)
      balance.available -= paid
      balance.owed -= paid
    }
    const transferId = fresh.has(row.id) ? row.id : await earlier(db, row)
    answers.set(row.award, { transferId, fresh: fresh.has(row.id), balance: balance.available })
  }
}

/** When an award expires unless it says otherwise: at the end of the month `months` ahead, in the brand's zone; 0: never. */
export function expiryRule(months: number, zone: string): (at: Date) => Date | null {
  const ends = new Map<string, Date>()
  return (at) => {
    if (months === 0) return null
    const month = localDate(at, zone).slice(0, 7)
    let end = ends.get(month)
    if (!end) {
      const after = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) + months
      end = startOfDay(`${Math.floor(after / 12)}-${String((after % 12) + 1).padStart(2, '0')}-01`, zone)
      ends.set(month, end)
    }
    return end
  }
}
