import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { totalmem } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Log } from '../log.ts'
import { ANALYSIS_MEMORY } from './lane.ts'

export type ToChild =
  | { type: 'start'; token: string; port: number; memory: number; analysis: number }
  | { type: 'ping' }
  | { type: 'stop' }
export type FromChild = { type: 'ready'; port: number } | { type: 'failed'; reason: string } | { type: 'pong' }

/** Where the child listens; a new object after every restart. */
export interface Address {
  readonly url: string
  readonly token: string
}

interface Supervised {
  /** Where the child listens: now, or as soon as it is up again. */
  address(): Promise<Address>
  readonly alive: boolean
  readonly pid: number | undefined
  /** Times the child was started again after it had died. */
  readonly restarts: number
  /** Lets running statements end (10 s), then ends the child. */
  stop(): Promise<void>
}

/** chDB runs each statement on a thread of libuv's: 5 lanes, their kills, and the front's files. */
const CHILD_THREADS = 16
/** The child may use this share of the machine (of the container's limit, if there is one). */
const MEMORY_SHARE = 0.4
const MIN_MEMORY = 768 * 1024 * 1024
const PULSE = 5_000
/** A child that does not answer for half a minute hangs: its loop only forwards, it never computes. */
const MISSED_PULSES = 6
const STOP_PATIENCE = 10_000
/** Pause before a restart, by the number of restarts in a row that did not come up; the last one is repeated. */
const RESTART_PAUSES = [0, 100, 500, 2_000, 5_000]

interface Child {
  readonly pid: number | undefined
  /** The port, or a rejection with the reason when the child ends before it listens. */
  readonly ready: Promise<number>
  /** Resolves with the reason, never rejects. */
  readonly ended: Promise<string>
  send(message: ToChild): void
  kill(): void
}

function startChild(folder: string, start: Extract<ToChild, { type: 'start' }>, onHang: () => void): Child {
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [folder], {
    execArgv: [],
    // Its own session: Ctrl-C in a terminal must not end it before the parent has drained.
    detached: true,
    // Nothing of our environment: it holds secrets. UTC is what a time without a zone means.
    env: { UV_THREADPOOL_SIZE: String(CHILD_THREADS), TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const ready = Promise.withResolvers<number>()
  const ended = Promise.withResolvers<string>()
  const send = (message: ToChild) => void (child.connected && child.send(message, () => {}))
  let said = ''
  let missed = 0
  const pulse = setInterval(() => {
    missed += 1
    if (missed > MISSED_PULSES) onHang()
    else send({ type: 'ping' })
  }, PULSE)
  const end = (reason: string) => {
    clearInterval(pulse)
    ready.reject(new Error(`The embedded ClickHouse did not start: ${reason}`))
    ended.resolve(reason)
  }
  ready.promise.catch(() => {})
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-1_000)
  })
  child.on('message', (message: FromChild) => {
    missed = 0
    if (message.type === 'ready') ready.resolve(message.port)
    if (message.type === 'failed') said += message.reason
  })
  child.on('error', (error) => {
    if (child.pid === undefined) end(error.message)
  })
  child.on('close', (code, signal) => end(`${signal ?? `exit ${code}`} ${said}`.trim()))
  send(start)
  return { pid: child.pid, ready: ready.promise, ended: ended.promise, send, kill: () => void child.kill('SIGKILL') }
}

/** Starts the chDB process on `folder`, and again whenever it dies. Rejects when it cannot start at first. */
export async function superviseChild(folder: string, log: Log, analysis = ANALYSIS_MEMORY): Promise<Supervised> {
  const token = randomBytes(32).toString('base64url')
  const machine = totalmem()
  const memory = Math.max(
    MIN_MEMORY,
    Math.floor(Math.min(machine, process.constrainedMemory() || machine) * MEMORY_SHARE),
  )
  let port = 0
  let restarts = 0
  let stopping = false
  let alive = false
  let up = Promise.withResolvers<Address>()
  let child = launch()

  function launch(): Child {
    const launched: Child = startChild(folder, { type: 'start', token, port, memory, analysis }, () => {
      log.error({ pid: launched.pid }, 'clickhouse: the embedded engine hangs and is killed')
      launched.kill()
    })
    return launched
  }

  async function welcome(): Promise<void> {
    const from = performance.now()
    port = await child.ready
    alive = true
    up.resolve({ url: `http://127.0.0.1:${port}`, token })
    log.info({ pid: child.pid, ms: Math.round(performance.now() - from) }, 'clickhouse: the embedded engine is up')
  }

  async function keepUp(): Promise<void> {
    for (let failures = 0; ; ) {
      const reason = await child.ended
      if (alive) up = Promise.withResolvers()
      alive = false
      if (stopping) return
      log.error({ pid: child.pid, reason }, 'clickhouse: the embedded engine died and is started again')
      await delay(RESTART_PAUSES[Math.min(failures, RESTART_PAUSES.length - 1)])
      if (stopping) return
      restarts += 1
      child = launch()
      failures = await welcome().then(
        () => 0,
        () => failures + 1,
      )
    }
  }

  await welcome()
  const keeping = keepUp()

  return {
    address: () => up.promise,
    get alive() {
      return alive
    },
    get pid() {
      return alive ? child.pid : undefined
    },
    get restarts() {
      return restarts
    },
    async stop() {
      stopping = true
      child.send({ type: 'stop' })
      const tooLong = setTimeout(() => child.kill(), alive ? STOP_PATIENCE : 0)
      await keeping
      clearTimeout(tooLong)
    },
  }
}
