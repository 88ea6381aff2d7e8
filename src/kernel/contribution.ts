// What a slice contributes to frames owned by others. The frame gathers; it never names who contributes.
import type { Kysely, QueryExecutorProvider, RawBuilder, SqlBool } from 'kysely'
import type { z } from 'zod'
import type { AnyAction, AnyEvent } from './capability.ts'
import type { Actor, Brand, Scope, Warehouse } from './context.ts'
import type { Db } from './host.ts'
import type { Resolver } from './road.ts'
import type { Text } from './text.ts'

/** One thing that uses another: “journey Welcome uses segment New members”. */
interface Use {
  kind: string
  id: string
  name: string
}

/** A raw HTTP route, for protocols that are not `POST /api/<slice>.<verb>` (ingestion, files, event streams). */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  title: Text
  /** The right a caller needs; null where the route authenticates by itself (write keys) or is public. */
  needs: string | null
  handle(request: Request, env: RouteEnv): Promise<Response>
}
/**
 * A route that is called thousands of times a second: bytes in, the JSON text of a 200 out, without the web's Request
 * and Response around it. It authenticates by itself and throws a Problem for everything else. Any web page may call it.
 */
export interface DirectRoute {
  method: 'POST'
  path: string
  title: Text
  /** Bytes of a body as sent; more is refused unread. */
  mostBytes: number
  take(message: Message, host: object): Promise<string>
}

export interface Message {
  authorization: string
  /** `Content-Encoding` in lower case; empty where there is none. */
  encoding: string
  body: Uint8Array
}

/** Given to routes: the host's services by the names that platform modules publish; narrowed by their readers. */
export interface RouteEnv {
  readonly host: object
  readonly actor: object
  readonly address: string
}

export interface Contributions<T = never> {
  /** Moves what belongs to the merged member to the kept one, in the merge's transaction; answers what `onUnmerge` needs. */
  onMerge?: (db: Kysely<T>, merge: { keepId: string; mergeId: string; at: Date }) => Promise<unknown>
  /** Gives back exactly what `onMerge` moved. */
  onUnmerge?: (db: Kysely<T>, merge: { keepId: string; mergeId: string; at: Date }, journal: never) => Promise<void>
  /** Removes or unlinks everything personal of a member. */
  onErase?: (db: Kysely<T>, memberId: string) => Promise<void>
  /** What of this slice uses the named thing (血缘). */
  uses?: (db: Kysely<T>, what: { kind: string; id: string }) => Promise<readonly Use[]>
  /**
   * Takes back the effects that carry a cause and answers in numbers what it did; done twice, the second time does
   * nothing. What it would do is found by doing it and rolling back.
   */
  undo?: (ctx: UndoContext<T>) => Promise<readonly Consequence[]>
  /** Which members a narrowed scope may see, as a condition on a column that holds member ids. */
  memberScope?: (scope: Exclude<Scope, { kind: 'all' }>, memberId: RawBuilder<unknown>) => RawBuilder<SqlBool> | null
  /** The same for the warehouse: a SELECT of the root numbers that scope may see; parameters begin with `scope`. */
  warehouseScope?: (scope: Exclude<Scope, { kind: 'all' }>) => WarehouseScope | null
  /** Who stands behind one cell of an analysis; null where the kind is another slice's. Throws `input.invalid`. */
  cell?: (asking: Asking, cell: Cell) => Promise<WarehouseScope | null>
  /** Tables whose rows are only ever added; the role that runs operations may not change them. */
  appendOnly?: readonly string[]
  routes?: readonly Route[]
  directRoutes?: readonly DirectRoute[]
  /** Who these credentials speak for; null when they are not of this slice's kind. Expired or revoked is null too. */
  authenticate?: (db: Db, credentials: Credentials) => Promise<Actor | null>
  resolver?: Resolver
  /** Numbers for `/metrics`, of the whole brand: what waits, what is open, what there is. */
  gauges?: (db: Kysely<T>) => Promise<Readonly<Record<string, number>>>
}

export interface UndoContext<T> {
  db: Kysely<T>
  /** What the effects carry. */
  cause: string
  /** What their reversal carries: the same each time, so that it happens once. */
  undoing: string
  now: Date
  /** A condition on a column of member ids that keeps what the caller's scope allows. */
  inScope(memberId: RawBuilder<unknown>): RawBuilder<SqlBool>
  /** One of the slice's own events, about one member. */
  emit<E extends AnyEvent>(event: E, data: z.input<E['data']>, about: { memberId: string }): void
}

/** “Points taken back: −10”. */
export interface Consequence {
  title: Text
  count: number
  /** Cannot be taken back and stays as it is. */
  stays?: true
}

/** What one capability did, or would do, to take its effects back. */
export interface Undone {
  capability: string
  title: Text
  consequences: readonly Consequence[]
}

/** One number of an analysis: its kind, what was asked, and the key its answer gave to the number. */
export interface Cell {
  kind: string
  query: Readonly<Record<string, unknown>>
  cell: string
}

/** What a question about conditions stands on. */
export interface Asking {
  db: QueryExecutorProvider
  warehouse: Warehouse
  brand: Brand
  now: Date
  contributors: readonly Contributor[]
}

/** A capability as merges, erasures, usage lists and journeys see it. */
export interface Contributor extends Pick<Contributions, 'onMerge' | 'onUnmerge' | 'onErase' | 'uses' | 'cell'> {
  name: string
  title: Text
  actions: readonly AnyAction[]
  events: readonly AnyEvent[]
}

/** `sql` is a SELECT of one column of member numbers (roots), for `… IN (sql)`. */
export interface WarehouseScope {
  sql: string
  params: Readonly<Record<string, unknown>>
}

export interface Credentials {
  /** `Authorization: Bearer …` */
  bearer: string | null
  cookies: ReadonlyMap<string, string>
  address: string
  locale: Actor['locale']
  /** Domain time. */
  now: Date
}

type HoldsMembers<T> = { [K in keyof T]: 'member_id' extends keyof T[K] ? K : never }[keyof T]

/** A slice with a `member_id` column in any table must say what a merge and an erasure mean for it. */
export type NeedsMemberContributions<T> = [HoldsMembers<T>] extends [never]
  ? unknown
  : Required<Pick<Contributions<T>, 'onMerge' | 'onUnmerge' | 'onErase'>>
