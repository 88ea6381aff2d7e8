// Work that is handed over inside a transaction and done once it has committed: mails, exports, imports. At least once;
// what falls due at an instant of domain time is in the slices' own due tables instead. Why this library and these
// settings: docs/decisions/001-jobs.md.
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type pg from 'pg'
import { type ConstructorOptions, fromKysely, type JobWithMetadata, PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Job } from '#kernel/capability'
import type { Db, DeadLetter } from '#kernel/host'
import { isId, newId } from '#kernel/ids'
import { Problem } from '#kernel/problem'
import type { Registry } from '#kernel/registry'
import { type Pump, startPump } from './jobs/pump.ts'
import type { Log } from './log.ts'

export const JOBS_SCHEMA = 'jobs'
const TABLE = `${JOBS_SCHEMA}.job`
const DEAD_QUEUE = 'dead_letters'

/** A process that dies is noticed after 10 s (the library's least) + 2 s, and its jobs start after 2–4 s more. */
const LEASE_SECONDS = 10
const SUPERVISE_SECONDS = 2
/** Doubled each time: eight tries last 4–8 minutes, so that a mail server may restart. */
const RETRY_SECONDS = 2
const TRIES = 8
/** A lease is renewed while the process lives; a job that hangs ends here. The longest import takes minutes. */
const LONGEST_SECONDS = 6 * 3600
/** Jobs that nobody takes wait: workers may be off for long. The library deletes them after this. */
const KEPT_SECONDS = 5 * 365 * 86_400
/** Stopping takes 20 s at most, within the 30 s that service managers wait: 15 undisturbed, 5 after being told. */
const GRACE_MS = 15_000
const ABORT_MS = 5_000
/** An action commits within some milliseconds of its last statement; when not yet, the next poll sees the job. */
const WAKE_MS = 15
/** How late a job is seen that another process enqueued, or whose time has come. */
const POLL_MS = 1_000

export type JobLetter = DeadLetter & { id: string }

interface JobStats {
  name: string
  /** Waiting for their first try. */
  queued: number
  active: number
  /** Waiting for another try. */
  retrying: number
}

export interface Jobs {
  /** Done once `tx` has committed. While a job with the same `key` still waits for its first try, nothing is added. */
  enqueue(tx: Db, name: string, payload: unknown, key: string | undefined): Promise<void>
  /** Whether nothing runs or is due now; what failed and waits for another try is not due. */
  idle(): Promise<boolean>
  stats(): Promise<JobStats[]>
  /** Finishes what runs, at most 20 s; the rest goes back to be done again. */
  stop(): Promise<void>
}

export interface JobsOptions {
  /** May create queues; the role that enqueues only needs to read and write rows of JOBS_SCHEMA. */
  connection: pg.PoolConfig
  db: Db
  log: Log
  registry: Pick<Registry, 'jobs'>
  /** False: only enqueues (`--role api`). */
  works: boolean
  run(job: Job, payload: unknown, signal: AbortSignal): Promise<void>
  /** Keeps what was tried eight times; called again with the same id when it throws or is cut off. */
  onDead(letter: JobLetter): Promise<void>
  tries?: number
}

const envelope = z.object({ payload: z.unknown() })

/** Creates or updates the library's tables; needs the right to create a schema. Safe to run in many processes. */
export async function migrateJobs(connection: pg.PoolConfig): Promise<void> {
  const boss = new PgBoss({ ...settings(connection), max: 2 })
  boss.on('error', () => {})
  await boss.start()
  await boss.stop({ graceful: false })
}

export async function openJobs(options: JobsOptions): Promise<Jobs> {
  const { db, log, registry, works } = options
  const boss = new PgBoss({ ...settings(options.connection), migrate: false, supervise: works })
  boss.on('error', (err) => log.error({ err }, 'jobs'))
  await boss.start()
  await createQueues(boss, registry, options.tries ?? TRIES)
  const pumps = works ? startPumps(boss, options) : new Map<string, Pump>()
  /** One question for all queues, where the library asks each of them. True when nothing runs or waits. */
  async function look(): Promise<boolean> {
    const { rows } = await sql<{ name: string; waiting: boolean }>`
      select name, bool_or(state < 'active') as waiting from ${sql.table(TABLE)}
      where name = any(${[...registry.jobs.keys(), DEAD_QUEUE]}::text[])
        and state <= 'active' and start_after <= clock_timestamp()
      group by name`.execute(db)
    for (const row of rows) if (row.waiting) pumps.get(row.name)?.wake()
    return rows.length === 0
  }
  const polling = works ? poll(look, log) : null

  return {
    async enqueue(tx, name, payload, key) {
      if (!registry.jobs.has(name)) throw new Error(`no job ${name}`)
      // Twice: a job with this key may start between the insert that finds it and the lock.
      for (let attempt = 0; attempt < 2; attempt++) {
        // Every job has a key: of those without one the library would keep one at a time.
        const id = await boss.send(name, { payload }, { singletonKey: key ?? newId(), db: fromKysely(tx) })
        if (id !== null || key === undefined || (await holdQueued(tx, name, key))) break
      }
      setTimeout(() => pumps.get(name)?.wake(), WAKE_MS).unref()
    },
    idle: look,
    async stats() {
      const { rows } = await sql<JobStats>`
        select name, count(*) filter (where state = 'created') as queued,
          count(*) filter (where state = 'active') as active, count(*) filter (where state = 'retry') as retrying
        from ${sql.table(TABLE)} where state <= 'active' group by name order by name`.execute(db)
      return rows
    },
    async stop() {
      await polling?.stop()
      await drain([...pumps.values()])
      await boss.stop({ graceful: false })
    },
  }
}

function poll(look: () => Promise<unknown>, log: Log): { stop(): Promise<void> } {
  const ended = new AbortController()
  const running = (async () => {
    while (!ended.signal.aborted) {
      await look().catch((err: unknown) => log.error({ err }, 'jobs not looked for'))
      await pause(POLL_MS, undefined, { signal: ended.signal }).catch(() => {})
    }
  })()
  return {
    async stop() {
      ended.abort()
      await running
    },
  }
}

const settings = (connection: pg.PoolConfig): ConstructorOptions => ({
  ...(connection as ConstructorOptions),
  schema: JOBS_SCHEMA,
  application_name: 'banyan jobs',
  max: 5,
  schedule: false,
  superviseIntervalSeconds: SUPERVISE_SECONDS,
  monitorIntervalSeconds: SUPERVISE_SECONDS,
})

/** One queue per kind of job, so that a flood of one kind cannot hold up another. */
async function createQueues(boss: PgBoss, registry: Pick<Registry, 'jobs'>, tries: number): Promise<void> {
  const common = {
    retryDelay: RETRY_SECONDS,
    retryBackoff: true,
    retryDelayMax: 300,
    heartbeatSeconds: LEASE_SECONDS,
    expireInSeconds: LONGEST_SECONDS,
    retentionSeconds: KEPT_SECONDS,
  }
  // A letter that cannot be kept (the database is away) must not be given up.
  await boss.createQueue(DEAD_QUEUE, { ...common, retryLimit: 1_000_000 })
  for (const name of registry.jobs.keys()) {
    const queue = { ...common, retryLimit: tries - 1, deadLetter: DEAD_QUEUE }
    await boss.createQueue(name, { ...queue, policy: 'short' })
    await boss.updateQueue(name, queue)
  }
}

/** Locks the waiting job until `tx` ends, so that it sees what `tx` wrote; false when it has started meanwhile. */
async function holdQueued(tx: Db, name: string, key: string): Promise<boolean> {
  const { rows } = await sql`select 1 from ${sql.table(TABLE)}
    where name = ${name} and singleton_key = ${key} and state = 'created' for update`.execute(tx)
  return rows.length > 0
}

function startPumps(boss: PgBoss, options: JobsOptions): Map<string, Pump> {
  const { registry, log, run, onDead } = options
  const pumps = new Map<string, Pump>()
  const bury = async (letter: JobLetter) => {
    log.error({ job: letter.origin, id: letter.id, reason: letter.reason }, 'job given up')
    await onDead(letter)
  }
  for (const job of registry.jobs.values()) {
    const work = async (taken: JobWithMetadata<object>, signal: AbortSignal) => {
      const { payload } = envelope.parse(taken.data)
      const parsed = job.payload.safeParse(payload)
      // A version that took another payload has enqueued it: no repetition mends that.
      if (!parsed.success) return bury(letterOf(taken.id, job.name, 'payload not valid', payload))
      await run(job, parsed.data, signal)
    }
    pumps.set(job.name, startPump(boss, job.name, log, work, reasonOf))
  }
  // The library puts here what failed for the last time, also when the process died of it each time.
  const work = async ({ data, id, sourceName, sourceId, sourceOutput }: JobWithMetadata<object>) => {
    const { payload } = envelope.parse(data)
    await bury(letterOf(sourceId ?? id, sourceName ?? DEAD_QUEUE, storedReason(sourceOutput), payload))
    if (sourceName && sourceId) await boss.deleteJob(sourceName, sourceId)
  }
  pumps.set(DEAD_QUEUE, startPump(boss, DEAD_QUEUE, log, work, reasonOf))
  return pumps
}

async function drain(pumps: readonly Pump[]): Promise<void> {
  const drained = Promise.all(pumps.map((p) => p.drain()))
  if (await within(drained, GRACE_MS)) return
  for (const pump of pumps) pump.abort()
  if (await within(drained, ABORT_MS)) return
  await Promise.all(pumps.map((p) => p.giveBack()))
  await drained
}

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  return Promise.race([promise.then(() => true), late]).finally(() => clearTimeout(timer))
}

function letterOf(id: string, job: string, reason: string, payload: unknown): JobLetter {
  const { memberId } = Object(payload) as { memberId?: unknown }
  return { kind: 'job', id, origin: job, reason, memberId: isId(memberId) ? memberId : null, item: { job, payload } }
}

/** What the database says may quote values, so only its code is kept. */
function reasonOf(error: unknown): string {
  if (error instanceof Problem) return error.code
  const { severity, code, name, message } = Object(error) as Partial<Record<string, unknown>>
  if (severity !== undefined) return `database error ${String(code)}`
  return `${String(name ?? 'Error')}: ${String(message ?? error)}`.slice(0, 500)
}

const failure = z.union([
  z.object({ message: z.string() }),
  z.object({ value: z.object({ message: z.string() }) }).transform((o) => o.value),
])
const storedReason = (output: unknown): string => failure.safeParse(output).data?.message ?? 'failed'
