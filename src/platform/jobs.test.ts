import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest'
import { z } from 'zod'
import type { Db } from '#kernel/host'
import { APP_ROLE, ensureAppRole } from './app-role.ts'
import { type Database, openDatabase } from './database.ts'
import { JOBS_SCHEMA, type JobLetter, type Jobs, type JobsOptions, migrateJobs, openJobs } from './jobs.ts'
import { createLog } from './log.ts'
import { createDatabase, dropDatabase } from './postgres/postgres.ts'

const log = createLog('silent')
const name = `jobs_${randomUUID().replaceAll('-', '')}`
const admin = JSON.parse(inject('postgres')) as pg.PoolConfig
const fixture = fileURLToPath(new URL('./jobs/worker.fixture.ts', import.meta.url))
let connection: pg.PoolConfig
let app: Database
const opened: Jobs[] = []
const children: ChildProcess[] = []

const work = { kind: 'job' as const, name: 'test.work', payload: z.object({ n: z.number() }), run: async () => {} }
const other = { ...work, name: 'test.other' }

beforeAll(async () => {
  connection = await createDatabase(admin, name)
  await migrateJobs(connection)
  const owner = openDatabase(connection, 1)
  await sql`create table written (n int)`.execute(owner.db)
  await ensureAppRole(owner.db, [], ['public', JOBS_SCHEMA])
  await owner.close()
  app = openDatabase({ ...connection, options: `-c role=${APP_ROLE}` }, 10)
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await Promise.all(opened.splice(0).map((jobs) => jobs.stop()))
  await sql`delete from jobs.job`.execute(app.db)
})
afterAll(async () => {
  await app.close()
  await dropDatabase(admin, name)
})

async function open(run: JobsOptions['run'], more: Partial<JobsOptions> = {}): Promise<Jobs> {
  const jobs = await openJobs({
    connection,
    db: app.db,
    log,
    registry: { jobs: new Map([work, other].map((j) => [j.name, j])) },
    works: true,
    run,
    onDead: async () => {},
    ...more,
  })
  opened.push(jobs)
  return jobs
}
const transact = <R>(body: (tx: Db) => Promise<R>) => app.db.transaction().execute((tx) => body(tx as Db))
const until = (check: () => unknown, seconds = 20) =>
  vi.waitFor(
    async () => {
      if (!(await check())) throw new Error('not yet')
    },
    { timeout: seconds * 1000, interval: 20 },
  )
const numbers =
  (seen: number[]): JobsOptions['run'] =>
  async (_job, payload) => {
    seen.push((payload as { n: number }).n)
  }

test('a job runs once its transaction has committed, with what the transaction wrote', async () => {
  let found: unknown
  const jobs = await open(async () => {
    found = (await sql`select n from written where n = 7`.execute(app.db)).rows
  })
  await transact(async (tx) => {
    await jobs.enqueue(tx, 'test.work', { n: 7 }, undefined)
    await sql`insert into written values (7)`.execute(tx)
  })
  await until(() => jobs.idle())
  expect(found).toEqual([{ n: 7 }])
})

test('a transaction that rolls back leaves no job', async () => {
  const seen: number[] = []
  const jobs = await open(numbers(seen))
  await expect(
    transact(async (tx) => {
      await jobs.enqueue(tx, 'test.work', { n: 1 }, undefined)
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(await jobs.stats()).toEqual([])
  await transact((tx) => jobs.enqueue(tx, 'test.work', { n: 2 }, undefined))
  await until(() => jobs.idle())
  expect(seen).toEqual([2])
})

test('a thousand jobs of one transaction are each done once', async () => {
  const seen: number[] = []
  const jobs = await open(numbers(seen))
  await transact(async (tx) => {
    for (let n = 0; n < 1_000; n++) await jobs.enqueue(tx, 'test.work', { n }, undefined)
  })
  await until(() => jobs.idle(), 50)
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, n) => n))
  expect((await sql`select 1 from jobs.job`.execute(app.db)).rows).toEqual([])
})

test('two processes share the work and do nothing twice', async () => {
  const seen: [number[], number[]] = [[], []]
  const jobs = await open(numbers(seen[0]))
  await open(numbers(seen[1]))
  for (let n = 0; n < 100; n++) await jobs.enqueue(app.db, 'test.work', { n }, undefined)
  await until(() => jobs.idle())
  expect([...seen[0], ...seen[1]].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n))
})

test('a key is waiting once; one that has started does not stand in the way', async () => {
  const seen: number[] = []
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const sender = await open(numbers(seen), { works: false })
  for (const n of [1, 2]) await transact((tx) => sender.enqueue(tx, 'test.work', { n }, 'same'))
  await transact((tx) => sender.enqueue(tx, 'test.other', { n: 3 }, 'same'))
  expect(await sender.stats()).toEqual([
    { name: 'test.other', queued: 1, active: 0, retrying: 0 },
    { name: 'test.work', queued: 1, active: 0, retrying: 0 },
  ])
  const worker = await open(async (job, payload) => {
    await numbers(seen)(job, payload, new AbortController().signal)
    await held
  })
  await until(() => seen.length === 2)
  await transact((tx) => sender.enqueue(tx, 'test.work', { n: 4 }, 'same'))
  await until(() => seen.length === 3)
  release()
  await until(() => worker.idle())
  expect(seen.toSorted()).toEqual([1, 3, 4])
})

test('a waiting job that a key was folded into sees what the later transaction wrote', async () => {
  await sql`delete from written`.execute(app.db)
  const sender = await open(async () => {}, { works: false })
  await transact((tx) => sender.enqueue(tx, 'test.work', { n: 1 }, 'fold'))
  const found: { n: number; written: number }[] = []
  await transact(async (tx) => {
    await sender.enqueue(tx, 'test.work', { n: 2 }, 'fold')
    const worker = await open(async (_job, payload) => {
      const { rows } = await sql<{ n: number }>`select count(*) as n from written`.execute(app.db)
      found.push({ n: (payload as { n: number }).n, written: rows[0]?.n ?? 0 })
    })
    // A younger job of the same queue: once it runs, the worker has passed over the older one.
    await worker.enqueue(app.db, 'test.work', { n: 0 }, undefined)
    await until(() => found.some((f) => f.n === 0))
    await sql`insert into written values (1)`.execute(tx)
  })
  await until(() => found.some((f) => f.n === 1))
  expect(found).toEqual([
    { n: 0, written: 0 },
    { n: 1, written: 1 },
  ])
})

test('what fails each time becomes a dead letter; what fails once is done', async () => {
  const letters: JobLetter[] = []
  const tries = new Map<number, number>()
  const jobs = await open(
    async (_job, payload) => {
      const { n } = payload as { n: number }
      tries.set(n, (tries.get(n) ?? 0) + 1)
      if (n === 1 || tries.get(n) === 1) throw new TypeError('poison')
    },
    {
      tries: 2,
      onDead: async (letter) => {
        letters.push(letter)
        if (letters.length === 1) throw new Error('the letters cannot be reached')
      },
    },
  )
  for (const n of [1, 2]) await jobs.enqueue(app.db, 'test.work', { n }, undefined)
  await until(() => letters.length === 2, 30)
  await until(async () => (await sql`select 1 from jobs.job`.execute(app.db)).rows.length === 0)
  expect(Object.fromEntries(tries)).toEqual({ 1: 2, 2: 2 })
  const expected = { kind: 'job', origin: 'test.work', reason: 'TypeError: poison', memberId: null }
  expect(letters[1]).toMatchObject({ ...expected, item: { job: 'test.work', payload: { n: 1 } } })
  expect(letters[0]?.id).toBe(letters[1]?.id)
})

test('a payload of another version is a dead letter at once', async () => {
  const letters: JobLetter[] = []
  const memberId = randomUUID()
  const run = vi.fn(async () => {})
  const jobs = await open(run, { onDead: async (letter) => void letters.push(letter) })
  await jobs.enqueue(app.db, 'test.work', { memberId }, undefined)
  await until(() => jobs.idle())
  expect(letters).toMatchObject([{ reason: 'payload not valid', memberId, item: { payload: { memberId } } }])
  expect(run).not.toHaveBeenCalled()
})

function startWorker(mode: 'stuck' | 'quick') {
  const child = spawn(process.execPath, [fixture, JSON.stringify(connection), mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const said: string[] = []
  createInterface(child.stdout).on('line', (line) => said.push(line))
  return { child, said }
}

test('a killed process gives its job to another within seconds', async () => {
  const sender = await open(async () => {}, { works: false })
  const { child, said } = startWorker('stuck')
  await sender.enqueue(app.db, 'test.work', { n: 1 }, undefined)
  await until(() => said.includes('begun'))
  const seen: number[] = []
  await open(numbers(seen))
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  await until(() => seen.length === 1, 30)
  await until(() => sender.idle())
  expect(seen).toEqual([1])
})

test('SIGTERM finishes what runs and leaves what waits', async () => {
  const sender = await open(async () => {}, { works: false })
  const { child, said } = startWorker('quick')
  await until(() => said.includes('ready'))
  await transact(async (tx) => {
    for (let n = 0; n < 20; n++) await sender.enqueue(tx, 'test.work', { n }, undefined)
  })
  await until(() => said.includes('begun'))
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await gone).toEqual([0, null])
  const count = (word: string) => said.filter((line) => line === word).length
  expect(said.at(-1)).toBe('stopped')
  expect(count('ended')).toBe(count('begun'))
  expect(await sender.stats()).toEqual([{ name: 'test.work', queued: 20 - count('ended'), active: 0, retrying: 0 }])
})

test('a job that heeds the signal leaves off when the process stops, and one that does not is given back', async () => {
  const sender = await open(async () => {}, { works: false })
  const signals: AbortSignal[] = []
  const worker = await open(async (_job, payload, signal) => {
    signals.push(signal)
    if ((payload as { n: number }).n === 1) await once(signal, 'abort')
    else await new Promise(() => {})
  })
  for (const n of [1, 2]) await sender.enqueue(app.db, 'test.work', { n }, undefined)
  await until(() => signals.length === 2)
  await worker.stop()
  expect(signals.every((s) => s.aborted)).toBe(true)
  expect(await sender.stats()).toEqual([{ name: 'test.work', queued: 0, active: 0, retrying: 2 }])
})
