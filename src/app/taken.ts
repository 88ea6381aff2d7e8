// Whether another process has the data folder, asked before everything else is loaded: who starts a second one by
// mistake is told within a moment. The lock that counts is taken with the stores.
import { configFromEnvironment } from '#platform/config'
import { lockFolder } from '#platform/postgres/folder-lock'

export function refuseTaken(): void {
  try {
    const { DATABASE_URL, CLICKHOUSE_URL, BANYAN_DATA_DIR } = configFromEnvironment()
    if (!DATABASE_URL || !CLICKHOUSE_URL) lockFolder(BANYAN_DATA_DIR).release()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}
