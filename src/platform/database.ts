import { Kysely, PostgresDialect, sql } from 'kysely'
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

/**
 * A writing transaction that stays open holds up everybody's events: the journal's order waits for the oldest one.
 * Health alarms after 5 s; this ends it, so that nothing stands still for long, whoever forgot to commit.
 */
export const MOST_TRANSACTION_SECONDS = 30

/** The machine's time in SQL, for what concerns the stores; the brand's time is `ctx.now`. */
export const machineTime = sql`clock_timestamp()`

interface Options {
  /** Ends transactions that stay open longer; none for maintenance. */
  mostSeconds?: number
}

/** A pool on which Kysely and COPY share connections. */
export function openDatabase(connection: pg.PoolConfig, size: number, { mostSeconds }: Options = {}): Database {
  const pool = new pg.Pool({ ...connection, max: size, application_name: 'banyan' })
  // An idle connection that the server ends is replaced at the next use; without a listener it would end us.
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    // The same for one in use that is between two statements; the next statement fails and tells it.
    client.on('error', () => {})
    if (mostSeconds !== undefined) limitTransactions(client, mostSeconds)
  })
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool }) })
  return { db, pool, close: () => db.destroy() }
}

/** PostgreSQL before 17 knows no limit of a whole transaction: there each statement and each pause has it. */
function limitTransactions(client: pg.PoolClient, seconds: number) {
  client
    .query(
      `select case when current_setting('server_version_num')::int >= 170000
          then set_config('transaction_timeout', $1, false)
        else set_config('statement_timeout', $1, false) || set_config('idle_in_transaction_session_timeout', $1, false) end`,
      [`${seconds}s`],
    )
    // Whoever uses the connection next meets the same trouble, and tells it.
    .catch(() => {})
}
