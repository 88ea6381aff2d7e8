import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

// Fast stop ends the sessions and writes a checkpoint (30 s: 256 MB of buffers to a slow disk). An immediate stop leaves
// the rest to recovery at the next start; the server itself allows its children 5 s then, so it gets 10.
const STEPS = [
  { signal: 'SIGINT', waitMs: 30_000 },
  { signal: 'SIGQUIT', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const

/**
 * Ends whatever server runs on the cluster, one of ours or one a killed process left behind, with all its sessions;
 * returns the ids of the processes it found. Throws when some survive SIGKILL.
 */
export async function endServer(cluster: string): Promise<number[]> {
  const found = await serverProcesses(cluster)
  let running = found
  for (const { signal, waitMs } of STEPS) {
    if (running.length === 0) break
    // The first process signals its children in order; children alone are what a killed first process left.
    for (const { pid } of running.some((one) => one.first) ? running.filter((one) => one.first) : running) {
      signalProcess(pid, signal)
    }
    const deadline = Date.now() + waitMs
    do {
      await sleep(10)
      running = await serverProcesses(cluster)
    } while (running.length > 0 && Date.now() < deadline)
  }
  const pids = running.map((one) => one.pid)
  if (pids.length > 0) throw new Error(`PostgreSQL processes ${pids.join(', ')} of ${cluster} cannot be ended`)
  return found.map((one) => one.pid)
}

/** Signals a server's process; one that has ended is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return
    throw new Error(`PostgreSQL process ${pid} runs under another account and cannot be ended by this one`, {
      cause: error,
    })
  }
}

interface ServerProcess {
  pid: number
  /** The postmaster, which the others are children of. */
  first: boolean
}

/**
 * Every process of a server works in its cluster's folder; that, and not the number in postmaster.pid, tells it: the
 * number may have gone to another process since, and children may outlive a killed first process.
 */
async function serverProcesses(cluster: string): Promise<ServerProcess[]> {
  const folder = await stat(cluster).catch(() => undefined)
  if (!folder) return []
  if (process.platform !== 'linux') return firstProcess(cluster)
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    names.map(async (name) => {
      const title = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
      const first = /(^|\/)postgres\0-D\0/.test(title)
      if (!first && !title.startsWith('postgres: ')) return []
      const cwd = await stat(`/proc/${name}/cwd`).catch(() => undefined)
      // Root in a container may not look into another account's process; then its arguments have to tell.
      const ours = cwd ? cwd.ino === folder.ino && cwd.dev === folder.dev : title.includes(`\0-D\0${cluster}\0`)
      return ours ? [{ pid: Number(name), first }] : []
    }),
  )
  return found.flat()
}

/** Without /proc: the process named in postmaster.pid, if it is a server on this folder. */
async function firstProcess(cluster: string): Promise<ServerProcess[]> {
  const pid = Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => ''), 10)
  if (!(pid > 0)) return []
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', `${pid}`]).catch(() => ({ stdout: '' }))
  return stdout.includes('postgres') && stdout.includes(cluster) ? [{ pid, first: true }] : []
}
