import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chown, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolConfig } from 'pg'
import type { Logger } from 'pino'
import { type Binaries, findBinaries } from './binaries.ts'
import { checkMajor, createCluster, DATABASE, USER } from './cluster.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'
import { chooseAccount, commandAs, type ServerAccount } from './server-account.ts'
import { endServer, signalProcess } from './server-process.ts'

export type StartLog = Pick<Logger, 'info' | 'warn'>

export interface StartOptions {
  readonly dataDir: string
  readonly log: StartLog
  /** A lock the caller already holds on `dataDir` and goes on holding; without it one is taken and released by `stop`. */
  readonly lock?: FolderLock | undefined
  /** Server settings put over the defaults. */
  readonly settings?: Readonly<Record<string, string>> | undefined
  /** Folder with bin, lib and share; by default the programs installed for this platform. */
  readonly native?: string | undefined
}

export interface RunningPostgres {
  readonly connection: PoolConfig
  /** The same as a URL, for tools that want one. */
  readonly url: string
  /** Of the server's first process; changes when the server had to be restarted. */
  readonly pid: number
  /** Ends all sessions, writes a checkpoint and waits for the end, 45 s at most. May be called twice. */
  stop(): Promise<void>
}

interface Server {
  readonly cluster: string
  readonly socket: string
  readonly logFile: string
  readonly binaries: Binaries
  readonly account: ServerAccount
  readonly settings: Readonly<Record<string, string>>
  readonly log: StartLog
}

// Only part of the socket's name: each server has a folder of its own for it.
const PORT = 5432

const SETTINGS = {
  port: `${PORT}`,
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '256MB',
  // Checkpoints cost full-page writes: few of them, spread out.
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
  checkpoint_completion_target: '0.9',
  // These programs are built without lz4.
  wal_compression: 'pglz',
  fsync: 'on',
  synchronous_commit: 'on',
  // Compiling a plan costs more than our short statements.
  jit: 'off',
  track_io_timing: 'off',
  // A failed statement is logged by its caller; the server would write personal data of the row into its own log.
  log_min_messages: 'log',
}

// A socket's path may have 107 bytes on Linux and 103 on macOS.
const LONGEST_SOCKET_PATH = 90
// Recovery after a crash replays up to 4 GB of log.
const START_LIMIT_MS = 600_000
const LOG_LIMIT_BYTES = 10_000_000

/**
 * Starts PostgreSQL on `<dataDir>/postgres`, making it at the first start, and ends a server that a killed process left
 * there. The server runs in a session of its own: signals to our process group pass it by, and it ends by `stop`, with
 * our process's exit, or through the next start. Should it die, it is started again.
 * Throws FolderInUse, StartRefusal, or an Error with the end of the server's log.
 */
export async function startPostgres(options: StartOptions): Promise<RunningPostgres> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  const folder = await realpath(options.dataDir)
  const lock = options.lock ?? lockFolder(folder)
  const release = () => (options.lock ? undefined : lock.release())
  try {
    const server = await prepare(folder, options)
    return await supervise(server, release)
  } catch (error) {
    release()
    throw error
  }
}

async function prepare(folder: string, { log, settings, native }: StartOptions): Promise<Server> {
  const cluster = join(folder, 'postgres')
  const binaries = findBinaries(native)
  const { account, version } = await chooseAccount(folder, cluster, binaries)
  await checkMajor(cluster, version)
  const began = performance.now()
  if (await createCluster(cluster, binaries, account)) {
    log.info({ cluster, ms: Math.round(performance.now() - began) }, 'database created')
  }
  return {
    cluster,
    socket: socketFolder(folder, account),
    logFile: join(folder, 'postgres.log'),
    binaries,
    account,
    settings: { ...SETTINGS, ...settings },
    log,
  }
}

/** `<folder>/run`, or where that is too long for a socket, a folder below the system's temporary one named after it. */
function socketFolder(folder: string, { ids }: ServerAccount): string {
  const near = join(folder, 'run')
  if (Buffer.byteLength(join(near, `.s.PGSQL.${PORT}`)) <= LONGEST_SOCKET_PATH) return near
  const uid = ids?.uid ?? process.getuid?.()
  const name = `banyan-${createHash('sha256').update(`${uid}:${folder}`).digest('hex').slice(0, 16)}`
  const far = join(tmpdir(), name)
  return Buffer.byteLength(join(far, `.s.PGSQL.${PORT}`)) <= LONGEST_SOCKET_PATH ? far : join('/tmp', name)
}

async function supervise(server: Server, release: () => void): Promise<RunningPostgres> {
  const { log, cluster, socket } = server
  const stopping = new AbortController()
  let child = await launch(server, stopping.signal)
  let restarting: Promise<void> | undefined
  let stopped: Promise<void> | undefined

  const watch = () => {
    child.once('exit', (code, signal) => {
      if (stopping.signal.aborted) return
      log.warn({ code, signal, cluster }, 'database server ended, starting it again')
      restarting = restart()
    })
  }
  const restart = async () => {
    for (let waitMs = 100; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, 5_000)) {
      try {
        child = await launch(server, stopping.signal)
        return watch()
      } catch (error) {
        log.warn({ err: error, cluster }, 'database server did not start')
        await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }
  // An exit without `stop` (an uncaught error) should not leave the server behind; a kill -9 does, for the next start.
  const leave = () => {
    if (child.pid && child.exitCode === null && child.signalCode === null) signalProcess(child.pid, 'SIGINT')
  }
  const end = async () => {
    stopping.abort()
    await endServer(cluster)
    if (restarting) {
      await restarting
      await endServer(cluster)
    }
    process.off('exit', leave)
    await rm(socket, { recursive: true, force: true })
    release()
    log.info({ cluster }, 'database server stopped')
  }

  watch()
  process.once('exit', leave)
  return {
    // Port and ssl are said because PGPORT and PGSSLMODE would otherwise be asked.
    connection: { host: socket, port: PORT, user: USER, database: DATABASE, ssl: false },
    url: `postgresql://${USER}@localhost:${PORT}/${DATABASE}?host=${encodeURIComponent(socket)}&sslmode=disable`,
    get pid() {
      return child.pid ?? 0
    },
    stop: () => {
      stopped ??= end()
      return stopped
    },
  }
}

async function launch(server: Server, stopping: AbortSignal): Promise<ChildProcess> {
  const { cluster, log } = server
  for (let attempt = 1; ; attempt++) {
    const orphans = await endServer(cluster)
    if (orphans.length > 0) log.warn({ pids: orphans, cluster }, 'ended a database server left by an earlier run')
    stopping.throwIfAborted()
    try {
      return await launchOnce(server)
    } catch (error) {
      // Processes of an earlier run may not have been seen: too young, or children that are about to end.
      if (attempt === 3 || stopping.aborted) throw error
      await sleep(attempt * 200)
    }
  }
}

async function launchOnce(server: Server): Promise<ChildProcess> {
  const { cluster, binaries, account, log } = server
  const began = performance.now()
  await clearTraces(server)
  const { handle, offset } = await openLog(server.logFile)
  const settings = { ...server.settings, unix_socket_directories: `"${server.socket.replaceAll('"', '""')}"` }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const { file, args, options } = commandAs(account, [binaries.postgres, '-D', cluster, ...flags])
  const child = spawn(file, args, {
    ...options,
    // From its first instant it can be told by its folder.
    cwd: cluster,
    detached: true,
    stdio: ['ignore', handle.fd, handle.fd],
  })
  let failure: unknown
  child.once('error', (error) => {
    failure = error
  })
  child.unref()
  await handle.close()
  let noted = began
  while (!(await isReady(cluster, child.pid))) {
    if (failure || child.exitCode !== null || child.signalCode !== null) {
      const reason = (await readFile(server.logFile)).subarray(offset).toString('utf8').slice(-4_096)
      throw new Error(`PostgreSQL did not start in ${cluster}: ${failure ?? reason}`, { cause: failure })
    }
    const now = performance.now()
    if (now - began > START_LIMIT_MS) throw new Error(`PostgreSQL was not ready in ${START_LIMIT_MS / 1000} s`)
    if (now - noted > 10_000) {
      noted = now
      log.warn({ cluster }, 'database server is still recovering')
    }
    await sleep(5)
  }
  log.info({ pid: child.pid, cluster, ms: Math.round(performance.now() - began) }, 'database server ready')
  return child
}

/** Removes what a killed server left that would stop the next: its sockets, and the claim of its process number. */
async function clearTraces({ cluster, socket, account }: Server) {
  await rm(socket, { recursive: true, force: true })
  await mkdir(socket, { mode: 0o700 })
  if (account.ids) await chown(socket, account.ids.uid, account.ids.gid)
  const claim = join(cluster, 'postmaster.pid')
  const text = await readFile(claim, 'utf8').catch(() => undefined)
  // The number may belong to an innocent process by now, at which PostgreSQL would refuse to start. It overlooks its
  // parent's number, and still checks the shared memory named further down, so the claim is rewritten, not removed.
  if (text) await writeFile(claim, text.replace(/^-?\d+/, `${process.pid}`))
}

async function openLog(path: string) {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  if (size > LOG_LIMIT_BYTES) await rename(path, `${path}.1`)
  const handle = await open(path, 'a', 0o600)
  return { handle, offset: (await handle.stat()).size }
}

/** The server writes its state into the eighth line of postmaster.pid. */
async function isReady(cluster: string, pid: number | undefined): Promise<boolean> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  return lines[0] === `${pid}` && lines[7]?.trim() === 'ready'
}
