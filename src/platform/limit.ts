// Limits on attempts, in machine time, kept in PostgreSQL so that they outlive a restart and hold across processes.
import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Db } from '#kernel/host'

/** A window is counted in tenths: never more than `max` in any window, and room again at most a tenth late. */
const PARTS = 10

export const limitMigrations: Migrations = {
  // Unlogged: a limit forgotten after a crash of the server costs less than a log record per attempt.
  '2026-11-22T0808_rate_limits': (db) =>
    sql`
      create unlogged table rate_limits (
        key text primary key,
        slot bigint not null,
        -- Attempts in this tenth of the window and in the ten before it.
        hits integer[] not null,
        refused boolean not null,
        ends_at timestamptz not null
      ) with (fillfactor = 50);
      create index rate_limits_end on rate_limits (ends_at)`.execute(db),
}

/** Runs on evenly when somebody sets the machine's clock; only a restart takes the new time over. */
const machineNow = () => performance.timeOrigin + performance.now()

/**
 * Counts one attempt under `key`; answers 0, or the seconds to wait when there were `max` in the last `seconds` already.
 * Refused attempts are not counted: who keeps knocking is not kept out for ever. In a transaction the count is undone
 * with it.
 */
export async function limit(db: Db, key: string, max: number, seconds: number): Promise<number> {
  const width = (seconds * 1000) / PARTS
  const now = machineNow()
  const slot = Math.floor(now / width)
  // A clock set back makes the slot smaller than the stored one: the counts keep their age and move with the clock.
  const { rows } = await sql<{ hits: number[]; refused: boolean }>`
    insert into rate_limits as l (key, slot, hits, refused, ends_at)
    values (${key}, ${slot}, array[1], false, to_timestamp(${(now + 2 * seconds * 1000) / 1000}::float8))
    on conflict (key) do update set (slot, hits, refused, ends_at) = (
      select excluded.slot, case when spent then rolled else array[rolled[1] + 1] || rolled[2:] end, spent, excluded.ends_at
      from (select rolled, (select sum(hit) from unnest(rolled) hit) >= ${max}::int as spent
        from (select (array_fill(0, array[least(${PARTS + 1}, greatest(0, excluded.slot - l.slot))::int]) || l.hits)
          [1:${PARTS + 1}] as rolled) shifted) counted)
    returning hits, refused`.execute(db)
  const row = rows[0]
  if (!row?.refused) return 0
  const oldest = row.hits.findLastIndex((hits) => hits > 0)
  return Math.max(1, Math.ceil(((slot + PARTS + 1 - oldest) * width - now) / 1000))
}

/** Starts the count afresh, after a success. */
export async function resetLimit(db: Db, key: string): Promise<void> {
  await sql`delete from rate_limits where key = ${key}`.execute(db)
}

/** Drops counts of windows that are over; answers how many. Called now and then. */
export async function forgetLimits(db: Db): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from rate_limits where ends_at < to_timestamp(${machineNow() / 1000}::float8)`.execute(db)
  return Number(numAffectedRows ?? 0)
}
