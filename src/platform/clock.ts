// Domain time: all that a member or operator can see. Machine time (leases, back-off, rate limits) is not here.
import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Db } from '#kernel/host'

export interface Clock {
  manual: boolean
  now(): Date
  /** Manual clock only: jumps to the instant and keeps it in the database. */
  jump(to: Date): Promise<void>
}

export const clockMigrations: Migrations = {
  '2026-11-22T0800_clock': (db) =>
    sql`create table domain_clock (id boolean primary key default true check (id), at timestamptz not null)`.execute(
      db,
    ),
}

export const realClock: Clock = {
  manual: false,
  now: () => new Date(),
  jump: () => Promise.reject(new Error('the clock is real')),
}

/** Starts at the real time, stands still until moved, and is kept, so that a restart goes on where it stood. */
export async function openManualClock(db: Db): Promise<Clock> {
  const { rows } = await sql<{ at: Date }>`
    insert into domain_clock (at) values (date_trunc('milliseconds', clock_timestamp()))
    on conflict (id) do update set at = domain_clock.at returning at`.execute(db)
  let at = rows[0]?.at ?? new Date()
  return {
    manual: true,
    now: () => new Date(at),
    async jump(to) {
      await sql`update domain_clock set at = ${to}`.execute(db)
      at = to
    },
  }
}
