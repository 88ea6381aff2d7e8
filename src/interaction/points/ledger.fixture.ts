// A database with nothing but the points tables: the ledger itself, without a host around it.
import { sql } from 'kysely'
import type { PoolConfig } from 'pg'
import { inject } from 'vitest'
import { newId } from '#kernel/ids'
import { Problem } from '#kernel/problem'
import { openDatabase } from '#platform/database'
import { createDatabase, dropDatabase } from '#platform/postgres/postgres'
import type { Ledger } from './ledger.ts'
import { migrations } from './tables.ts'
import { type Proof, verifyPoints } from './verify.ts'

export interface Books {
  db: Ledger
  /** A transaction; a deadlock is tried again, as the host does. */
  tx<R>(body: (db: Ledger) => Promise<R>): Promise<R>
  verify(): Promise<Proof>
  end(): Promise<void>
}

export async function books(): Promise<Books> {
  const server: PoolConfig = JSON.parse(inject('postgres'))
  const name = `points_${newId().replaceAll('-', '')}`
  const { db, pool, close } = openDatabase(await createDatabase(server, name), 10)
  // One test kills its own connection.
  pool.on('connect', (client) => client.on('error', () => {}))
  // These tests ask what is committed together, not whether it outlives the machine.
  await sql`alter database ${sql.ref(name)} set synchronous_commit = off`.execute(db)
  for (const migrate of Object.values(migrations)) await migrate(db)
  const ledger = db as unknown as Ledger
  const tx = <R>(body: (db: Ledger) => Promise<R>): Promise<R> =>
    ledger
      .transaction()
      .execute(body)
      .catch((error: unknown) => (isDeadlock(error) ? tx(body) : Promise.reject(error)))
  return {
    db: ledger,
    tx,
    verify: () => verifyPoints(db),
    async end() {
      await close()
      await dropDatabase(server, name)
    },
  }
}

const isDeadlock = (error: unknown) => error instanceof Error && 'code' in error && error.code === '40P01'

/** The code of the Problem by which it was refused; null when it went through. Anything else is thrown. */
export async function refusal(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
}
