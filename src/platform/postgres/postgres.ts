import pg, { type PoolConfig } from 'pg'
import { type StartLog, startPostgres } from './embedded.ts'
import type { FolderLock } from './folder-lock.ts'

export interface OpenPostgres {
  readonly connection: PoolConfig
  readonly url: string
  stop(): Promise<void>
}

/** The server at `databaseUrl`, or without one the embedded server of `dataDir` (see startPostgres). */
export async function openPostgres(options: {
  readonly databaseUrl?: string | undefined
  readonly dataDir: string
  readonly log: StartLog
  readonly lock?: FolderLock | undefined
}): Promise<OpenPostgres> {
  if (!options.databaseUrl) return startPostgres(options)
  const url = options.databaseUrl
  return { connection: { connectionString: url }, url, stop: async () => {} }
}

/** The same server, another database. */
function onDatabase(connection: PoolConfig, name: string): PoolConfig {
  if (!connection.connectionString) return { ...connection, database: name }
  const url = new URL(connection.connectionString)
  url.pathname = `/${encodeURIComponent(name)}`
  return { ...connection, connectionString: url.href }
}

/** Creates a database, as a copy of `template` when given (which nobody may be connected to), and says how to reach it. */
export async function createDatabase(connection: PoolConfig, name: string, template?: string): Promise<PoolConfig> {
  const copy = template === undefined ? '' : ` template ${pg.escapeIdentifier(template)}`
  await administer(connection, `create database ${pg.escapeIdentifier(name)}${copy}`)
  return onDatabase(connection, name)
}

/** Drops a database with its sessions; none of that name is no error. */
export async function dropDatabase(connection: PoolConfig, name: string): Promise<void> {
  await administer(connection, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
}

async function administer(connection: PoolConfig, statement: string) {
  const client = new pg.Client(onDatabase(connection, 'postgres'))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
