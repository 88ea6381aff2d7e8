// Opens both stores: the embedded ones in the data folder, or those that the configuration names.
import type pg from 'pg'
import { type Clickhouse, openClickhouse } from '#platform/clickhouse/clickhouse'
import type { Config } from '#platform/config'
import type { Log } from '#platform/log'
import { lockFolder } from '#platform/postgres/folder-lock'
import { openPostgres } from '#platform/postgres/postgres'

export interface Stores {
  connection: pg.PoolConfig
  clickhouse: Clickhouse
  stop(): Promise<void>
}

/** One process owns a data folder. With both stores outside nothing in it is shared, and many may run. */
export async function openStores(config: Config, log: Log): Promise<Stores> {
  const { DATABASE_URL: databaseUrl, CLICKHOUSE_URL: url, BANYAN_DATA_DIR: dataDir } = config
  const lock = databaseUrl && url ? null : lockFolder(dataDir)
  try {
    const [postgres, clickhouse] = await Promise.all([
      openPostgres({ ...(databaseUrl ? { databaseUrl } : {}), dataDir, log, ...(lock ? { lock } : {}) }),
      openClickhouse({ ...(url ? { url } : {}), dataDir, log, memory: config.BANYAN_INSIGHT_MEMORY * 1024 * 1024 }),
    ])
    return {
      connection: postgres.connection,
      clickhouse,
      async stop() {
        await clickhouse.stop()
        await postgres.stop()
        lock?.release()
      },
    }
  } catch (error) {
    lock?.release()
    throw error
  }
}
