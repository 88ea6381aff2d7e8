// What comes after an erasure. While any row of an erased member may be in the warehouse, its number is hidden from
// every question; rounds take the rows out and show the number again when none is left. Rows that are sealed for an
// erased member later (what was on its way, what a reactor still did) open it anew in the transaction that seals them.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Erasure } from '#kernel/host'
import { newId } from '#kernel/ids'
import type { Incoming } from '#kernel/road'
import type { Sealer } from '#kernel/sealer'
import { addDays, startOfDay } from '#kernel/time'
import { job, timer } from './declare.ts'
import type { Store } from './stored.ts'

/** What one question can bear to be told to leave out (some 8 bytes a number, three times, in a request's head). */
export const MOST_OPEN = 2000
/** Members a round takes: large parts of the warehouse are rewritten once for all of them. */
const MOST_A_ROUND = 1000
/** A round that could not be done is tried again after this. */
const AGAIN_MS = 3_600_000

export const about = (memberId: string) => `erasure:${memberId}`

export async function hiddenNumbers(db: Store): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`select m.number from erasures e join members m on m.id = e.member_id
    where (e.pending or e.round is not null) and m.number is not null order by m.number`.execute(db)
  return rows.map((r) => r.number)
}

/** In the transaction that seals rows of erased members. */
export async function sweepAgain(tx: Store, memberIds: ReadonlySet<string>, late: readonly Incoming[]): Promise<void> {
  const at = new Date(Math.max(...late.map((r) => r.receivedAt.getTime())))
  await sql`with e as (select member_id from erasures where member_id = any(${[...memberIds]}::uuid[])
      order by member_id for update)
    update erasures set pending = true, due_at = ${at} from e where erasures.member_id = e.member_id`.execute(tx)
}

interface Round {
  id: string
  members: readonly { id: string; number: number | null; known: string | null }[]
}

/** The round that was cut off, else a new one of whom no other transaction is just sealing rows; null when none is left. */
async function takeRound(db: Store): Promise<Round | null> {
  const { rows: open } = await sql<{ round: string }>`select round from erasures
    where round is not null order by round limit 1`.execute(db)
  const id = open[0]?.round ?? newId()
  if (open.length === 0)
    await sql`with e as (select member_id from erasures where pending and round is null
        order by member_id limit ${MOST_A_ROUND} for update skip locked)
      update erasures set pending = false, round = ${id} from e where erasures.member_id = e.member_id`.execute(db)
  const { rows: members } = await sql<Round['members'][number]>`select e.member_id as id, m.number, e.known
    from erasures e join members m on m.id = e.member_id where e.round = ${id} order by e.member_id`.execute(db)
  return members.length === 0 ? null : { id, members }
}

const closeRound = (db: Store, id: string) =>
  sql`with e as (select member_id from erasures where round = ${id} order by member_id for update)
    update erasures set round = null, known = case when pending then known end
    from e where erasures.member_id = e.member_id`.execute(db)

const erasureOf = ({ id, members }: Round, sealer: Sealer): Erasure => ({
  id,
  memberIds: members.map((m) => m.id),
  numbers: members.flatMap((m) => m.number ?? []),
  values: members.flatMap((m) => {
    const text = m.known === null ? null : sealer.open(m.known, about(m.id))
    return text === null ? [] : (JSON.parse(text) as string[])
  }),
})

export const sweep = job('member.sweep', {
  payload: z.object({}),
  async run(ctx) {
    for (;;) {
      const round = await takeRound(ctx.db)
      if (!round) return
      await ctx.runtime.erase(erasureOf(round, ctx.sealer))
      await closeRound(ctx.db, round.id)
      if (ctx.signal.aborted) return
    }
  },
})

/** Right after an erasure, and again after an hour where that was not done. */
export const sweepDue = timer('member.sweep_due', {
  async nextAt(db) {
    const { rows } = await sql<{ at: Date | null }>`select min(due_at) as at from erasures
      where pending or round is not null`.execute(db)
    return rows[0]?.at ?? null
  },
  async run(ctx) {
    const { numAffectedRows } = await sql`with e as (select member_id from erasures
        where (pending or round is not null) and due_at <= ${ctx.now} order by member_id for update)
      update erasures set due_at = ${new Date(ctx.now.getTime() + AGAIN_MS)}
      from e where erasures.member_id = e.member_id`.execute(ctx.db)
    await ctx.enqueue(sweep, {}, { key: 'sweep' })
    return Number(numAffectedRows ?? 0)
  },
})

/** Rows of erased members that are there all the same, say after the warehouse was put back from a copy. */
export const findTraces = job('member.find_traces', {
  payload: z.object({}),
  async run(ctx) {
    for (let after = 0; ; ) {
      const { rows } = await sql<{
        number: number
      }>`select m.number from erasures e join members m on m.id = e.member_id
        where m.number > ${after} order by m.number limit ${MOST_OPEN}`.execute(ctx.db)
      const numbers = rows.map((r) => r.number)
      const last = numbers.at(-1)
      if (last === undefined) return
      after = last
      const found = await ctx.warehouse.query<{ number: number }>(
        `SELECT DISTINCT member AS number FROM events WHERE member IN {numbers:Array(UInt32)}
        UNION DISTINCT SELECT member FROM facts WHERE member IN {numbers:Array(UInt32)} AND key != 'erased'
        UNION DISTINCT SELECT number FROM members WHERE number IN {numbers:Array(UInt32)}`,
        { numbers },
        { lane: 'background' },
      )
      await sql`with e as (select e.member_id from erasures e join members m on m.id = e.member_id
          where m.number = any(${found.map((r) => Number(r.number))}::int[]) order by e.member_id for update of e)
        update erasures set pending = true, due_at = ${ctx.now} from e where erasures.member_id = e.member_id`.execute(
        ctx.db,
      )
    }
  },
})

/** Three in the morning: late enough for what a day left, early enough for a few hours of rewriting. */
const NIGHT_MS = 3 * 3_600_000

export const nightly = timer('member.find_traces_due', {
  async nextAt(db) {
    const row = await db.selectFrom('erasure_clock').select('due_at').executeTakeFirst()
    return row?.due_at ?? null
  },
  async run(ctx) {
    await ctx.enqueue(findTraces, {}, { key: 'night' })
    const next = startOfDay(addDays(ctx.today(), 1), ctx.brand.zone).getTime() + NIGHT_MS
    await ctx.db
      .updateTable('erasure_clock')
      .set({ due_at: new Date(next) })
      .execute()
    return 1
  },
})
