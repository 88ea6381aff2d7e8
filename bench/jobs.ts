// What the job queue does on this machine: `node bench/jobs.ts`. Figures of record: docs/decisions/001-jobs.md.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '#kernel/host'
import { openDatabase } from '#platform/database'
import { migrateJobs, openJobs } from '#platform/jobs'
import { createLog } from '#platform/log'
import { openPostgres } from '#platform/postgres/postgres'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const say = (what: string, value: string | number) => process.stdout.write(`${what.padEnd(44)} ${value}\n`)
const rate = (n: number, began: number) => Math.round((n / (performance.now() - began)) * 1000)

const dataDir = mkdtempSync(join(tmpdir(), 'banyan-bench-'))
const server = await openPostgres({ dataDir, log: { info: () => {}, warn: () => {} } })
const { connection } = server
let began = performance.now()
await migrateJobs(connection)
say('schema made, ms', Math.round(performance.now() - began))
const { db, close } = openDatabase(connection, 10)
const job = { kind: 'job' as const, name: 'test.work', payload: z.object({ n: z.number() }), run: async () => {} }
let ran = (_n: number) => {}
const open = (works: boolean) =>
  openJobs({
    connection,
    db,
    log: createLog('silent'),
    registry: { jobs: new Map([[job.name, job]]) },
    works,
    run: async (_job, payload) => ran((payload as { n: number }).n),
    onDead: async () => {},
  })
const enqueue = (n: number) => db.transaction().execute((tx) => sender.enqueue(tx as Db, 'test.work', { n }, undefined))

const sender = await open(false)
const ALONE = 2_000
const TOGETHER = 3_000
began = performance.now()
const numbers = Array.from({ length: ALONE }, (_, n) => n).values()
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (const n of numbers) await enqueue(n)
  }),
)
say('enqueued, one per transaction, 8 clients, /s', rate(ALONE, began))
began = performance.now()
await db.transaction().execute(async (tx) => {
  for (let n = 0; n < TOGETHER; n++) await sender.enqueue(tx as Db, 'test.work', { n }, undefined)
})
say('enqueued, all in one transaction, /s', rate(TOGETHER, began))

let done = 0
ran = () => done++
began = performance.now()
const worker = await open(true)
while (!(await worker.idle())) await sleep(20)
say('run (nothing to do in each), /s', rate(done, began))

for (const [what, via] of [
  ['same process', worker],
  ['other process', sender],
] as const) {
  const waits: number[] = []
  for (let n = 0; n < 40; n++) {
    const started = new Promise<void>((resolve) => {
      ran = () => resolve()
    })
    await db.transaction().execute((tx) => via.enqueue(tx as Db, 'test.work', { n }, undefined))
    const committed = performance.now()
    await started
    waits.push(performance.now() - committed)
    // Off the beat of the poll, or every wait would be the same.
    await sleep(Math.random() * 300)
  }
  waits.sort((a, b) => a - b)
  say(`picked up after, ${what}, ms p50 / p95`, `${waits[20]?.toFixed(0)} / ${waits[38]?.toFixed(0)}`)
}

const transactions = async () => {
  const { rows } = await sql<{ n: number }>`
    select xact_commit as n from pg_stat_database where datname = current_database()`.execute(db)
  return rows[0]?.n ?? 0
}
await sleep(2_000)
const [before, cpu] = [await transactions(), process.cpuUsage()]
await sleep(15_000)
const used = process.cpuUsage(cpu)
say('idle, transactions/s', (((await transactions()) - before) / 15).toFixed(1))
say('idle, CPU of this process, ms/s', ((used.user + used.system) / 15_000).toFixed(1))
await worker.stop()

const fixture = fileURLToPath(new URL('../src/platform/jobs/worker.fixture.ts', import.meta.url))
const recoveries: string[] = []
for (let n = 0; n < 3; n++) {
  const child = spawn(process.execPath, [fixture, JSON.stringify(connection), 'stuck'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await enqueue(n)
  for await (const line of createInterface(child.stdout)) if (line === 'begun') break
  const again = new Promise<void>((resolve) => {
    ran = () => resolve()
  })
  child.kill('SIGKILL')
  began = performance.now()
  const heir = await open(true)
  await again
  recoveries.push(((performance.now() - began) / 1000).toFixed(1))
  await heir.stop()
}
say('done again after kill -9, s', recoveries.join(' '))
say('memory of this process, MB', Math.round(process.memoryUsage().rss / 1e6))
say('load average', loadavg()[0]?.toFixed(1) ?? '')

await sender.stop()
await close()
await server.stop()
rmSync(dataDir, { recursive: true, force: true })
