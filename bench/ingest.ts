// Ingestion over HTTP, durable 200: batches of 100 and single events, the load generator on the same machine; accepted
// and projected, latency, and the same rows by raw COPY and raw warehouse insert as the baseline.
// BENCH_SECONDS (default 20), BENCH_KEYS (dedupe keys present before, default 0; the target is 30000000).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 20)
const KEYS = Number(process.env.BENCH_KEYS ?? 0)
const PORT = 4790
const WRITE_KEY = 'wk_bench'
const API_KEY = 'bench_key_0123456789abcdef0123456789'

const folder = mkdtempSync(join(tmpdir(), 'banyan-bench-'))
const server = spawn(process.execPath, ['src/app/cli.ts', 'serve'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    PATH: process.env.PATH ?? '',
    PORT: String(PORT),
    BANYAN_DATA_DIR: folder,
    BANYAN_LOG: 'error',
    BANYAN_API_KEY: API_KEY,
    BANYAN_WRITE_KEY: WRITE_KEY,
  },
})
/**
 * A connection that sends the next request when the last was answered. Written on the bare socket: the stock client
 * uses as much CPU a request as a server may, and both share this machine.
 */
async function connect() {
  const socket = createConnection(PORT, '127.0.0.1').setNoDelay()
  await once(socket, 'connect')
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
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${basic}\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
      return done
    },
    end: () => socket.destroy(),
  }
}
const basic = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`
async function ask<R>(operation: string): Promise<R> {
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }
  const answer = await fetch(`http://127.0.0.1:${PORT}/api/${operation}`, { method: 'POST', headers, body: '{}' })
  return (await answer.json()) as R
}

async function until(what: () => Promise<boolean>) {
  while (!(await what().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 50))
}

let serial = 0
const item = () => {
  const n = serial++
  return {
    type: 'track',
    event: ['Product Viewed', 'Product Added', 'Search', 'Share'][n % 4],
    userId: `u-${n % 20_000}`,
    messageId: `b-${n}`,
    timestamp: new Date().toISOString(),
    properties: { sku: `SKU-${n % 300}`, price: n % 500, channel: 'app', position: n % 40 },
    context: { library: { name: 'bench', version: '1' } },
  }
}

/** Seconds of CPU that the server and the stores it started have used; the load generator's are not in it. */
function cpuSeconds(): number {
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
  const ours = new Set([server.pid])
  for (let before = 0; before < ours.size; ) {
    before = ours.size
    for (const { pid, parent } of stats) if (ours.has(parent)) ours.add(pid)
  }
  return stats.filter(({ pid }) => ours.has(pid)).reduce((sum, { ticks }) => sum + ticks / 100, 0)
}

/** `connections` callers, each sending its next request when the last was answered. */
async function load(name: string, connections: number, size: number) {
  const latencies: number[] = []
  let accepted = 0
  const before = await ask<{ accepted: number }>('health.conservation')
  const cpuBefore = cpuSeconds()
  const started = performance.now()
  const end = started + SECONDS * 1000
  const caller = async () => {
    const connection = await connect()
    while (performance.now() < end) {
      const body = size === 1 ? JSON.stringify(item()) : JSON.stringify({ batch: Array.from({ length: size }, item) })
      const sent = performance.now()
      const status = await connection.post(size === 1 ? '/v1/track' : '/v1/batch', body)
      if (status === 200) accepted += size
      latencies.push(performance.now() - sent)
    }
    connection.end()
  }
  await Promise.all(Array.from({ length: connections }, caller))
  const sending = (performance.now() - started) / 1000
  await until(async () => (await ask<{ settled: boolean }>('health.settled')).settled)
  const all = (performance.now() - started) / 1000
  const cpu = (cpuSeconds() - cpuBefore) / accepted
  const after = await ask<{ accepted: number; difference: number }>('health.conservation')
  latencies.sort((a, b) => a - b)
  const at = (q: number) => (latencies[Math.floor(latencies.length * q)] ?? 0).toFixed(1)
  const rate = accepted / all
  console.log(
    `${name}: ${Math.round(accepted / sending)}/s accepted, ${Math.round(rate)}/s accepted and projected, ` +
      `latency p50 ${at(0.5)} ms p99 ${at(0.99)} ms, ${Math.round(cpu * 1e6)} µs of CPU an event, accounted ${after.accepted - before.accepted >= accepted ? 'yes' : 'NO'}, difference ${after.difference}`,
  )
  return rate
}

/** The same rows with nothing of ours: COPY into a table like the journal's. */
async function rawCopy(client: pg.Client): Promise<number> {
  await client.query('create table raw_journal (like journal including defaults)')
  await client.query('create index on raw_journal (xid, seq)')
  const columns = 'id, source, message_id, name, class, actor, at, received_at, cause, depth, bot, properties, context'
  const started = performance.now()
  let rows = 0
  while (performance.now() - started < SECONDS * 500) {
    const lines = Array.from({ length: 5000 }, () => {
      const { event, messageId, properties, context } = item()
      const at = Date.now()
      return `${crypto.randomUUID()}\tbench\t${messageId}\t${event}\t0\t\t${at}\t${at}\t\t0\tf\t${JSON.stringify(properties)}\t${JSON.stringify(context)}\n`
    })
    await new Promise<void>((resolve, reject) => {
      const stream = client.query(copyFrom(`copy raw_journal (${columns}) from stdin`))
      stream.on('error', reject)
      stream.on('finish', resolve)
      stream.end(lines.join(''))
    })
    rows += 5000
  }
  return rows / ((performance.now() - started) / 1000)
}

try {
  await until(async () => (await fetch(`http://127.0.0.1:${PORT}/readyz`)).ok)
  const client = new pg.Client({
    host: join(folder, 'run'),
    user: 'banyan',
    database: 'banyan',
    port: 5432,
    ssl: false,
  })
  // The server ends it when the bench fails halfway; that is not the failure to show.
  client.on('error', () => {})
  await client.connect()
  if (KEYS > 0) {
    const { rows } = await client.query<{ week: string }>("select date_trunc('week', now())::date::text as week")
    const started = performance.now()
    for (let done = 0; done < KEYS; done += 1_000_000)
      await client.query(
        'insert into dedupe (week, key) select $1::date, gen_random_uuid() from generate_series(1, $2)',
        [rows[0]?.week, Math.min(1_000_000, KEYS - done)],
      )
    console.log(`${KEYS} dedupe keys present (${Math.round((performance.now() - started) / 1000)} s to write)`)
  }
  const raw = await rawCopy(client)
  console.log(`raw COPY into a table like the journal: ${Math.round(raw)}/s`)
  const batches = await load('batches of 100', 16, 100)
  console.log(`ratio to raw COPY: ${(batches / raw).toFixed(2)}`)
  await load('single events', 64, 1)
  await client.end()
} finally {
  server.kill('SIGTERM')
  await new Promise((resolve) => server.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
}
