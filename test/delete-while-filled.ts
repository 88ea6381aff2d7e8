import { sql } from 'kysely'
import { vi } from 'vitest'
import type { World } from '#test/world'

interface Kept {
  /** What is defined, with a column `state`. */
  table: string
  /** What it is filled with; fills and looks take turns by a lock of this name. */
  rows: string
  /** The column of `rows` that names what is defined. */
  column: string
}

/**
 * Creates something that a job fills, and deletes it so that the fill meets the one who deletes before that one is done.
 * Answers the states and the rows there are of it once all has come to rest.
 */
export async function deleteWhileFilled(w: World, { table, rows, column }: Kept, create: () => Promise<string>) {
  const [turn, deleting] = await Promise.all([w.db.startTransaction().execute(), w.db.startTransaction().execute()])
  // The fill waits for its turn, and for the row when it comes.
  await sql`select pg_advisory_xact_lock(hashtext(${rows}))`.execute(turn)
  const id = await create()
  await sql`update ${sql.table(table)} set state = 'deleted' where id = ${id}`.execute(deleting)
  await turn.commit().execute()
  const waiting = sql`select 1 from pg_locks where not granted and locktype in ('transactionid', 'tuple')`
  await vi.waitUntil(async () => (await waiting.execute(w.db)).rows.length > 0, { timeout: 50_000 })
  await deleting.commit().execute()
  await w.settle()
  const states = await sql<{ state: string }>`select state from ${sql.table(table)} where id = ${id}`.execute(w.db)
  const left = await sql`select 1 from ${sql.table(rows)} where ${sql.ref(column)} = ${id}`.execute(w.db)
  return { states: states.rows.map((r) => r.state), left: left.rows.length }
}
