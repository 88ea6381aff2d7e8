// Migrations declared by the platform and by slices, for both stores. Each PostgreSQL migration and its stamp commit
// together; each warehouse statement is safe to run again. Killed at any statement, the next start goes on there.
import { sql } from 'kysely'
import type { Migrations, WarehouseMigrations } from '#kernel/capability'
import type { Db } from '#kernel/host'

export interface Declared {
  name: string
  migrations: Migrations
  warehouse: WarehouseMigrations
}

/** A number of our own for the advisory lock that lets one process migrate while others wait. */
const LOCK = 724_411

/** Runs what has not run yet, in the order of the stamps; answers the names. */
export async function migrate(
  db: Db,
  runWarehouse: (statement: string) => Promise<void>,
  declared: readonly Declared[],
): Promise<string[]> {
  return db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${LOCK})`.execute(connection)
    try {
      await sql`create table if not exists migrations (
        name text primary key, applied_at timestamptz not null default now())`.execute(connection)
      const { rows } = await sql<{ name: string }>`select name from migrations`.execute(connection)
      const done = new Set(rows.map((r) => r.name))
      const ran: string[] = []
      for (const step of inOrder(declared)) {
        if (done.has(step.name)) continue
        if (step.kind === 'warehouse') for (const statement of step.statements) await runWarehouse(statement)
        await connection.transaction().execute(async (tx) => {
          if (step.kind === 'state') await step.run(tx as Db)
          await sql`insert into migrations (name) values (${step.name})`.execute(tx)
        })
        ran.push(step.name)
      }
      return ran
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection)
    }
  })
}

type Step =
  | { kind: 'state'; name: string; stamp: string; run: (db: Db) => Promise<unknown> }
  | { kind: 'warehouse'; name: string; stamp: string; statements: readonly string[] }

/** By stamp; at the same stamp in the order of the registry, so that lower layers come first. */
function inOrder(declared: readonly Declared[]): Step[] {
  const steps: Step[] = declared.flatMap((d) => [
    ...Object.entries(d.migrations).map(
      ([stamp, run]): Step => ({ kind: 'state', name: `${d.name}/${stamp}`, stamp, run }),
    ),
    ...Object.entries(d.warehouse).map(
      ([stamp, statements]): Step => ({ kind: 'warehouse', name: `${d.name}/${stamp}/warehouse`, stamp, statements }),
    ),
  ])
  return steps.sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0))
}
