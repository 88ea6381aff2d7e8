// Gives every reactor every batch, in order, each shard's events once. A reactor's effects, its events and its
// progress commit together; a batch that fails is retried shard by shard, then event by event, and an event that
// still fails is parked in the dead letters for that reactor while the others go on.
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { react } from '#kernel/bulk'
import type { Happened, Reactor } from '#kernel/capability'
import type { Db, Emitted, Host } from '#kernel/host'
import { idFrom, newId } from '#kernel/ids'
import { transact } from '#kernel/run'
import { happenedOf, loadBatch, readPipe } from './batch.ts'
import { insertDeadLetters } from './dead-letter.ts'
import { checkLease, type Lease, LeaseLost, releaseLease, takeLease } from './lease.ts'
import type { Log } from './log.ts'
import { isPassing } from './passing.ts'

/** Fixed for good: progress is stored per shard, and workers take ranges of them. */
const SHARDS = 64
/** The shard number under which a reactor's floor stands: every shard is done up to this batch. */
const FLOOR = -1
/** Decoded batches kept for reactors that run at nearly the same pace. */
const KEPT = 8
/** A third of a lease: two renewals may be lost before another process takes over. */
const RENEW_MS = 3_000
/** How often a process that does not hold a reactor's lease tries to take it while there is work. */
const TRY_MS = 500
/** A floor is written when this many batches were passed since, or at rest after this long. */
const NOTED = 50
const NOTE_MS = 1_000

export interface ReactorsParts {
  host: Host
  db: Db
  log: Log
  /** Those of these members that are another one's now. */
  rootsOf(memberIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}

export interface Reactors {
  /** A batch can be read. */
  arrived(n: number, events: readonly Happened[]): void
  idle(): Promise<boolean>
  /** Batches behind, by reactor. */
  lag(): ReadonlyMap<string, number>
  stop(): Promise<void>
}

/** Members are spread by the random tail of their id; events without a member all go to shard 0. */
const shardOf = (memberId: string): number =>
  memberId === '' ? 0 : (digit(memberId.charCodeAt(34)) * 16 + digit(memberId.charCodeAt(35))) % SHARDS

/** The value of a hexadecimal digit, lower case. */
const digit = (code: number): number => (code < 58 ? code - 48 : code - 87)

export function startReactors(parts: ReactorsParts): Reactors {
  const { host, db, log } = parts
  const holder = newId()
  const decoded = new Map<number, { names: ReadonlySet<string>; events: readonly Happened[] }>()
  let newest = 0
  let stopping = false
  const waking = new Set<() => void>()
  const floors = new Map<string, number>()
  const ended = new AbortController()

  async function batch(n: number) {
    const known = decoded.get(n)
    if (known) return known
    const loaded = await loadBatch(db, n)
    if (!loaded) throw new Error(`batch ${n} has no body`)
    return keep(n, happenedOf(loaded.body))
  }

  function keep(n: number, events: readonly Happened[]) {
    const entry = { events, names: new Set(events.map((e) => e.name)) }
    decoded.set(n, entry)
    for (const old of decoded.keys()) if (decoded.size > KEPT) decoded.delete(old)
    return entry
  }

  const sleep = () =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        waking.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, TRY_MS)
      waking.add(wake)
    })

  function rouse(n: number) {
    newest = Math.max(newest, n)
    for (const wake of [...waking]) wake()
  }

  async function follow(reactor: Reactor) {
    const name = `reactor:${reactor.name}`
    let floor = await readFloor(db, reactor.name)
    floors.set(reactor.name, floor)
    let lease: Lease | null = null
    let renewedAt = 0
    let written = { floor, at: Date.now() }
    let failures = 0

    /** Taken or renewed where there is work only: a reactor with nothing to do holds nobody off. */
    async function hold(): Promise<Lease | null> {
      if (Date.now() - renewedAt < (lease ? RENEW_MS : TRY_MS)) return lease
      const before = lease?.fence
      lease = await takeLease(db, name, holder)
      renewedAt = Date.now()
      // Another process was at work since, or is.
      if (!lease || lease.fence !== before) await reread()
      return lease
    }
    async function reread() {
      floor = await readFloor(db, reactor.name)
      written = { floor, at: Date.now() }
      floors.set(reactor.name, floor)
    }
    /** The floor is only a place to start from; progress per shard is exact. So it is written now and then. */
    async function note() {
      await writeFloor(db, reactor.name, floor)
      written = { floor, at: Date.now() }
    }

    while (!stopping) {
      try {
        // Taking the lease may have shown that another process has done it.
        const held = floor < newest ? await hold() : lease
        if (held && floor < newest) {
          const next = await batch(floor + 1)
          if (wants(reactor, next.names)) await deliver(parts, reactor, held, floor + 1, next.events)
          floor++
          floors.set(reactor.name, floor)
          failures = 0
        }
        const isDue = floor >= newest && floor > written.floor && Date.now() - written.at > NOTE_MS
        if (isDue || floor - written.floor >= NOTED) await note()
        // Asked after the note: what arrived meanwhile has woken nobody.
        if (!held || floor >= newest) await sleep()
      } catch (error) {
        if (error instanceof LeaseLost) lease = null
        const wait = Math.min(5000, 100 * 2 ** failures++)
        log.error({ err: error, reactor: reactor.name, batch: floor + 1, wait }, 'reactor failed')
        await new Promise((resolve) => setTimeout(resolve, wait))
      }
    }
    if (lease) {
      await writeFloor(db, reactor.name, floor).catch(() => {})
      await releaseLease(db, name, holder).catch(() => {})
    }
  }

  /** A second process may have projected without our hearing of it. */
  async function look() {
    while (!stopping) {
      const { projected } = await readPipe(db).catch(() => ({ projected: newest }))
      if (projected > newest) rouse(projected)
      await pause(RENEW_MS, undefined, { signal: ended.signal }).catch(() => {})
    }
  }
  const running = Promise.all([look(), ...host.registry.reactors.map(follow)])

  return {
    arrived(n, events) {
      keep(n, events)
      rouse(n)
    },
    async idle() {
      const { projected } = await readPipe(db)
      return host.registry.reactors.every((r) => (floors.get(r.name) ?? 0) >= projected)
    },
    lag: () => new Map(host.registry.reactors.map((r) => [r.name, newest - (floors.get(r.name) ?? 0)])),
    async stop() {
      stopping = true
      ended.abort()
      rouse(newest)
      await running
    },
  }
}

const wants = (reactor: Reactor, names: ReadonlySet<string>) =>
  reactor.on === '*' ? names.size > 0 : reactor.on.some((name) => names.has(name))

async function readFloor(db: Db, reactor: string): Promise<number> {
  const { rows } = await sql<{ batch: number }>`
    select batch from reactor_progress where reactor = ${reactor} and shard = ${FLOOR}`.execute(db)
  return rows[0]?.batch ?? 0
}

async function writeFloor(db: Db, reactor: string, batch: number): Promise<void> {
  await sql`insert into reactor_progress (reactor, shard, batch) values (${reactor}, ${FLOOR}, ${batch})
    on conflict (reactor, shard) do update set batch = greatest(reactor_progress.batch, excluded.batch)`.execute(db)
}

async function deliver(parts: ReactorsParts, reactor: Reactor, lease: Lease, n: number, all: readonly Happened[]) {
  const names = reactor.on === '*' ? null : new Set(reactor.on)
  const named = names ? all.filter((e) => names.has(e.name)) : all
  const wanted = reactor.interest ? named.filter(await reactor.interest(parts.db as never)) : named
  if (wanted.length === 0) return
  const events = await asOfToday(parts, wanted)
  try {
    await give(parts, reactor, lease, n, events)
    return
  } catch (error) {
    if (error instanceof LeaseLost || isPassing(error)) throw error
    parts.log.warn({ err: error, reactor: reactor.name, batch: n }, 'batch failed, trying its parts')
  }
  for (const [shard, mine] of Map.groupBy(events, (e) => shardOf(e.memberId))) {
    try {
      await give(parts, reactor, lease, n, mine)
    } catch (error) {
      if (error instanceof LeaseLost || isPassing(error)) throw error
      await eachAlone(parts, reactor, lease, { n, shard }, mine)
    }
  }
}

/** In one transaction with the progress of the events' shards; shards already past this batch are left out. */
async function give(parts: ReactorsParts, reactor: Reactor, lease: Lease, n: number, events: readonly Happened[]) {
  const shards = new Set(events.map((e) => shardOf(e.memberId)))
  await transact(parts.host, async (tx, emitted) => {
    await checkLease(tx, lease)
    const fresh = await advance(tx, reactor, [...shards], n)
    const mine = fresh.size === shards.size ? events : events.filter((e) => fresh.has(shardOf(e.memberId)))
    if (mine.length > 0) await react(parts.host, tx, emitted, reactor, mine)
  })
}

async function advance(tx: Db, reactor: Reactor, shards: readonly number[], n: number): Promise<Set<number>> {
  const { rows } = await sql<{ shard: number }>`
    insert into reactor_progress as p (reactor, shard, batch)
    select ${reactor.name}, s, ${n}::bigint from unnest(${[...shards].sort((a, b) => a - b)}::smallint[]) as s
    on conflict (reactor, shard) do update set batch = excluded.batch where p.batch < excluded.batch
    returning shard`.execute(tx)
  return new Set(rows.map((r) => r.shard))
}

/** One transaction for the shard, a savepoint per event: what fails is parked, what works is kept, in order. */
async function eachAlone(
  parts: ReactorsParts,
  reactor: Reactor,
  lease: Lease,
  at: { n: number; shard: number },
  events: readonly Happened[],
) {
  await transact(parts.host, async (tx, emitted) => {
    await checkLease(tx, lease)
    const fresh = await advance(tx, reactor, [at.shard], at.n)
    if (fresh.size === 0) return
    for (const event of events) await oneOrPark(parts, tx, emitted, reactor, event)
  })
}

async function oneOrPark(parts: ReactorsParts, tx: Db, emitted: Emitted[], reactor: Reactor, event: Happened) {
  const mark = emitted.length
  await sql`savepoint event`.execute(tx)
  try {
    await react(parts.host, tx, emitted, reactor, [event])
    await sql`release savepoint event`.execute(tx)
  } catch (error) {
    if (isPassing(error)) throw error
    await sql`rollback to savepoint event`.execute(tx)
    emitted.length = mark
    parts.log.error({ err: error, reactor: reactor.name, event: event.id }, 'event parked')
    const { data, ...rest } = event
    await insertDeadLetters(tx, [
      {
        id: idFrom(`parked/${reactor.name}/${event.id}`),
        kind: 'parked',
        origin: reactor.name,
        reason: error instanceof Error ? error.message.slice(0, 500) : 'unknown',
        memberId: event.memberId || null,
        item: { ...rest, seq: String(event.seq), data },
        at: event.receivedAt,
      },
    ])
  }
}

/** Gives a parked event to its reactor once more. */
export async function replayParked(host: Host, reactorName: string, item: Record<string, unknown>): Promise<void> {
  const reactor = host.registry.reactors.find((r) => r.name === reactorName)
  if (!reactor) throw new Error(`no reactor ${reactorName}`)
  const event = {
    ...item,
    seq: BigInt(String(item.seq)),
    timestamp: new Date(String(item.timestamp)),
    receivedAt: new Date(String(item.receivedAt)),
  } as Happened
  await transact(host, (tx, emitted) => react(host, tx, emitted, reactor, [event]))
}

/** Members as they are today: an event that waited while its member was merged counts for the member it is now. */
async function asOfToday(parts: ReactorsParts, events: readonly Happened[]): Promise<readonly Happened[]> {
  const roots = await parts.rootsOf([...new Set(events.map((e) => e.memberId))].filter((id) => id !== ''))
  if (roots.size === 0) return events
  return events.map((e) => {
    const root = roots.get(e.memberId)
    return root === undefined ? e : { ...e, data: e.data, memberId: root }
  })
}
