// What `run` gets. Everything an operation may touch comes through here: its own tables in one transaction,
// domain time, the caller, the object it is about, and a few verbs.
import type { Kysely, RawBuilder, SqlBool } from 'kysely'
import type { z } from 'zod'
import type { AnyAction, AnyEvent, CallOf, EventType, Job, Role } from './capability.ts'
import type { Contributor, Undone, WarehouseScope } from './contribution.ts'
import type { Files } from './file.ts'
import type { Runtime } from './host.ts'
import type { Mailer } from './mail.ts'
import type { Sealer } from './sealer.ts'
import type { Locale, Text } from './text.ts'

/** Which members and communities a caller may see. Definitions stay unscoped; answers are narrowed. */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'communities'; readonly ids: readonly string[] }
  /** Members whose owner is this operator (store staff). */
  | { readonly kind: 'own'; readonly operatorId: string }

export interface Actor {
  caller: 'public' | 'member' | 'operator' | 'machine'
  /** `operator:<id>`, `key:<id>`, `member:<id>`, `machine:<name>` or `public`. */
  id: string
  operatorId?: string
  memberId?: string
  sessionId?: string
  roles: readonly Role[]
  /** Rights beyond those of the roles (API keys name them one by one). */
  rights?: ReadonlySet<string>
  scope: Scope
  locale: Locale
  /** The client's network address; empty for machines. */
  address: string
}

export interface Brand {
  name: Text
  zone: string
  locale: Locale
  currency: string
  /** 1 = Monday (ISO). */
  weekStart: number
}

/** Typed reads of the warehouse; parameters are bound, never spliced (`{name:String}` in the SQL). */
export interface Warehouse {
  query<R>(
    sql: string,
    params?: Readonly<Record<string, unknown>>,
    options?: { lane?: 'live' | 'interactive' | 'background'; signal?: AbortSignal },
  ): Promise<R[]>
  /** The database that holds the tables. */
  database: string
  /**
   * The answer to a SELECT that somebody else wrote. It runs in a database without a single table, so that only names
   * with a database before them mean one, and changes nothing, whatever it says.
   */
  table(
    sql: string,
    params: Readonly<Record<string, unknown>>,
    options: { signal: AbortSignal; settings: Readonly<Record<string, string | number>> },
  ): Promise<Table>
  /** What a SELECT is made of, a line a node, by the engine's own parser. It is not run, and nothing in it looked up. */
  parsed(sql: string, signal: AbortSignal): Promise<string[]>
}

/** Integers of 64 bits and more are text where a number would not hold them. */
export interface Table {
  columns: { name: string; type: string }[]
  rows: unknown[][]
}

export interface About {
  /** Whose event it is; default the member the operation acts on. */
  memberId?: string
  communityId?: string
  /** When it happened; default `ctx.now`. */
  at?: Date
  /** A permanent id, so that a repeat is the same event and counts once (history imports); default a new one. */
  id?: string
  /** Who did it, when it is neither the caller nor the member it belongs to; written like `Actor.id`. */
  actor?: string
}

type Emit<E extends AnyEvent> = <N extends E>(event: N, data: z.input<N['data']>, about?: About) => void

interface Common<T> {
  runtime: Runtime
  db: Kysely<T>
  /** Domain time. Machine time (leases, back-off) is not here. */
  now: Date
  brand: Brand
  warehouse: Warehouse
  files: Files
  sealer: Sealer
  /** All capabilities, for what concerns every one of them: a merge, an erasure, what uses a thing. */
  contributors: readonly Contributor[]
  /** The local date of `now` in the brand's zone; never the client's word. */
  today(): string
  /** Hands work over to after the commit. */
  enqueue<P extends z.ZodType>(job: Job<string, P>, payload: z.input<P>, options?: { key?: string }): Promise<void>
}

export interface Context<T, E extends AnyEvent = AnyEvent, F extends string = string> extends Common<T> {
  actor: Actor
  locale: Locale
  /** The member it acts on (`on: 'member'`, or the member itself); reading it where there is none throws. */
  readonly memberId: string
  readonly communityId: string
  /** The idempotency key, run visit or event that brought this about; effects are unique by it. */
  cause: string
  depth: number
  /** Aborted when the caller has gone away. */
  signal: AbortSignal
  may(right: string): boolean
  /** A condition on a column of member ids that keeps what the caller's scope allows. */
  inScope(memberId: RawBuilder<unknown>): RawBuilder<SqlBool>
  /** The same for warehouse queries: the root numbers the caller may see; null when that is everybody. */
  warehouseScope(): WarehouseScope | null
  emit: Emit<E>
  /** Another capability's action in this same transaction, with this operation's cause. */
  call<A extends AnyAction>(
    action: A,
    input: z.input<A['input']>,
    about?: { memberId?: string; communityId?: string; cause?: string },
  ): Promise<z.output<A['output']>>
  /** Calls an action for many members in this transaction (bulk actions, imports); answers one result per call. */
  callMany<A extends AnyAction>(action: A, calls: readonly CallOf<A>[]): Promise<readonly CallResult<A>[]>
  /** Takes back every effect of every capability that carries this cause and lies in the caller's scope. */
  undo(cause: string): Promise<readonly Undone[]>
  /** What `undo` would do now; changes nothing. */
  previewUndo(cause: string): Promise<readonly Undone[]>
  /** Sets or clears a cookie on the answer (sessions). */
  cookie(name: string, value: string | null, maxAgeSeconds?: number): void
  /** Adds to the audit row: what changed, before and after, without secrets. */
  note(change: Readonly<Record<string, unknown>>): void
  /** A declared failure: rolls back and leaves as problem+json. */
  fail(code: F | 'member.unknown' | 'community.unknown' | 'object.unknown' | 'access.denied', detail?: Text): never
}

/** For `runMany`: many members in one transaction. */
export interface BulkContext<T, E extends AnyEvent = AnyEvent> extends Common<T> {
  emit: <N extends E>(event: N, data: z.input<N['data']>, call: { memberId: string; cause: string } & About) => void
}

/** For reactors and timers. */
export interface ReactorContext<T> extends Common<T> {
  /** Calls an action for many members; each carries its own permanent cause. Answers one result per call. */
  callMany<A extends AnyAction>(action: A, calls: readonly CallOf<A>[]): Promise<readonly CallResult<A>[]>
  /** Calls any action by its catalogue name, where the declaring slice may not be imported (journeys). */
  callNamed(name: string, calls: readonly CallOf<AnyAction>[]): Promise<readonly CallResult<AnyAction>[]>
  emit<E extends EventType>(event: E, data: z.input<E['data']>, about: About & { cause: string; depth: number }): void
  /** Runs a part of the work; when it throws, its state and events are undone and the rest can go on. */
  attempt<R>(body: () => Promise<R>): Promise<R>
}
export type CallResult<A extends AnyAction> =
  | { ok: true; output: z.output<A['output']> }
  | { ok: false; code: string; message: string }

/** For jobs: outside any transaction; `transaction` opens one. */
export interface JobContext<T> extends Common<T> {
  transaction<R>(body: (ctx: ReactorContext<T>) => Promise<R>): Promise<R>
  mail: Mailer
  signal: AbortSignal
}
