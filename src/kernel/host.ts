// What the kernel needs from the platform to run operations. The platform fills it in; tests use the real one.
import type { Kysely, RawBuilder, SqlBool } from 'kysely'
import type { Happened } from './capability.ts'
import type { Brand, Scope, Warehouse } from './context.ts'
import type { Files } from './file.ts'
import type { Mailer } from './mail.ts'
import type { Registry } from './registry.ts'
import type { Sealer } from './sealer.ts'
import type { Text } from './text.ts'

/** A transaction or the pool; each slice sees it narrowed to its own tables. */
export type Db = Kysely<never>

/** An event on its way into the journal (contracts, section 2a). */
export interface Emitted {
  id: string
  name: string
  class: 'capability' | 'system'
  memberId: string | null
  communityId: string | null
  actor: string
  at: Date
  cause: string
  depth: number
  /** JSON text of the event's data. */
  properties: string
}

export interface AuditEntry {
  operation: string
  actor: string
  memberId: string | null
  communityId: string | null
  address: string
  cause: string
  at: Date
  change: Readonly<Record<string, unknown>>
}

export interface Host {
  registry: Registry
  db: Db
  transaction<R>(body: (tx: Db) => Promise<R>): Promise<R>
  now(): Date
  brand(): Brand
  warehouse: Warehouse
  mail: Mailer
  files: Files
  sealer: Sealer
  findMember(db: Db, by: { memberId: string } | { externalId: string }): Promise<string | null>
  findCommunity(db: Db, id: string): Promise<string | null>
  scopeCondition(scope: Scope, memberId: RawBuilder<unknown>): RawBuilder<SqlBool>
  append(tx: Db, events: readonly Emitted[]): Promise<void>
  audit(tx: Db, entry: AuditEntry): Promise<void>
  enqueue(tx: Db, job: string, payload: unknown, key: string | undefined): Promise<void>
  /** Counts one attempt in machine time; answers the seconds to wait when it is over the limit, else 0. */
  limit(key: string, max: number, seconds: number): Promise<number>
  /** The first answer to this key, or null when this transaction is the first; another body is a Problem. */
  recall(tx: Db, key: IdempotencyKey): Promise<{ answer: unknown } | null>
  remember(tx: Db, key: IdempotencyKey, answer: unknown): Promise<void>
  runtime: Runtime
  /** Keeps what cannot go on where an operator sees it and can replay it. */
  deadLetter(tx: Db, letter: DeadLetter): Promise<void>
}

export interface IdempotencyKey {
  caller: string
  key: string
  operation: string
  /** Digest of the body. */
  body: string
}

export interface DeadLetter {
  kind: 'rejected' | 'parked' | 'loop' | 'refused' | 'job'
  /** The source of a rejected item, or the reactor or job that could not go on. */
  origin: string
  reason: string
  memberId: string | null
  item: unknown
}

/** The running system as operations may ask it: its health, its clock, and what browsers listen to. */
export interface Runtime {
  checks(): Promise<readonly Check[]>
  /** Counters of every hop of the road of an event, read now. */
  conservation(): Promise<Conservation>
  /** Returns when journal, warehouse, reactors, timers and jobs have nothing due. */
  settle(): Promise<void>
  /** The last batch that can be read everywhere. */
  projected(): Promise<number>
  /** Whether all that was accepted can be seen everywhere now. */
  settled(): Promise<boolean>
  /**
   * For work that appends very many events and can wait: returns when those of others are not held up by it, which is
   * when the oldest event that is not in the warehouse is younger than half a second; and when the signal aborts.
   */
  makeWay(signal: AbortSignal): Promise<void>
  /** Manual clock: works through the due instants in order up to `at`, each at its own instant. */
  moveTo(at: Date): Promise<void>
  manualClock: boolean
  /** Hears events of each projected batch; answers how to stop. */
  listen(listener: Listener): () => void
  /** Hands a dead job over again, in the caller's transaction. */
  replayJob(tx: Db, item: Readonly<Record<string, unknown>>): Promise<void>
  /** Gives a parked event to its reactor again. */
  replayParked(reactor: string, item: Readonly<Record<string, unknown>>): Promise<void>
  /** Takes what is personal of erased members out of journal, batches, dead letters and warehouse; may be repeated. */
  erase(erasure: Erasure): Promise<void>
  /** Puts a rejected item back on the road; answers the reason when it is refused again. */
  replayRejected(source: string, item: Readonly<Record<string, unknown>>): Promise<string | null>
}

/** One round of erasing; done again under the same id it goes on where it was cut off. */
export interface Erasure {
  id: string
  memberIds: readonly string[]
  /** Their numbers in the warehouse. */
  numbers: readonly number[]
  /** Ids and addresses by which items name them. */
  values: readonly string[]
}

export interface Check {
  name: string
  ok: boolean
  detail: Text
}

/** accepted = stored + duplicate + rejected + pending; stored = in the warehouse + erased + expired + unprojected. */
export interface Conservation {
  accepted: number
  stored: number
  duplicate: number
  rejected: number
  erased: number
  expired: number
  /** Accepted and not yet sealed into a batch. */
  pending: number
  /** Rows the warehouse holds of sealed batches. */
  inWarehouse: number
  /** What the equation leaves over; 0 when nothing was lost or doubled. */
  difference: number
}

export interface Listener {
  wants(event: Happened): boolean
  send(events: readonly Happened[]): void
}
