// The one sequencer, leased and fenced. A round: claim rows in order of receipt, find duplicates, resolve identity,
// seal the batch (its borders, its instant, its rows) in one transaction, then write it to the warehouse under the
// token n, then say it is projected. After a crash a sealed batch goes again with the same bytes and token.
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { AnyEvent, Happened } from '#kernel/capability'
import type { Db } from '#kernel/host'
import { newId } from '#kernel/ids'
import type { Registry } from '#kernel/registry'
import type { Fact, Incoming, Resolution, Resolver } from '#kernel/road'
import { type Batch, type Body, happenedOf, insertBatch, isQuiet, lineOf, loadBatch, pack, readPipe } from './batch.ts'
import { insertDeadLetters } from './dead-letter.ts'
import { createDedupe, type Dedupe, makeFilters, turnGenerations } from './dedupe.ts'
import { factLine } from './fact-row.ts'
import { announce } from './follow.ts'
import { forgetKeys } from './idempotency.ts'
import { append, type ClaimedRow, claim, foldCounts, type JournalRow, rowOf, turnDays } from './journal.ts'
import { checkLease, type Lease, LeaseLost, releaseLease, takeLease } from './lease.ts'
import { forgetLimits } from './limit.ts'
import type { Log } from './log.ts'
import { isPassing } from './passing.ts'
import type { Projecting } from './project.ts'

/** Rows a batch: large enough that a batch's fixed costs vanish, small enough to seal in well under 5 s. */
const MOST_ROWS = 10_000
/** Where the letters of rows come from that could not be sealed. */
export const ORIGIN = 'sequencer'
/** A batch that fails so often for no passing reason holds a row that cannot be sealed; it is looked for. */
const TRIES = 3
/** How often days and generations are turned: a generation takes a minute at full speed. */
const TURN_MS = 30_000
/** How long an idle sequencer sleeps when nobody wakes it (another process may have appended). */
const IDLE_MS = 50
/**
 * A batch of ten rows costs nearly what one of a thousand does, in both stores and in every reactor. So after a batch
 * that was not full the sequencer rests twice as long as the batch took, up to this: at 2,000 events/s that took a tenth
 * less CPU than once as long, and it is a latency few notice. Fewer batches are fewer parts in the warehouse, too.
 */
const MOST_REST_MS = 200

export interface SequencerParts {
  db: Db
  /** May change tables: days and weeks are partitions that come and go. */
  admin: Db
  log: Log
  now(): Date
  registry: Registry
  resolver: Resolver
  /** Writes one batch. Must store nothing twice, however often it is called for it. */
  project(body: Body, batch: Projecting): Promise<void>
  /** Called when a batch can be read everywhere. */
  projected(n: number, events: readonly Happened[]): Promise<void>
}

export interface Sequencer {
  /** Says that rows were appended. */
  wake(): void
  /** True when this process leads and has nothing left to do. */
  idle(): Promise<boolean>
  /** The machine time of the last completed round, for health. */
  lastRound(): number
  stop(): Promise<void>
}

export function startSequencer(parts: SequencerParts): Sequencer {
  const { db, log } = parts
  const holder = newId()
  let stopping = false
  let lease: Lease | null = null
  let renewedAt = 0
  let lastRound = Date.now()
  let turnedAt = 0
  let turnedDay = ''
  let filtering: Promise<void> | null = null
  const dedupe = createDedupe()
  let wakeUp: (() => void) | null = null
  let woken = false
  /** Fewer while the row is looked for that keeps a batch from being sealed. */
  let most = MOST_ROWS
  let faults = 0
  /** The batch sealed last, on its way to the warehouse. */
  let projecting: Promise<void> | null = null
  /** Places of rows that cannot be sealed: put aside among the dead letters, so that they hold nobody up. */
  const unsealable = new Set<number>()

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      if (woken) return resolve()
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function lead(): Promise<Lease | null> {
    if (lease && Date.now() - renewedAt < 3000) return lease
    const before = lease?.fence
    lease = await takeLease(db, 'sequencer', holder)
    renewedAt = Date.now()
    if (lease?.fence !== before) parts.resolver.forget()
    return lease
  }

  async function landed() {
    const before = projecting
    projecting = null
    await before
  }

  /** Answers how many rows it sealed. */
  async function round(): Promise<number> {
    const held = await lead()
    if (!held) return 0
    // The domain clock may jump into another day at any moment.
    const day = parts.now().toISOString().slice(0, 10)
    if (Date.now() - turnedAt > TURN_MS || day !== turnedDay) {
      turnedAt = Date.now()
      turnedDay = day
      const pipe = await readPipe(db)
      await turnDays(parts.admin, pipe.last)
      await turnGenerations(parts.admin, parts.now())
      filtering ??= makeFilters(parts.admin)
        .catch((error: unknown) => log.warn({ err: error }, 'a filter of dedupe keys was not made'))
        .finally(() => {
          filtering = null
        })
      await foldCounts(db)
      await dropBodies(db)
      await forgetKeys(db)
      await forgetLimits(db)
    }
    if (!projecting && (await isQuiet(db))) {
      lastRound = Date.now()
      return 0
    }
    if (!projecting) await finish(parts, held)
    const sealed = await sealSome(held)
    await landed()
    if (sealed) {
      projecting = finish(parts, held, sealed)
      // Awaited in its turn; until then a failure must not count as unhandled.
      projecting.catch(() => {})
    }
    // Behind a full batch there is more: the next is sealed while this one goes to the warehouse.
    if (!sealed || sealed.rows < MOST_ROWS) await landed()
    lastRound = Date.now()
    return sealed?.rows ?? 0
  }

  /** One row that cannot be sealed must not hold everybody up: it is closed in on and put aside. */
  async function sealSome(held: Lease): Promise<Sealed | null> {
    try {
      const sealed = await seal({ ...parts, dedupe }, held, { most, unsealable })
      faults = most === MOST_ROWS ? 0 : faults
      most = Math.min(most * 2, MOST_ROWS)
      return sealed
    } catch (error) {
      if (error instanceof LeaseLost || isPassing(error) || ++faults < TRIES) throw error
      if (most > 1) most = Math.ceil(most / 10)
      else {
        const [row] = await claim(db, (await readPipe(db)).last, 1)
        if (row) unsealable.add(row.seq)
        most = MOST_ROWS
        faults = 0
      }
      throw error
    }
  }

  async function run() {
    let failures = 0
    while (!stopping) {
      woken = false
      try {
        const began = performance.now()
        const rows = await round()
        failures = 0
        if (rows === 0) await sleep(IDLE_MS)
        else if (rows < MOST_ROWS) await pause(Math.min(2 * (performance.now() - began), MOST_REST_MS))
      } catch (error) {
        await landed().catch(() => {})
        parts.resolver.forget()
        if (error instanceof LeaseLost) lease = null
        // Back off to 5 s: a store that is away should find us soon after it is back. Closing in on a row goes fast.
        const wait = most < MOST_ROWS ? 20 : Math.min(5000, 100 * 2 ** failures++)
        log.error({ err: error, wait }, 'sequencer round failed')
        await pause(wait)
      }
    }
    await landed().catch((err: unknown) => log.error({ err }, 'the last batch will be projected at the next start'))
    if (lease) await releaseLease(db, 'sequencer', holder).catch(() => {})
  }
  const running = run()

  return {
    wake() {
      woken = true
      wakeUp?.()
    },
    idle: () => isQuiet(db),
    lastRound: () => lastRound,
    async stop() {
      stopping = true
      this.wake()
      await running
      await filtering
    },
  }
}

/** Projects what has been sealed and not yet projected; the batch just sealed need not be read again. */
async function finish(parts: SequencerParts, lease: Lease, just?: Ready): Promise<void> {
  const pipe = await readPipe(parts.db)
  for (let n = pipe.projected + 1; n <= pipe.sealed; n++) {
    const known = just?.n === n ? just : null
    const { body, events } = known ?? (await again(parts.db, n))
    await parts.project(body, { n, again: !known })
    await parts.db.transaction().execute(async (tx) => {
      await checkLease(tx as Db, lease)
      await sql`update pipe set projected = ${n}, projected_at = clock_timestamp(),
        projected_rows = projected_rows + (select stored from batches where n = ${n}) where projected = ${n} - 1`.execute(
        tx,
      )
      await announce(tx, n)
    })
    await parts.projected(n, events)
  }
}

interface Ready {
  n: number
  body: Body
  events: readonly Happened[]
}

interface Sealed extends Ready {
  rows: number
}

async function again(db: Db, n: number): Promise<Ready> {
  const batch = await loadBatch(db, n)
  if (!batch) throw new Error(`sealed batch ${n} has no body`)
  return { n, body: batch.body, events: happenedOf(batch.body) }
}

interface Claim {
  most: number
  unsealable: ReadonlySet<number>
}

function seal(
  parts: SequencerParts & { dedupe: Dedupe },
  lease: Lease,
  { most, unsealable }: Claim,
): Promise<Sealed | null> {
  return parts.db.transaction().execute(async (transaction) => {
    const tx = transaction as Db
    await checkLease(tx, lease)
    const pipe = await readPipe(tx)
    const rows = (await claim(tx, pipe.last, most)).map((r) =>
      unsealable.has(r.seq) ? { ...r, reason: r.reason ?? 'unsealable' } : r,
    )
    const last = rows.at(-1)
    if (!last) return null
    const at = parts.now()
    const n = pipe.sealed + 1
    const { kept, duplicate, rejected } = await sort(tx, parts.dedupe, rows)
    const resolution = await parts.resolver.resolve(tx, kept.map(incoming), parts.registry.capabilities)
    const receivedAt = parts.now()
    await append(
      tx,
      resolution.emitted.map((e) => rowOf(e, receivedAt)),
    )
    const { body, names } = await bodyOf(parts, tx, { n, kept, rejected, resolution })
    await insertDeadLetters(
      tx,
      rejected.map((r) => ({
        id: r.id,
        ...(unsealable.has(r.seq)
          ? { kind: 'parked' as const, origin: ORIGIN, memberId: r.memberId, item: { ...r, reason: null } }
          : { kind: 'rejected' as const, origin: r.source, memberId: null, item: itemOf(r) }),
        reason: r.reason ?? '',
        at: r.receivedAt,
      })),
    )
    const batch: Batch = {
      n,
      at,
      last: { xid: last.xid, seq: last.seq },
      counts: { accepted: rows.length, stored: kept.length, duplicate, rejected: rejected.length },
      names,
    }
    await insertBatch(tx, batch, await pack(body))
    const events = kept.map((row, i) => happened(row, resolution.of[i]?.memberId ?? ''))
    return { n, rows: rows.length, body, events: [...events, ...rejected.map((row) => happened(asRejected(row), ''))] }
  })
}

/** A row that was put aside, to go the same road again: its key has not been seen yet. */
export function rowOfLetter(item: Readonly<Record<string, unknown>>): JournalRow {
  const { seq: _, xid: __, ...row } = item as unknown as ClaimedRow
  return { ...row, at: new Date(row.at), receivedAt: new Date(row.receivedAt) }
}

/** What was rejected, as people can read and mend it; as text where it is no JSON. */
function itemOf({ properties }: ClaimedRow): Record<string, unknown> {
  try {
    return JSON.parse(properties)
  } catch {
    return { unreadable: properties }
  }
}

/** Splits rows into first seen, seen before, and rejected. */
async function sort(tx: Db, dedupe: Dedupe, rows: readonly ClaimedRow[]) {
  const rejected = rows.filter((r) => r.reason !== null)
  const good = rows.filter((r) => r.reason === null)
  const fresh = await dedupe.firstSeen(tx, [...new Set(good.flatMap((r) => r.key ?? []))])
  const kept = good.filter((r) => r.key === null || fresh.delete(r.key))
  return { kept, rejected, duplicate: good.length - kept.length }
}

function incoming(row: ClaimedRow): Incoming {
  return {
    seq: BigInt(row.seq),
    source: row.source,
    name: row.name,
    class: row.class,
    memberId: row.memberId,
    userId: row.userId,
    anonymousId: row.anonymousId,
    actor: row.actor,
    timestamp: row.at,
    receivedAt: row.receivedAt,
    properties: () => JSON.parse(row.properties) as Record<string, unknown>,
    context: () => JSON.parse(row.context) as Record<string, unknown>,
  }
}

interface Decided {
  n: number
  kept: readonly ClaimedRow[]
  rejected: readonly ClaimedRow[]
  resolution: Resolution
}

async function bodyOf(parts: SequencerParts, tx: Db, { n, kept, rejected, resolution }: Decided) {
  const events: string[] = []
  const declared: { event: AnyEvent; row: ClaimedRow; memberId: string }[] = []
  const names = new Set<string>()
  kept.forEach((row, i) => {
    const who = resolution.of[i] ?? { number: 0, memberId: '' }
    names.add(row.name)
    events.push(lineOf(row, who, n))
    const event = row.class === 'client' ? undefined : parts.registry.events.get(row.name)
    if (event?.facts) declared.push({ event, row, memberId: who.memberId })
  })
  for (const row of rejected) {
    names.add('ingest.rejected')
    events.push(lineOf(asRejected(row), { number: 0, memberId: '' }, n))
  }
  const { facts, members } = await factsOf(parts, tx, declared, resolution)
  const lines = (list: readonly string[]) => list.join('\n')
  const body: Body = {
    events: lines(events),
    facts: lines(facts.map((f) => factLine(f, n))),
    members: lines(members.map((m) => JSON.stringify([m.number, m.memberId, m.at.getTime(), n]))),
    aliases: lines(resolution.aliases.map((a) => JSON.stringify([a.number, a.root, Number(a.seq), n]))),
  }
  return { body, names: [...names] }
}

/** A rejected item is told as an event of its own, without what it held. */
const asRejected = (row: ClaimedRow): ClaimedRow => ({
  ...row,
  name: 'ingest.rejected',
  class: 'system',
  properties: JSON.stringify({ name: row.name, source: row.source, reason: row.reason }),
  context: '{}',
})

async function factsOf(
  parts: SequencerParts,
  tx: Db,
  declared: readonly { event: AnyEvent; row: ClaimedRow; memberId: string }[],
  resolution: Resolution,
): Promise<{ facts: Fact[]; members: Resolution['members'] }> {
  const changes = declared.flatMap(({ event, row, memberId }) =>
    (event.facts?.(happened(row, memberId) as never) ?? []).map((change) => ({
      ...change,
      memberId: change.memberId ?? memberId,
      row,
    })),
  )
  const known = changes.filter((c) => c.memberId !== '')
  const { numbers, members } = await parts.resolver.numbersOf(tx, [...new Set(known.map((c) => c.memberId))])
  const facts = known.flatMap((c): Fact[] => {
    const number = numbers.get(c.memberId)
    return number === undefined
      ? []
      : [{ number, key: c.key, value: c.value, validFrom: c.row.at, seq: BigInt(c.row.seq) }]
  })
  return { facts: [...resolution.facts, ...facts], members: [...resolution.members, ...members] }
}

function happened(row: ClaimedRow, memberId: string): Happened {
  let data: Record<string, unknown> | undefined
  return {
    id: row.id,
    name: row.name,
    class: row.class,
    source: row.source,
    memberId,
    communityId: row.communityId ?? '',
    actor: row.actor,
    timestamp: row.at,
    receivedAt: row.receivedAt,
    seq: BigInt(row.seq),
    cause: row.cause,
    depth: row.depth,
    // Most events of a batch are looked into by nobody.
    get data() {
      data ??= JSON.parse(row.properties) as Record<string, unknown>
      return data
    },
  }
}

/** Bodies go three days after every reactor has passed them; the counts stay. */
async function dropBodies(db: Db): Promise<void> {
  await sql`update batches set body = null
    where body is not null and sealed_at < clock_timestamp() - interval '3 days'
      and n <= (select projected from pipe)
      and n <= coalesce((select min(batch) from reactor_progress where shard = -1), 0)`.execute(db)
}
