/** A process for the tests to signal: starts a server on argv's folder, says so in one line of JSON, ends on SIGTERM. */
import pg from 'pg'
import { startPostgres } from './embedded.ts'
import { FolderInUse } from './folder-lock.ts'

const [dataDir = '', native] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const began = performance.now()

try {
  const log = { info: () => {}, warn: () => {} }
  const server = await startPostgres({ dataDir, log, native, settings: { shared_buffers: '16MB' } })
  const alive = setInterval(() => {}, 60_000)
  process.once('SIGTERM', async () => {
    const client = new pg.Client(server.connection)
    await client.connect()
    const { rows } = await client.query('select 1 as drained')
    await client.end()
    await server.stop()
    clearInterval(alive)
    say({ drained: rows[0]?.drained === 1 })
  })
  say({ pid: server.pid, connection: server.connection, ms: performance.now() - began })
} catch (error) {
  const pid = error instanceof FolderInUse ? error.pid : undefined
  say({ error: error instanceof Error ? error.message : String(error), holder: pid, ms: performance.now() - began })
}
