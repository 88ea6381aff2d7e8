// A server of its own for a bench, on a folder of its own, with callers that cost little beside it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const WRITE_KEY = 'wk_bench'
const API_KEY = 'bench_key_0123456789abcdef0123456789'
const BASIC = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`

export type BenchServer = Awaited<ReturnType<typeof startServer>>

export async function startServer(port: number) {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-bench-'))
  const server = spawn(process.execPath, ['--max-semi-space-size=64', 'src/app/cli.ts', 'serve'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      PORT: String(port),
      BANYAN_DATA_DIR: folder,
      BANYAN_LOG: 'error',
      BANYAN_API_KEY: API_KEY,
      BANYAN_WRITE_KEY: WRITE_KEY,
    },
  })
  await until(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok)
  return {
    folder,
    /** An operation of the API. */
    async ask<R>(operation: string, input: object = {}): Promise<R> {
      const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }
      const body = JSON.stringify(input)
      const answer = await fetch(`http://127.0.0.1:${port}/api/${operation}`, { method: 'POST', headers, body })
      const result = (await answer.json()) as R
      if (!answer.ok) throw new Error(`${operation}: ${JSON.stringify(result)}`)
      return result
    },
    connect: () => connect(port),
    cpuSeconds: () => cpuSeconds(server.pid),
    async stop() {
      server.kill('SIGTERM')
      await once(server, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits for it, for a minute at most unless told. */
export async function until(what: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000
  let failure: unknown
  const tried = () =>
    what().catch((error: unknown) => {
      failure = error
      return false
    })
  while (!(await tried())) {
    if (performance.now() > end) throw new Error(`it did not come about within ${seconds} s`, { cause: failure })
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The value below which the share `q` of the sorted values lies. */
export const quantile = (sorted: readonly number[], q: number): number => sorted[Math.floor(sorted.length * q)] ?? 0

/**
 * A connection that sends the next request when the last was answered. Written on the bare socket: the stock client
 * uses as much CPU a request as a server may, and both share this machine.
 */
async function connect(port: number) {
  const socket = createConnection(port, '127.0.0.1').setNoDelay()
  await once(socket, 'connect')
  // The bench ends its callers by stopping the server.
  socket.on('error', () => {})
  let answered: (status: number) => void = () => {}
  let text = ''
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part
    const head = text.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
    if (text.length < head + 4 + length) return
    const status = Number(text.slice(9, 12))
    text = ''
    answered(status)
  })
  return {
    post(path: string, body: string): Promise<number> {
      const done = new Promise<number>((resolve) => {
        answered = resolve
      })
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${BASIC}\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
      return done
    },
    end: () => socket.destroy(),
  }
}

/** Seconds of CPU that the server and the stores it started have used; the load generator's are not in it. */
function cpuSeconds(root: number | undefined): number {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')
        return [{ pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }]
      } catch {
        return []
      }
    })
  const ours = new Set([root])
  for (let before = 0; before < ours.size; ) {
    before = ours.size
    for (const { pid, parent } of stats) if (ours.has(parent)) ours.add(pid)
  }
  return stats.filter(({ pid }) => ours.has(pid)).reduce((sum, { ticks }) => sum + ticks / 100, 0)
}
