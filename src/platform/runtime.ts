// The running system as operations see it: health, conservation, the clock's movements, and waiting until all is done.
import { sql } from 'kysely'
import type { Check, Conservation, Db, Runtime } from '#kernel/host'
import type { Text } from '#kernel/text'
import { type Pipe, readPipe } from './batch.ts'
import type { Clickhouse } from './clickhouse/clickhouse.ts'
import type { Clock } from './clock.ts'
import { eraseTraces, type OpenRound, openRounds } from './erasure.ts'
import type { Jobs } from './jobs.ts'
import { acceptedEver, pending } from './journal.ts'
import type { Live } from './live.ts'
import type { Reactors } from './reactors.ts'
import type { Sequencer } from './sequencer.ts'
import type { Timers } from './timers.ts'

export interface RuntimeParts {
  db: Db
  /** Sees everybody's sessions; the role that runs operations sees its own only. */
  admin: Db
  clock: Clock
  live: Live
  jobs: Jobs
  sequencer: Sequencer | null
  reactors: Reactors | null
  timers: Timers
  warehouse: Pick<Clickhouse, 'query' | 'command'> & {
    /** Rows of events up to a batch, without those of the rounds. */
    count(upTo: number, without: readonly OpenRound[]): Promise<number>
    alive(): Promise<boolean>
  }
  replayJob: Runtime['replayJob']
  replayParked: Runtime['replayParked']
  replayRejected: Runtime['replayRejected']
}

/** A pipe that has not moved for this long while rows wait is stuck (quality: alarm within 60 s). */
const STUCK_SECONDS = 30
/** Longer than any transaction of ours may write: the journal's order waits for the oldest one. */
const LONG_TRANSACTION_SECONDS = 5
const NOTHING: Text = { en: '', zh: '' }
const UNREACHABLE: Text = { en: 'not reachable', zh: '无法连接' }

export function createRuntime(parts: RuntimeParts): Runtime {
  const { db, clock } = parts
  return {
    manualClock: clock.manual,
    listen: parts.live.listen,
    replayJob: parts.replayJob,
    replayParked: parts.replayParked,
    replayRejected: parts.replayRejected,
    erase: (erasure) => eraseTraces(parts, erasure),
    async settle() {
      await settleAll(parts)
    },
    projected: async () => (await readPipe(db)).projected,
    settled: () => quiet(parts),
    async makeWay(signal) {
      while (!signal.aborted && (await behind(parts)) > MOST_BEHIND_SECONDS)
        await new Promise((resolve) => setTimeout(resolve, WAY_MS))
    },
    conservation: () => conservation(parts),
    checks: () =>
      Promise.all([
        postgresCheck(db),
        warehouseCheck(parts),
        pipeCheck(parts),
        longCheck(parts.admin),
        lettersCheck(db),
      ]),
    async moveTo(at) {
      let next = await settleAll(parts)
      while (next && next <= at) {
        await clock.jump(next)
        next = await settleAll(parts)
      }
      await clock.jump(at)
      await settleAll(parts)
    },
  }
}

/** Waits until nothing is left to do; with the manual clock answers when a timer is due next. */
async function settleAll({ clock, ...parts }: RuntimeParts): Promise<Date | null> {
  for (;;) {
    if (!(await quiet(parts))) {
      parts.sequencer?.wake()
      await new Promise((resolve) => setTimeout(resolve, 3))
      continue
    }
    if (!clock.manual) return null
    const { worked, next } = await parts.timers.work()
    if (!worked && !(next && next <= clock.now())) return next
  }
}

/** Asked in the order of the road and then once more at its start, so that what a later hop appended is seen. */
async function quiet(parts: Pick<RuntimeParts, 'db' | 'sequencer' | 'reactors' | 'jobs'>): Promise<boolean> {
  return (
    (await sequenced(parts)) &&
    (await (parts.reactors?.idle() ?? true)) &&
    (await parts.jobs.idle()) &&
    (await sequenced(parts))
  )
}

async function sequenced({ db, sequencer }: Pick<RuntimeParts, 'db' | 'sequencer'>): Promise<boolean> {
  if (sequencer) return sequencer.idle()
  const pipe = await readPipe(db)
  return pipe.sealed === pipe.projected && (await pending(db, pipe.last)) === 0
}

/** What PostgreSQL says at one instant. */
const seen = (db: Db) =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (transaction) => {
      const tx = transaction as Db
      const pipe = await readPipe(tx)
      const [accepted, waiting, rounds] = [await acceptedEver(tx), await pending(tx, pipe.last), await openRounds(tx)]
      return { pipe, accepted, pending: waiting, rounds }
    })

/** Each try would have to meet another erasure's booking. */
const MOST_TRIES = 20

/** All counters of one instant: one snapshot in PostgreSQL, and the warehouse up to the batch that snapshot shows. */
async function conservation({ db, warehouse }: RuntimeParts): Promise<Conservation> {
  let at = await seen(db)
  let inWarehouse = await warehouse.count(at.pipe.projected, at.rounds)
  // An erasure that was booked while we counted may have deleted what we did not leave out.
  for (let i = 0; i < MOST_TRIES && (await readPipe(db)).erased !== at.pipe.erased; i++) {
    at = await seen(db)
    inWarehouse = await warehouse.count(at.pipe.projected, at.rounds)
  }
  const { pipe, accepted } = at
  const lost = accepted - (pipe.stored + pipe.duplicate + pipe.rejected + at.pending)
  const missing = pipe.projectedRows - (inWarehouse + pipe.erased + pipe.expired)
  return {
    accepted,
    stored: pipe.stored,
    duplicate: pipe.duplicate,
    rejected: pipe.rejected,
    erased: pipe.erased,
    expired: pipe.expired,
    pending: at.pending,
    inWarehouse,
    // Both must be nothing by themselves: a lost row here must not make up for a doubled one there.
    difference: Math.abs(lost) + Math.abs(missing),
  }
}

async function postgresCheck(db: Db): Promise<Check> {
  try {
    await sql`select 1`.execute(db)
    return { name: 'postgresql', ok: true, detail: NOTHING }
  } catch {
    return { name: 'postgresql', ok: false, detail: UNREACHABLE }
  }
}

async function warehouseCheck({ warehouse }: RuntimeParts): Promise<Check> {
  const ok = await warehouse.alive()
  return { name: 'clickhouse', ok, detail: ok ? NOTHING : UNREACHABLE }
}

async function pipeCheck({ db, clock, reactors }: RuntimeParts): Promise<Check> {
  const name = 'pipe'
  try {
    const waiting = await behind({ db, clock })
    const lag = Math.max(0, ...(reactors?.lag().values() ?? []))
    const detail = {
      en: `the oldest waits ${Math.round(waiting)} s; reactors at most ${lag} batches behind`,
      zh: `最久等待 ${Math.round(waiting)} 秒；反应器最多落后 ${lag} 批`,
    }
    return { name, ok: waiting < STUCK_SECONDS, detail }
  } catch {
    return { name, ok: false, detail: { en: 'not readable', zh: '无法读取' } }
  }
}

/** What work that can wait may hold others up, and how often it looks. */
const MOST_BEHIND_SECONDS = 0.5
const WAY_MS = 100

/** Seconds for which the oldest event that is not in the warehouse has waited. */
async function behind({ db, clock }: Pick<RuntimeParts, 'db' | 'clock'>): Promise<number> {
  const pipe: Pipe = await readPipe(db)
  const { rows } = await sql<{ seconds: number | null }>`
    select (extract(epoch from clock_timestamp()) - received_at / 1000.0)::float8 as seconds from journal
    where (xid, seq) > (${pipe.last.xid}::xid8, ${pipe.last.seq}::bigint) order by xid, seq limit 1`.execute(db)
  const sealed = await sql<{ seconds: number | null }>`
    select extract(epoch from clock_timestamp() - sealed_at)::float8 as seconds from batches
    where n > ${pipe.projected} order by n limit 1`.execute(db)
  // Receipt is told in domain time, which says nothing of waiting while the clock is moved by hand.
  return Math.max(clock.manual ? 0 : (rows[0]?.seconds ?? 0), sealed.rows[0]?.seconds ?? 0)
}

async function longCheck(db: Db): Promise<Check> {
  const { rows } = await sql<{ seconds: number }>`
    select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 as seconds from pg_stat_activity
    where backend_xid is not null and datname = current_database()`.execute(db)
  const seconds = rows[0]?.seconds ?? 0
  return {
    name: 'transactions',
    ok: seconds < LONG_TRANSACTION_SECONDS,
    detail: { en: `the oldest is open for ${seconds.toFixed(1)} s`, zh: `最久已打开 ${seconds.toFixed(1)} 秒` },
  }
}

async function lettersCheck(db: Db): Promise<Check> {
  const { rows } = await sql<{ parked: number; rejected: number }>`
    select count(*) filter (where kind <> 'rejected') as parked, count(*) filter (where kind = 'rejected') as rejected
    from dead_letters where state = 'open'`.execute(db)
  const { parked, rejected } = rows[0] ?? { parked: 0, rejected: 0 }
  return {
    name: 'dead_letters',
    // What a sender got wrong is the sender's to mend; what was parked is work of ours that was not done.
    ok: parked === 0,
    detail: { en: `parked ${parked} · rejected ${rejected}`, zh: `处理失败 ${parked} 条 · 拒收 ${rejected} 条` },
  }
}
