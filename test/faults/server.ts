// The real server process on a folder of its own, to be killed and started again.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const KEY = 'kill_test_key_0123456789abcdef0123'
export const WRITE_KEY = 'wk_kill_test'

export type Server = Awaited<ReturnType<typeof createProcess>>

export async function createProcess() {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-kill-'))
  const port = await freePort()
  const environment = {
    PATH: process.env.PATH ?? '',
    PORT: String(port),
    BANYAN_DATA_DIR: folder,
    BANYAN_LOG: 'error',
    BANYAN_API_KEY: KEY,
    BANYAN_WRITE_KEY: WRITE_KEY,
  }
  const spawned = (env: Record<string, string> = {}, stderr: 'inherit' | 'pipe' = 'inherit') =>
    spawn(process.execPath, ['src/app/cli.ts', 'serve'], {
      env: { ...environment, ...env },
      stdio: ['ignore', 'ignore', stderr],
    })
  const url = (path: string) => `http://127.0.0.1:${port}${path}`
  let child: ChildProcess | null = null
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child?.kill(signal)
    await ended
  }
  return {
    pid: () => child?.pid,
    /** Another process on the same folder. */
    second: () => spawned({ PORT: '0' }, 'pipe'),
    async start() {
      child = spawned()
      await until(async () => (await fetch(url('/readyz'))).ok, 120)
    },
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
    async ask<R>(operation: string, input: object): Promise<R> {
      const answer = await fetch(url(`/api/${operation}`), {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(input),
      })
      return (await answer.json()) as R
    },
    /** Sends a batch; whether it was accepted. */
    async send(batch: readonly object[]): Promise<boolean> {
      const body = JSON.stringify({ writeKey: WRITE_KEY, batch })
      const answer = await fetch(url('/v1/batch'), { method: 'POST', body }).catch(() => null)
      return answer?.ok ?? false
    },
    /** Nothing is on the road and nothing noted waits for a look; twice, since a look sends more on the road. */
    async settle() {
      const rests = async () =>
        (await this.ask<{ settled: boolean }>('health.settled', {})).settled &&
        !/^banyan_capability\{.*of="pending"\} [1-9]/m.test(await (await fetch(url('/metrics'))).text())
      await until(async () => (await rests()) && (await rests()), 120)
    },
  }
}

export async function until(what: () => Promise<boolean>, seconds: number): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (await what().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`not within ${seconds} s`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
