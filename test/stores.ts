// One real PostgreSQL and one real ClickHouse engine for the whole run; each test file gets databases of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { superviseChild } from '#platform/clickhouse/supervisor'
import { createLog } from '#platform/log'
import { openPostgres } from '#platform/postgres/postgres'

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: string
    clickhouse: string
  }
}

export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-test-'))
  const log = createLog('error')
  const databaseUrl = process.env.TEST_DATABASE_URL
  const postgres = await openPostgres({ ...(databaseUrl ? { databaseUrl } : {}), dataDir: folder, log })
  const engine = await superviseChild(join(folder, 'clickhouse'), log)
  const address = await engine.address()
  const url = new URL(address.url)
  url.username = 'default'
  url.password = address.token
  project.provide('postgres', JSON.stringify(postgres.connection))
  project.provide('clickhouse', url.href)
  return async () => {
    await engine.stop()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
