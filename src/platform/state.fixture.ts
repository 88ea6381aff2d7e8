// A PostgreSQL of its own for tests of platform parts that need no capabilities; see test/world.ts for the rest.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { PoolConfig } from 'pg'
import type { Migrations } from '#kernel/capability'
import type { Db } from '#kernel/host'
import { openDatabase } from './database.ts'
import { startPostgres } from './postgres/embedded.ts'

export interface State {
  /** As superuser. */
  db: Db
  connection: PoolConfig
  end(): Promise<void>
}

export async function openState(...migrations: readonly Migrations[]): Promise<State> {
  const dataDir = mkdtempSync(join(tmpdir(), 'banyan-state-'))
  const log = { info: () => {}, warn: () => {} }
  const server = await startPostgres({ dataDir, log, settings: { shared_buffers: '64MB', fsync: 'off' } })
  // 64 writers at once in one test.
  const { db, close } = openDatabase(server.connection, 70)
  for (const steps of migrations) for (const run of Object.values(steps)) await run(db)
  return {
    db,
    connection: server.connection,
    async end() {
      await close()
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** What a statement fails with: its SQLSTATE; null when it does not fail. */
export async function stateOf(db: Db, statement: string): Promise<string | null> {
  try {
    await sql.raw(statement).execute(db)
    return null
  } catch (error) {
    return String((error as { code?: unknown }).code)
  }
}
