// One real PostgreSQL and one real ClickHouse engine for the whole run; each test file gets databases of its own, in
// PostgreSQL a copy of one that is migrated once: a hundred times that was a tenth of the whole run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type pg from 'pg'
import type { TestProject } from 'vitest/node'
import { capabilities } from '#app/capabilities'
import { migrateStores } from '#app/system'
import { superviseChild } from '#platform/clickhouse/supervisor'
import { openDatabase } from '#platform/database'
import { migrateJobs } from '#platform/jobs'
import { createLog } from '#platform/log'
import { startPostgres } from '#platform/postgres/embedded'
import { createDatabase, dropDatabase, openPostgres } from '#platform/postgres/postgres'

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: string
    /** The migrated database that others are copies of. */
    template: string
    clickhouse: string
  }
}

/** No test pulls this machine's plug. Those that kill a process start one of their own, with the settings of the product. */
const HASTY = { fsync: 'off', full_page_writes: 'off', wal_compression: 'off' }

export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-test-'))
  const log = createLog('error')
  const databaseUrl = process.env.TEST_DATABASE_URL
  const postgres = databaseUrl
    ? await openPostgres({ databaseUrl, dataDir: folder, log })
    : await startPostgres({ dataDir: folder, log, settings: HASTY })
  const engine = await superviseChild(join(folder, 'clickhouse'), log)
  const address = await engine.address()
  const url = new URL(address.url)
  url.username = 'default'
  url.password = address.token
  project.provide('postgres', JSON.stringify(postgres.connection))
  project.provide('clickhouse', url.href)
  const template = `t_template_${process.pid}`
  await makeTemplate(await createDatabase(postgres.connection, template))
  project.provide('template', template)
  return async () => {
    await engine.stop()
    await dropDatabase(postgres.connection, template)
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Tables of the warehouse each file makes for itself: no stamp says that they are there. */
async function makeTemplate(connection: pg.PoolConfig) {
  const { db, close } = openDatabase(connection, 2)
  await migrateStores(db, { database: '', command: async () => {} }, capabilities)
  await sql`delete from migrations where name like '%/warehouse'`.execute(db)
  await close()
  await migrateJobs(connection)
}
