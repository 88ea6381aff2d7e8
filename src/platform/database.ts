import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Db } from '#kernel/host'

// int8 as number: our counts and sequences stay far below 2^53, and strings in arithmetic are a trap.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
// A date is a calendar day, not an instant: no time zone may touch it.
pg.types.setTypeParser(pg.types.builtins.DATE, String)

export interface Database {
  db: Db
  pool: pg.Pool
  close(): Promise<void>
}

/** A pool on which Kysely and COPY share connections. */
export function openDatabase(connection: pg.PoolConfig, size: number): Database {
  const pool = new pg.Pool({ ...connection, max: size, application_name: 'banyan' })
  // An idle connection that the server ends is replaced at the next use; without a listener it would end us.
  pool.on('error', () => {})
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool }) })
  return { db, pool, close: () => db.destroy() }
}
