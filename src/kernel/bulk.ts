// Many calls at once: what reactors, timers, journeys, imports and bulk actions use. Up to 500 calls share a
// transaction (64,000 effects/s against 4,400 single transactions/s measured); a call that fails is told apart
// from its neighbours by running the batch again call by call.
import { sql } from 'kysely'
import type { z } from 'zod'
import type { AnyAction, AnyEvent, CallOf, Happened, Reactor, Timer } from './capability.ts'
import type { Actor, CallResult } from './context.ts'
import type { Db, Emitted, Host } from './host.ts'
import { Problem } from './problem.ts'
import { invoke, MOST_DEPTH, parse, stored, transact } from './run.ts'
import { localDate } from './time.ts'

/** More calls than this in one transaction gain nothing and hold locks longer. */
export const MOST_CALLS = 500

const idle = new AbortController().signal

export const machine = (name: string): Actor => ({
  caller: 'machine',
  id: `machine:${name}`,
  roles: [],
  scope: { kind: 'all' },
  locale: 'zh',
  address: '',
})

/** Performs calls of one action inside `tx`, in order; each is checked by itself and answers for itself. */
export async function callMany(
  host: Host,
  tx: Db,
  emitted: Emitted[],
  actor: Actor,
  action: AnyAction,
  calls: readonly CallOf<AnyAction>[],
): Promise<CallResult<AnyAction>[]> {
  const results: CallResult<AnyAction>[] = []
  for (let i = 0; i < calls.length; i += MOST_CALLS)
    results.push(...(await callBatch(host, tx, emitted, actor, action, calls.slice(i, i + MOST_CALLS))))
  return results
}

async function callBatch(
  host: Host,
  tx: Db,
  emitted: Emitted[],
  actor: Actor,
  action: AnyAction,
  calls: readonly CallOf<AnyAction>[],
): Promise<CallResult<AnyAction>[]> {
  if (action.runMany && calls.length > 1 && calls.every((c) => (c.depth ?? 0) <= MOST_DEPTH)) {
    const mark = emitted.length
    const answer = await attempt(tx, () => together(host, tx, emitted, actor, action, calls))
    if (answer.ok) return answer.value.map((output) => ({ ok: true, output }))
    emitted.length = mark
  }
  const results: CallResult<AnyAction>[] = []
  for (const call of calls) {
    const mark = emitted.length
    const answer = await attempt(tx, () => single(host, tx, emitted, actor, action, call))
    if (answer.ok) {
      results.push({ ok: true, output: answer.value })
      continue
    }
    emitted.length = mark
    const code = answer.problem.code
    results.push({ ok: false, code, message: answer.problem.detail?.en ?? code })
    if (code === 'loop.too_deep')
      await host.deadLetter(tx, {
        kind: 'loop',
        origin: actor.id,
        reason: code,
        memberId: call.memberId ?? null,
        item: { action: action.name, ...call },
      })
  }
  return results
}

/** Runs under a savepoint: a Problem undoes just this part, anything else is the batch's trouble. */
async function attempt<R>(
  tx: Db,
  body: () => Promise<R>,
): Promise<{ ok: true; value: R } | { ok: false; problem: Problem }> {
  await sql`savepoint call`.execute(tx)
  try {
    const value = await body()
    await sql`release savepoint call`.execute(tx)
    return { ok: true, value }
  } catch (error) {
    await sql`rollback to savepoint call`.execute(tx)
    await sql`release savepoint call`.execute(tx)
    if (error instanceof Problem) return { ok: false, problem: error }
    throw error
  }
}

async function single(
  host: Host,
  tx: Db,
  emitted: Emitted[],
  actor: Actor,
  action: AnyAction,
  call: CallOf<AnyAction>,
): Promise<unknown> {
  const depth = call.depth ?? 0
  if (depth > MOST_DEPTH) throw new Problem('loop.too_deep', 400)
  const start = {
    actor,
    memberId: call.memberId ?? null,
    communityId: call.communityId ?? null,
    cause: call.cause,
    depth,
    at: call.at ?? host.now(),
    signal: idle,
  }
  return invoke(host, tx, emitted, action, start, parse(action.input, call.input, actor.locale))
}

async function together(
  host: Host,
  tx: Db,
  emitted: Emitted[],
  actor: Actor,
  action: AnyAction,
  calls: readonly CallOf<AnyAction>[],
): Promise<readonly unknown[]> {
  const now = host.now()
  const depths = new Map(calls.map((c) => [`${c.cause}/${c.memberId ?? ''}`, c.depth ?? 0]))
  const context = {
    ...common(host, tx, now),
    emit: (
      event: AnyEvent,
      data: unknown,
      call: { memberId: string; cause: string; communityId?: string; at?: Date },
    ) => {
      emitted.push(
        stored(event, data, {
          memberId: call.memberId || null,
          communityId: call.communityId || null,
          actor: actor.id,
          at: call.at ?? now,
          cause: call.cause,
          depth: depths.get(`${call.cause}/${call.memberId}`) ?? 0,
        }),
      )
    },
  }
  const parsed = calls.map((c) => ({
    memberId: c.memberId ?? '',
    communityId: c.communityId ?? '',
    cause: c.cause,
    at: c.at ?? now,
    input: parse(action.input, c.input, actor.locale),
  }))
  const answers = await action.runMany?.(context as never, parsed as never)
  if (answers?.length !== calls.length) throw new Error(`${action.name}.runMany must answer every call`)
  return answers.map((a) => action.output.parse(a))
}

function common(host: Host, tx: Db, now: Date) {
  return {
    db: tx,
    now,
    brand: host.brand(),
    warehouse: host.warehouse,
    today: () => localDate(now, host.brand().zone),
    enqueue: (job: { name: string; payload: z.ZodType }, payload: unknown, options?: { key?: string }) =>
      host.enqueue(tx, job.name, job.payload.parse(payload), options?.key),
  }
}

function reactorContext(host: Host, tx: Db, emitted: Emitted[], name: string, now: Date) {
  const actor = machine(name)
  return {
    ...common(host, tx, now),
    callMany: (action: AnyAction, calls: readonly CallOf<AnyAction>[]) =>
      callMany(host, tx, emitted, actor, action, calls),
    callNamed: (operation: string, calls: readonly CallOf<AnyAction>[]) => {
      const action = host.registry.operations.get(operation)
      if (action?.kind === 'action') return callMany(host, tx, emitted, actor, action, calls)
      throw new Problem('route.unknown', 404, { detail: { en: operation, zh: operation } })
    },
    emit: (
      event: AnyEvent,
      data: unknown,
      about: { memberId?: string; communityId?: string; at?: Date; cause: string; depth: number; id?: string },
    ) => {
      emitted.push(
        stored(event, data, {
          ...(about.id ? { id: about.id } : {}),
          memberId: about.memberId ?? null,
          communityId: about.communityId ?? null,
          actor: actor.id,
          at: about.at ?? now,
          cause: about.cause,
          depth: about.depth,
        }),
      )
    },
  }
}

/** Gives a reactor its events inside the transaction that also stores its progress. */
export async function react(host: Host, tx: Db, emitted: Emitted[], reactor: Reactor, events: readonly Happened[]) {
  await reactor.run(reactorContext(host, tx, emitted, reactor.name, host.now()) as never, events as never)
}

/** Lets a timer do what is due at `at`; answers how much it did. */
export function fire(host: Host, timer: Timer, at: Date, limit: number): Promise<number> {
  return transact(host, (tx, emitted) => timer.run(reactorContext(host, tx, emitted, timer.name, at) as never, limit))
}

/** The context of a job: no transaction of its own, `transaction` opens one. */
export function jobContext(host: Host, name: string, signal: AbortSignal) {
  return {
    ...common(host, host.db, host.now()),
    signal,
    transaction: <R>(body: (ctx: never) => Promise<R>): Promise<R> =>
      transact(host, (tx, emitted) => body(reactorContext(host, tx, emitted, name, host.now()) as never)),
  }
}
