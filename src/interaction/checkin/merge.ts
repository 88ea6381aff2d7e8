// Merged members have checked in on every day on which one of them did; streaks are counted anew.
import { type Kysely, sql } from 'kysely'
import { restreak } from './day.ts'
import type { CheckinTables } from './tables.ts'

interface Merge {
  keepId: string
  mergeId: string
}

export interface MovedDays {
  days: { day: string; cause: string; at: string }[]
  /** Those of them that the kept member had as well. */
  shared: string[]
}

export async function moveDays(db: Kysely<CheckinTables>, { keepId, mergeId }: Merge): Promise<MovedDays | null> {
  const { rows } = await sql<{ day: string; cause: string; at: Date; shared: boolean }>`
    select m.day, m.cause, m.at, k.day is not null as shared
    from checkins m left join checkins k on k.member_id = ${keepId} and k.day = m.day
    where m.member_id = ${mergeId} order by m.day`.execute(db)
  if (rows.length === 0) return null
  await sql`
    with gone as (delete from checkins where member_id = ${mergeId} returning day, streak, cause, at)
    insert into checkins (member_id, day, streak, cause, at)
    select ${keepId}::uuid, day, streak, cause, at from gone
    on conflict (member_id, day) do nothing`.execute(db)
  await restreak(db, keepId)
  return {
    days: rows.map(({ day, cause, at }) => ({ day, cause, at: at.toISOString() })),
    shared: rows.filter((r) => r.shared).map((r) => r.day),
  }
}

export async function returnDays(
  db: Kysely<CheckinTables>,
  { keepId, mergeId }: Merge,
  moved: MovedDays,
): Promise<void> {
  await sql`
    insert into checkins (member_id, day, streak, cause, at)
    select ${mergeId}::uuid, day, 1, cause, at from unnest(
      ${moved.days.map((d) => d.day)}::date[], ${moved.days.map((d) => d.cause)}::text[],
      ${moved.days.map((d) => d.at)}::timestamptz[]) as d (day, cause, at)
    on conflict (member_id, day) do nothing`.execute(db)
  await sql`
    delete from checkins where member_id = ${keepId}
      and day = any(${moved.days.map((d) => d.day)}::date[]) and not day = any(${moved.shared}::date[])`.execute(db)
  await restreak(db, keepId)
  await restreak(db, mergeId)
}
