// Puts the whole together: stores, migrations, host, the road, HTTP. Used by the server, by commands that work on a
// stopped instance, and by tests, so that all three are the same thing.
import { join } from 'node:path'
import { isNativeError } from 'node:util/types'
import type pg from 'pg'
import { replayRejected } from '#data/ingest'
import { jobContext } from '#kernel/bulk'
import type { Capability, Happened } from '#kernel/capability'
import type { Brand } from '#kernel/context'
import type { Db, Runtime } from '#kernel/host'
import { type Registry, registry } from '#kernel/registry'
import { brandUpdated, loadBrand } from '#people/brand'
import { findCommunity } from '#people/community'
import { findMember } from '#people/member'
import { APP_ROLE, ensureAppRole } from '#platform/app-role'
import { AUDIT_APPEND_ONLY, auditMigrations } from '#platform/audit'
import { startChainer } from '#platform/audit-chain'
import { batchMigrations } from '#platform/batch'
import type { Clickhouse, Settings } from '#platform/clickhouse/clickhouse'
import { clockMigrations, openManualClock, realClock } from '#platform/clock'
import type { Config } from '#platform/config'
import { MOST_TRANSACTION_SECONDS, openDatabase } from '#platform/database'
import { deadLetterMigrations, insertDeadLetters } from '#platform/dead-letter'
import { dedupeMigrations, turnGenerations } from '#platform/dedupe'
import { erasureMigrations, notBooked, type OpenRound } from '#platform/erasure'
import { openFiles } from '#platform/files'
import { startFollower } from '#platform/follow'
import { makeHost, type ServerHost } from '#platform/host'
import { idempotencyMigrations } from '#platform/idempotency'
import { openIntake } from '#platform/intake'
import { type Jobs, migrateJobs, openJobs } from '#platform/jobs'
import { journalMigrations, turnDays } from '#platform/journal'
import { leaseMigrations } from '#platform/lease'
import { limitMigrations } from '#platform/limit'
import { createLive } from '#platform/live'
import type { Log } from '#platform/log'
import { openMailer } from '#platform/mail'
import { migrate } from '#platform/migrate'
import { project } from '#platform/project'
import { type Reactors, replayParked, startReactors } from '#platform/reactors'
import { createRuntime } from '#platform/runtime'
import { instanceSecret, openSealer } from '#platform/secret'
import { ORIGIN, rowOfLetter, startSequencer } from '#platform/sequencer'
import { startTimers } from '#platform/timers'
import { warehouseTables } from '#platform/warehouse-tables'

export interface System {
  config: Config
  registry: Registry
  host: ServerHost
  /** May change tables; for maintenance and verification. */
  admin: Db
  clickhouse: Clickhouse
  runtime: Runtime
  /** Seconds each part of the road is behind, for metrics. */
  reactors: Reactors | null
  stop(): Promise<void>
}

export interface SystemParts {
  config: Config
  log: Log
  connection: pg.PoolConfig
  clickhouse: Clickhouse
  capabilities: readonly Capability[]
}

const platformMigrations = {
  ...clockMigrations,
  ...leaseMigrations,
  ...journalMigrations,
  ...dedupeMigrations,
  ...batchMigrations,
  ...deadLetterMigrations,
  ...erasureMigrations,
  ...idempotencyMigrations,
  ...limitMigrations,
  ...auditMigrations,
}

/** Enough for the reactors, the sequencer, intake and some tens of requests; PostgreSQL is set up for 100. */
const CONNECTIONS = 30

export async function startSystem(parts: SystemParts): Promise<System> {
  const { config, log, connection, clickhouse } = parts
  const declared = registry(parts.capabilities)
  const administration = openDatabase(connection, 3)
  const admin = administration.db
  const ran = await migrateStores(admin, clickhouse, parts.capabilities)
  if (ran.length > 0) log.info({ migrations: ran.length }, 'migrated')
  await migrateJobs(connection)
  const appendOnly = [...AUDIT_APPEND_ONLY, ...parts.capabilities.flatMap((c) => c.appendOnly ?? [])]
  const restricted = await ensureAppRole(admin, appendOnly)
  if (!restricted)
    log.warn('this PostgreSQL user may not create roles; audit and ledger are protected by triggers only')
  const app = openDatabase(restricted ? { ...connection, options: `-c role=${APP_ROLE}` } : connection, CONNECTIONS, {
    mostSeconds: MOST_TRANSACTION_SECONDS,
  })
  const { db } = app
  if (config.DATABASE_URL && config.CLICKHOUSE_URL && !config.BANYAN_SECRET)
    log.warn('BANYAN_SECRET is not set: other processes on these stores cannot open what this one seals')
  const clock = config.BANYAN_CLOCK === 'manual' ? await openManualClock(db) : realClock
  await turnDays(admin, null)
  await turnGenerations(admin, clock.now())

  const resolver = parts.capabilities.find((c) => c.resolver)?.resolver
  if (!resolver) throw new Error('no capability resolves identities')

  let brand: Brand = await loadBrand(db)
  const live = createLive()
  const mail = openMailer({
    url: config.BANYAN_SMTP_URL,
    from: config.BANYAN_MAIL_FROM,
    folder: join(config.BANYAN_DATA_DIR, 'mail'),
    log,
  })
  const files = openFiles(join(config.BANYAN_DATA_DIR, 'files'))
  let wake = () => {}
  const intake = openIntake(app.pool, () => wake())
  let jobs: Jobs | undefined
  let runtime: Runtime | undefined
  const hidden = async () => without(clickhouse.database, await resolver.hidden(admin))
  const host = makeHost(
    {
      registry: declared,
      db,
      clock,
      warehouse: {
        query: async (text, params, options) =>
          clickhouse.query(text, params, { ...options, settings: await hidden() }),
        database: clickhouse.database,
        parsed: clickhouse.parsed,
        table: async (text, params, { signal, settings }) =>
          clickhouse.table(text, params, { signal, settings: { ...settings, ...(await hidden()) } }),
      },
      mail,
      files,
      sealer: openSealer(instanceSecret(config)),
      intake,
      brand: () => brand,
      findMember,
      findCommunity,
      appended: () => wake(),
    },
    { jobs: () => there(jobs), runtime: () => there(runtime) },
  )
  const works = config.BANYAN_ROLE !== 'api'
  jobs = await openJobs({
    connection,
    db,
    log,
    registry: declared,
    works,
    run: (job, payload, signal) => job.run(jobContext(host, job.name, signal) as never, payload as never),
    onDead: (letter) => insertDeadLetters(db, [{ ...letter, at: clock.now() }]),
  })
  const reactors = works ? startReactors({ host, db, log, rootsOf: (ids) => resolver.rootsOf(db, ids) }) : null
  const arrived = async (n: number, events: readonly Happened[]) => {
    if (events.some((e) => e.name === brandUpdated.name)) brand = await loadBrand(db)
    reactors?.arrived(n, events)
    live.publish(events)
  }
  const follower = await startFollower({ connection, db, log, arrived })
  const sequencer = works
    ? startSequencer({
        db,
        admin,
        log,
        now: clock.now,
        registry: declared,
        resolver,
        project: (body, how) => project(clickhouse, body, how),
        projected: (n, events) => {
          follower.passed(n)
          return arrived(n, events)
        },
      })
    : null
  wake = () => sequencer?.wake()
  const timers = startTimers({ host, db, clock, log, works })
  const chainer = works ? startChainer(db, log) : null
  runtime = createRuntime({
    db,
    admin,
    clock,
    live,
    jobs,
    sequencer,
    reactors,
    timers,
    warehouse: {
      query: clickhouse.query,
      command: clickhouse.command,
      count: (upTo, rounds) => countEvents(clickhouse, upTo, rounds),
      alive: () => clickhouse.ping(),
    },
    replayJob: (tx, item) => host.enqueue(tx, String(item.job), item.payload, undefined),
    replayParked: (origin, item) =>
      origin === ORIGIN ? intake.accept([rowOfLetter(item)]) : replayParked(host, origin, item),
    replayRejected: (source, item) => replayRejected(host, source, item),
  })
  return {
    config,
    registry: declared,
    host,
    admin,
    clickhouse,
    runtime,
    reactors,
    async stop() {
      await intake.close()
      await timers.stop()
      await sequencer?.stop()
      await follower.stop()
      await reactors?.stop()
      await jobs?.stop()
      await chainer?.stop()
      mail.close()
      await app.close()
      await administration.close()
    },
  }
}

function there<X>(x: X | undefined): X {
  if (x === undefined) throw new Error('the system is still starting')
  return x
}

/** Both stores, those of the platform first; answers what ran. */
export const migrateStores = (
  admin: Db,
  clickhouse: Pick<Clickhouse, 'command' | 'database'>,
  capabilities: readonly Capability[],
): Promise<string[]> =>
  migrate(admin, (statement) => clickhouse.command(statement.replaceAll('{database}', clickhouse.database)), [
    { name: 'platform', migrations: platformMigrations, warehouse: warehouseTables },
    ...capabilities,
  ])

/** Keeps rows of these members from any question, whatever it asks; they are on their way out. */
function without(database: string, numbers: readonly number[]): Settings {
  if (numbers.length === 0) return {}
  const list = numbers.map((n) => Math.trunc(n)).join()
  const filters = [
    ['events', 'member'],
    ['facts', 'member'],
    ['members', 'number'],
  ].map(([table, column]) => `'${database}.${table}':'${column} NOT IN (${list})'`)
  return { additional_table_filters: `{${filters.join()}}` }
}

async function countEvents(clickhouse: Clickhouse, upTo: number, rounds: readonly OpenRound[]): Promise<number> {
  const free = notBooked(rounds)
  const rows = await clickhouse.query<{ n: string | number }>(
    `SELECT count() AS n FROM events WHERE batch <= {upTo:UInt64} AND name != 'ingest.rejected' AND ${free.sql}`,
    { upTo, ...free.params },
    { lane: 'background' },
  )
  return Number(rows[0]?.n ?? 0)
}

/** Shown to whoever starts it; a message for people where there is one. */
export const startError = (error: unknown): string => (isNativeError(error) ? error.message : String(error))
