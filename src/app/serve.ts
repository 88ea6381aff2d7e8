// `banyan serve`: the running product. Drains on SIGTERM, says where to go next.
import { ensureWriteKey } from '#data/ingest'
import { ensureOwner, setupLink } from '#people/operator'
import type { Config } from '#platform/config'
import { createLog } from '#platform/log'
import { newSecret } from '#platform/secret'
import { capabilities } from './capabilities.ts'
import { announce, withdraw } from './instance.ts'
import { loadSample } from './sample.ts'
import { startServer } from './server.ts'
import { openStores } from './stores.ts'
import { startSystem } from './system.ts'

/** What is still running after this long is cut off; the supervisor would do it anyway. */
const DRAIN_MS = 30_000

export async function serve(config: Config): Promise<void> {
  const log = createLog(config.BANYAN_LOG)
  const started = performance.now()
  const stores = await openStores(config, log)
  const system = await startSystem({ config, log, ...stores, capabilities }).catch(async (error: unknown) => {
    await stores.stop()
    throw error
  })
  const now = system.host.now()
  // Commands of the same account reach this instance by a key that lives as long as the process.
  const apiKey = config.BANYAN_API_KEY ?? `local_${newSecret()}`
  const warnings = await ensureOwner(system.host.db, {
    email: config.BANYAN_OWNER_EMAIL,
    password: config.BANYAN_OWNER_PASSWORD,
    apiKey,
    now,
  })
  for (const warning of warnings) log.warn(warning.en)
  if (config.BANYAN_WRITE_KEY) await ensureWriteKey(system.host.db, config.BANYAN_WRITE_KEY, now)
  const server = config.BANYAN_ROLE === 'worker' ? null : await startServer(system, log)

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), DRAIN_MS).unref()
    withdraw(config)
    await server?.stop()
    await system.stop()
    await stores.stop()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))

  const base = config.BANYAN_PUBLIC_URL ?? `http://localhost:${server?.port ?? config.PORT}`
  if (server) announce(config, `http://${loopback(config.BANYAN_HOST)}:${server.port}`, apiKey)
  if (config.BANYAN_SAMPLE) await loadSample(system, log)
  const link = server ? await setupLink(system.host.db, system.host.now()) : null
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(
    link
      ? `\nBanyan 榕 ready in ${seconds} s. Create the owner account · 创建所有者账号: ${base}/console/setup?token=${link}\n`
      : `\nBanyan 榕 ready in ${seconds} s. Console · 控制台: ${base}/console/  Portal · 会员端: ${base}/\n`,
  )
}

const loopback = (host: string) => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host)
