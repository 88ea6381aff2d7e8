// What a slice contributes to frames owned by others. The frame gathers; it never names who contributes.
import type { Kysely, RawBuilder, SqlBool } from 'kysely'
import type { AnyAction, AnyEvent } from './capability.ts'
import type { Actor, Scope } from './context.ts'
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
  /** Takes back the effects that carry this cause. */
  undo?: (db: Kysely<T>, cause: string) => Promise<void>
  /** Which members a narrowed scope may see, as a condition on a column that holds member ids. */
  memberScope?: (scope: Exclude<Scope, { kind: 'all' }>, memberId: RawBuilder<unknown>) => RawBuilder<SqlBool> | null
  /** The same for the warehouse: a SELECT of the root numbers that scope may see; parameters begin with `scope`. */
  warehouseScope?: (scope: Exclude<Scope, { kind: 'all' }>) => WarehouseScope | null
  /** Tables whose rows are only ever added; the role that runs operations may not change them. */
  appendOnly?: readonly string[]
  routes?: readonly Route[]
  /** Who these credentials speak for; null when they are not of this slice's kind. Expired or revoked is null too. */
  authenticate?: (db: Db, credentials: Credentials) => Promise<Actor | null>
  resolver?: Resolver
  /** Rows for the health page and `/metrics`. */
  gauges?: (db: Kysely<T>) => Promise<Readonly<Record<string, number>>>
}

/** A capability as merges, erasures, usage lists and journeys see it. */
export interface Contributor extends Pick<Contributions, 'onMerge' | 'onUnmerge' | 'onErase' | 'uses'> {
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
