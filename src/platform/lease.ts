// A lease says which process does a thing that one process must do. It ends 10 s after its holder falls silent; every
// transaction of the holder checks the fence, so one that was frozen and wakes up late can commit nothing.
import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Db } from '#kernel/host'

/** Long enough for a stop-the-world pause, short enough that a crash costs seconds (contract: ≤ 15 s). */
const SECONDS = 10

export const leaseMigrations: Migrations = {
  '2026-11-22T0801_leases': (db) =>
    sql`create table leases (
      name text primary key,
      holder uuid not null,
      fence bigint not null,
      expires_at timestamptz not null)`.execute(db),
}

export interface Lease {
  name: string
  fence: number
}

/** Takes or renews; null while another process holds it. */
export async function takeLease(db: Db, name: string, holder: string): Promise<Lease | null> {
  const { rows } = await sql<{ fence: number }>`
    insert into leases as l (name, holder, fence, expires_at)
    values (${name}, ${holder}, 1, clock_timestamp() + make_interval(secs => ${SECONDS}))
    on conflict (name) do update set
      holder = excluded.holder,
      fence = case when l.holder = excluded.holder then l.fence else l.fence + 1 end,
      expires_at = excluded.expires_at
    where l.holder = excluded.holder or l.expires_at < clock_timestamp()
    returning fence`.execute(db)
  return rows[0] ? { name, fence: rows[0].fence } : null
}

/** Throws inside the holder's transaction when the lease has passed to another. */
export async function checkLease(tx: Db, lease: Lease): Promise<void> {
  const { rows } = await sql`
    select 1 from leases where name = ${lease.name} and fence = ${lease.fence} for share`.execute(tx)
  if (rows.length === 0) throw new LeaseLost(lease.name)
}

export class LeaseLost extends Error {
  constructor(name: string) {
    super(`the lease ${name} has passed to another process`)
    this.name = 'LeaseLost'
  }
}

/** Gives it up, so that the next process need not wait. */
export async function releaseLease(db: Db, name: string, holder: string): Promise<void> {
  await sql`update leases set expires_at = 'epoch' where name = ${name} and holder = ${holder}`.execute(db)
}
