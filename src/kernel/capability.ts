// The vocabulary every capability speaks: events it emits, actions it offers, queries it answers, traits it
// measures, reactors that answer events, jobs and timers it runs, and what it contributes to frames owned by
// others. All else (routes, OpenAPI, catalogue, forms, the access matrix, the typed client) derives from these
// declarations; see derive.ts. How an operation is run is in run.ts.
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { BulkContext, Context, JobContext, ReactorContext } from './context.ts'
import type { Contributions, NeedsMemberContributions } from './contribution.ts'
import type { Failure } from './problem.ts'
import type { Text } from './text.ts'

export type Layer = 'platform' | 'people' | 'data' | 'interaction' | 'decision'
/** Who may start an operation. API keys act as `operator` with the key's rights; `journey` lists it among the steps. */
type Offer = 'public' | 'member' | 'operator' | 'journey'
export const ROLES = ['owner', 'manager', 'content', 'support', 'moderator', 'analyst', 'store', 'member'] as const
export type Role = (typeof ROLES)[number]
/** What an operation acts on. The kernel loads the object named in the input and refuses one outside the caller's scope. */
export type Target = 'self' | 'member' | 'community' | 'brand'
type Shape = z.ZodObject

/** A right an operation needs, and the roles that hold it from the start. The owner holds every right. */
export interface Right {
  title: Text
  roles: readonly Role[]
}

/** What the warehouse also keeps of an event as a fact that conditions can ask for: key, value, for which member. */
export interface FactChange {
  /** `tag:vip`, `community:<id>`, `property:city` … */
  key: string
  /** null ends it. */
  value: unknown
  /** Whose, when it is not the event's member. */
  memberId?: string
}

export interface EventType<N extends string = string, D extends Shape = Shape> {
  kind: 'event'
  name: N
  title: Text
  data: D
  /** `system` events show on timelines but are no activity: wildcards and strict funnels do not see them. */
  class: 'capability' | 'system'
  facts?(happened: never): readonly FactChange[]
}

/** One stored event as a reactor sees it. `id` is the cause that every effect must carry. */
export interface Happened<E extends { name: string; data: Shape } = EventType> {
  id: string
  name: E['name']
  class: 'client' | 'capability' | 'system'
  source: string
  /** The member it belongs to by today's identity (merges respected); empty when it has none. */
  memberId: string
  communityId: string
  actor: string
  timestamp: Date
  receivedAt: Date
  /** Journal order. */
  seq: bigint
  cause: string
  depth: number
  data: z.output<E['data']>
}

/** One call of an action. `cause` lives as long as the effect, so a repeat changes nothing. */
export interface CallOf<A extends AnyAction> {
  memberId?: string
  communityId?: string
  cause: string
  input: z.input<A['input']>
  /** When it happened, for history imports and for effects of past events; default now. */
  at?: Date
  depth?: number
}

interface OperationSpec<I extends Shape, O extends z.ZodType> {
  title: Text
  input: I
  output: O
  offeredTo: readonly Offer[]
  on: Target | readonly Target[]
  /**
   * The operation itself keeps to what the caller's scope holds. Any other action on the brand concerns everybody, and
   * is refused to who is in charge of a part.
   */
  withinScope?: true
  /** Attempts per address or caller in machine time, for what can be guessed or is costly. */
  rate?: { max: number; seconds: number; by: 'address' | 'caller' }
}
interface Operation<N extends string, I extends Shape, O extends z.ZodType> extends OperationSpec<I, O> {
  name: N
  /** The right it needs; `null` only for what the public may do. */
  needs: string | null
  fails: Readonly<Record<string, Failure>>
}

export interface Action<N extends string = string, I extends Shape = Shape, O extends z.ZodType = z.ZodType>
  extends Operation<N, I, O> {
  kind: 'action'
  emits: readonly EventType[]
  /** What the console says before it is done, when it cannot be undone. */
  confirm?: Text
  run(ctx: never, input: never): Promise<unknown>
  /** Many calls in one transaction, an answer per call in the same order; a failing batch is retried call by call. */
  runMany?(ctx: never, calls: never): Promise<readonly unknown[]>
}
export interface Query<N extends string = string, I extends Shape = Shape, O extends z.ZodType = z.ZodType>
  extends Operation<N, I, O> {
  kind: 'query'
  /** Takes or returns personal fields: answers POST only, so that nothing personal stands in a URL. */
  personal: boolean
  run(ctx: never, input: never): Promise<unknown>
}
export interface Trait<N extends string = string> {
  kind: 'trait'
  name: N
  title: Text
  from: string
  measure: Readonly<Record<string, unknown>>
}
/** Answers events, a batch of one shard at a time in one transaction; progress is stored with the effects. */
export interface Reactor {
  kind: 'reactor'
  name: string
  /** Event names, or `'*'` for every event of the batch. */
  on: readonly string[] | '*'
  /** Asked before each batch: which of those events concern what is set up now. A batch without any costs nothing. */
  interest?: ((db: never) => Promise<(event: Happened) => boolean>) | undefined
  run(ctx: never, events: never): Promise<void>
}
/** Work handed over inside a transaction and done once it has committed; at least once, so effects carry causes. */
export interface Job<N extends string = string, P extends z.ZodType = z.ZodType> {
  kind: 'job'
  name: N
  payload: P
  run(ctx: never, payload: never): Promise<void>
}
/** A capability's own `due` table, worked through in the order of its instants. */
export interface Timer {
  kind: 'timer'
  name: string
  /** The earliest instant at which anything is due; null when nothing waits. */
  nextAt(db: never): Promise<Date | null>
  /** Does up to `limit` of what is due at `ctx.now`; answers how many, 0 when nothing was. */
  run(ctx: never, limit: number): Promise<number>
}
export type AnyEvent = EventType<string, z.ZodObject>
export type AnyAction = Action
export type AnyQuery = Query
export type AnyOperation = AnyAction | AnyQuery

export type Migrations = Readonly<Record<string, (db: Kysely<never>) => Promise<unknown>>>
/** Statements per stamp, each safe to run twice: ClickHouse has no transactions to roll one back. */
export type WarehouseMigrations = Readonly<Record<string, readonly string[]>>

export interface Capability<
  A extends readonly AnyAction[] = readonly AnyAction[],
  Q extends readonly AnyQuery[] = readonly AnyQuery[],
> extends Contributions {
  name: string
  layer: Layer
  title: Text
  rights: Readonly<Record<string, Right>>
  migrations: Migrations
  warehouse: WarehouseMigrations
  events: readonly AnyEvent[]
  actions: A
  queries: Q
  traits: readonly Trait[]
  reactors: readonly Reactor[]
  jobs: readonly Job[]
  timers: readonly Timer[]
}

type NumberField<E extends AnyEvent> = keyof z.output<E['data']> & string
type Measure<E extends AnyEvent> =
  | { count: true }
  | { max: NumberField<E> }
  | { min: NumberField<E> }
  | { sum: NumberField<E> }
  | { last: NumberField<E> }

type NoFailures = Record<never, Failure>
type NeverEmits = readonly []

/**
 * Binds a slice to its name and its own tables: it can neither name another slice's event nor reach another
 * slice's table. Both are compile errors, not conventions. `nouns` are further first words its operations and
 * events may use (`list.create` in the segment slice).
 */
export function slice<T = Record<never, never>>() {
  return <const S extends string, const R extends Readonly<Record<string, Right>>, const M extends string = S>(
    name: S,
    head: {
      layer: Layer
      title: Text
      nouns?: readonly M[]
      rights?: R
      migrations?: Migrations
      warehouse?: WarehouseMigrations
    },
  ) => {
    type Name = `${S | M}.${string}`
    type Needs = (keyof R & string) | null
    return {
      event: <const N extends Name, D extends Shape>(
        name: N,
        spec: {
          title: Text
          data: D
          class?: 'capability' | 'system'
          facts?: (happened: Happened<{ name: N; data: D }>) => readonly FactChange[]
        },
      ): EventType<N, D> => ({ kind: 'event', class: 'capability', name, ...spec }) as EventType<N, D>,

      action: <
        const N extends Name,
        I extends Shape,
        O extends z.ZodType,
        const E extends readonly AnyEvent[] = NeverEmits,
        const F extends Readonly<Record<string, Failure>> = NoFailures,
      >(
        name: N,
        spec: OperationSpec<I, O> & {
          needs: Needs
          emits?: E
          fails?: F
          confirm?: Text
          run(ctx: Context<T, E[number], keyof F & string>, input: z.output<I>): Promise<z.input<O>>
          runMany?(
            ctx: BulkContext<T, E[number]>,
            calls: readonly { memberId: string; communityId: string; cause: string; at: Date; input: z.output<I> }[],
          ): Promise<readonly z.input<O>[]>
        },
      ): Action<N, I, O> => ({ kind: 'action', name, fails: {}, emits: [], ...spec }) as Action<N, I, O>,

      query: <
        const N extends Name,
        I extends Shape,
        O extends z.ZodType,
        const F extends Readonly<Record<string, Failure>> = NoFailures,
      >(
        name: N,
        spec: OperationSpec<I, O> & {
          needs: Needs
          fails?: F
          personal?: boolean
          run(ctx: Context<T, never, keyof F & string>, input: z.output<I>): Promise<z.input<O>>
        },
      ): Query<N, I, O> => ({ kind: 'query', name, fails: {}, personal: false, ...spec }) as Query<N, I, O>,

      trait: <const N extends Name, E extends AnyEvent>(
        name: N,
        spec: { title: Text; from: E; measure: Measure<E> },
      ): Trait<N> => ({ kind: 'trait', name, title: spec.title, from: spec.from.name, measure: spec.measure }),

      reactor: <const N extends Name, const E extends readonly AnyEvent[] | '*'>(
        name: N,
        spec: {
          on: E
          run(
            ctx: ReactorContext<T>,
            events: readonly (E extends readonly AnyEvent[] ? Happened<E[number]> : Happened)[],
          ): Promise<void>
        },
      ): Reactor => ({
        kind: 'reactor',
        name,
        on: spec.on === '*' ? '*' : spec.on.map((e) => e.name),
        run: spec.run as Reactor['run'],
      }),

      /** A reactor that listens by catalogue name: for layers that may not import who declares the event. */
      listener: <const N extends Name>(
        name: N,
        spec: {
          on: readonly string[] | '*'
          interest?(db: Kysely<T>): Promise<(event: Happened) => boolean>
          run(ctx: ReactorContext<T>, events: readonly Happened[]): Promise<void>
        },
      ): Reactor => ({
        kind: 'reactor',
        name,
        on: spec.on,
        interest: spec.interest as Reactor['interest'],
        run: spec.run as Reactor['run'],
      }),

      job: <const N extends Name, P extends z.ZodType>(
        name: N,
        spec: { payload: P; run(ctx: JobContext<T>, payload: z.output<P>): Promise<void> },
      ): Job<N, P> => ({ kind: 'job', name, ...spec }) as Job<N, P>,

      timer: <const N extends Name>(
        name: N,
        spec: {
          nextAt(db: Kysely<T>): Promise<Date | null>
          run(ctx: ReactorContext<T>, limit: number): Promise<number>
        },
      ): Timer => ({ kind: 'timer', name, nextAt: spec.nextAt as Timer['nextAt'], run: spec.run as Timer['run'] }),

      capability: <const A extends readonly AnyAction[] = [], const Q extends readonly AnyQuery[] = []>(
        parts: {
          events?: readonly AnyEvent[]
          actions?: A
          queries?: Q
          traits?: readonly Trait[]
          reactors?: readonly Reactor[]
          jobs?: readonly Job[]
          timers?: readonly Timer[]
        } & Contributions<T> &
          NeedsMemberContributions<T>,
      ): Capability<A, Q> =>
        ({
          name,
          rights: {},
          migrations: {},
          warehouse: {},
          ...head,
          events: [],
          actions: [],
          queries: [],
          traits: [],
          reactors: [],
          jobs: [],
          timers: [],
          ...parts,
        }) as unknown as Capability<A, Q>,
    }
  }
}
