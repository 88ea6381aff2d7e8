// How commands reach an instance: the one at BANYAN_URL, else the one that runs on the data folder, else the same
// system started in this process without a server, for as long as the command takes.
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { take } from '#data/ingest'
import { httpInstance } from '#interaction/import'
import type { Actor } from '#kernel/context'
import { Problem, said } from '#kernel/problem'
import { perform } from '#kernel/run'
import type { Config } from '#platform/config'
import { createLog } from '#platform/log'
import { capabilities } from './capabilities.ts'
import { openStores } from './stores.ts'
import { type System, startSystem } from './system.ts'

type Call = (operation: string, input: object) => Promise<unknown>

export interface Instance {
  call: Call
  upload(name: string, bytes: Uint8Array): Promise<string>
  track(writeKey: string, batch: readonly object[]): Promise<void>
  visible(): Promise<boolean>
  close(): Promise<void>
}

/** What the running server leaves in its folder for commands of the same account; readable by that account only. */
const noteOf = (config: Config) => join(config.BANYAN_DATA_DIR, 'instance.json')

export function announce(config: Config, url: string, key: string): void {
  writeFileSync(noteOf(config), JSON.stringify({ url, key }), { mode: 0o600 })
  chmodSync(noteOf(config), 0o600)
}
export const withdraw = (config: Config): void => rmSync(noteOf(config), { force: true })

export async function openInstance(config: Config): Promise<Instance> {
  const running = await findRunning(config)
  if (running) return overHttp(running.url, running.key)
  const log = createLog(config.BANYAN_LOG === 'info' ? 'warn' : config.BANYAN_LOG)
  const stores = await openStores(config, log)
  const system = await startSystem({ config, log, ...stores, capabilities }).catch(async (error: unknown) => {
    await stores.stop()
    throw error
  })
  return {
    ...inProcess(system),
    async close() {
      await system.stop()
      await stores.stop()
    },
  }
}

async function findRunning(config: Config): Promise<{ url: string; key: string } | null> {
  if (config.BANYAN_URL && config.BANYAN_API_KEY) return { url: config.BANYAN_URL, key: config.BANYAN_API_KEY }
  try {
    const note = JSON.parse(readFileSync(noteOf(config), 'utf8')) as { url: string; key: string }
    const answer = await fetch(new URL('/healthz', note.url), { signal: AbortSignal.timeout(2000) })
    return answer.ok ? note : null
  } catch {
    // None was left, or nobody answers there any more.
    return null
  }
}

function overHttp(url: string, key: string): Instance {
  const settled = async (call: Call) => ((await call('health.settled', {})) as { settled: boolean }).settled
  return {
    ...httpInstance(url, key, settled),
    async track(writeKey, batch) {
      const headers = { authorization: basic(writeKey), 'content-type': 'application/json' }
      const body = JSON.stringify({ batch })
      const answer = await fetch(new URL('/v1/batch', url), { method: 'POST', headers, body })
      if (!answer.ok) throw new Error(`tracking answered ${answer.status}`)
    },
    close: async () => {},
  }
}

const basic = (writeKey: string) => `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`

/** Who works on the command line has the folder, and so everything. */
const commandLine: Actor = {
  caller: 'operator',
  id: 'operator:command-line',
  roles: ['owner'],
  scope: { kind: 'all' },
  locale: 'en',
  address: '',
}

/** The same functions on a system in this process. */
export function inProcess({ host, runtime }: System): Omit<Instance, 'close'> {
  return {
    async call(operation, input) {
      const op = host.registry.operations.get(operation)
      if (!op) throw new Problem('route.unknown', 404)
      return perform(host, op, { actor: commandLine, input }).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error
        const title = host.registry.failures.get(error.code)?.title.en ?? error.code
        const fields = (error.errors ?? []).slice(0, 3).map((e) => `${e.path}: ${said(e, 'en')}`)
        throw new Error([title, error.detail?.en, ...fields].filter((part) => part !== undefined).join('; '))
      })
    },
    visible: () => runtime.settled(),
    async upload(name, bytes) {
      const type = 'application/octet-stream'
      return (await host.files.save(Buffer.from(bytes), { name, type, max: bytes.length })).id
    },
    async track(writeKey, items) {
      const body = Buffer.from(JSON.stringify({ batch: items }))
      await take('batch', { authorization: basic(writeKey), encoding: '', body }, host)
    },
  }
}
