// Days and streaks: one row per member and local day; the streak of a day is one more than that of the day before.
import { type Kysely, sql } from 'kysely'
import { addDays } from '#kernel/time'
import type { CheckinTables } from './tables.ts'

export interface Mark {
  memberId: string
  day: string
  cause: string
  at: Date
}

export interface Marked {
  day: string
  streak: number
  /** `taken`: the day was marked before, by another cause. */
  outcome: 'new' | 'repeat' | 'taken'
}

/** A number of our own for this family of advisory locks. */
const LOCKS = 724_412
/** A lock per member could fill the server's lock table in one import; this many keep strangers apart well enough. */
const QUEUES = 512

interface Day {
  streak: number
  cause: string
  /** Set where the row has to be written. */
  at?: Date
}

/** Marks days in the given order; a day between two streaks joins them. An answer per mark. */
export async function mark(db: Kysely<CheckinTables>, marks: readonly Mark[]): Promise<Marked[]> {
  const members = new Map<string, Map<string, Day>>(marks.map((m) => [m.memberId, new Map()]))
  const ids = [...members.keys()]
  // One member's check-ins queue up, so that no day is new twice and no streak misses a day just being written.
  await sql`select pg_advisory_xact_lock(${LOCKS}, queue) from (
    select distinct abs(hashtext(m) % ${QUEUES}) as queue from unnest(${ids}::text[]) m order by queue) as q`.execute(
    db,
  )
  const { rows } = await sql<{ member_id: string; day: string; streak: number; cause: string }>`
    select c.member_id, c.day, c.streak, c.cause
    from (select member_id, min(day) as first from unnest(
      ${marks.map((m) => m.memberId)}::uuid[], ${marks.map((m) => m.day)}::date[]) as mark (member_id, day)
      group by member_id) m
    join checkins c on c.member_id = m.member_id and c.day >= m.first - 1`.execute(db)
  for (const { member_id, day, streak, cause } of rows) members.get(member_id)?.set(day, { streak, cause })

  const answers = marks.map((m) => add(members.get(m.memberId) ?? new Map(), m))
  await write(db, members)
  return answers
}

function add(days: Map<string, Day>, { day, cause, at }: Mark): Marked {
  const there = days.get(day)
  if (there) return { day, streak: there.streak, outcome: there.cause === cause ? 'repeat' : 'taken' }
  const streak = (days.get(addDays(day, -1))?.streak ?? 0) + 1
  days.set(day, { streak, cause, at })
  let next = streak
  for (let later = addDays(day, 1); ; later = addDays(later, 1)) {
    const row = days.get(later)
    if (!row) break
    days.set(later, { ...row, streak: ++next, at: row.at ?? at })
  }
  return { day, streak, outcome: 'new' }
}

async function write(db: Kysely<CheckinTables>, members: ReadonlyMap<string, ReadonlyMap<string, Day>>): Promise<void> {
  const rows = [...members].flatMap(([memberId, days]) =>
    [...days].flatMap(([day, { streak, cause, at }]) => (at ? [{ memberId, day, streak, cause, at }] : [])),
  )
  if (rows.length === 0) return
  await sql`
    insert into checkins (member_id, day, streak, cause, at)
    select * from unnest(
      ${rows.map((r) => r.memberId)}::uuid[], ${rows.map((r) => r.day)}::date[],
      ${rows.map((r) => r.streak)}::integer[], ${rows.map((r) => r.cause)}::text[],
      ${rows.map((r) => r.at)}::timestamptz[])
    on conflict (member_id, day) do update set streak = excluded.streak`.execute(db)
}

/** Counts the streaks of a member's days anew. */
export async function restreak(db: Kysely<CheckinTables>, memberId: string): Promise<void> {
  await sql`
    update checkins c set streak = s.streak
    from (
      select day, row_number() over (partition by island order by day) as streak
      from (select day, day - (row_number() over (order by day))::integer as island
            from checkins where member_id = ${memberId}) days
    ) s
    where c.member_id = ${memberId} and c.day = s.day and c.streak <> s.streak`.execute(db)
}
