// The contexts of what nobody outside calls: reactors, timers and jobs. They call actions for many members at once.
import { sql } from 'kysely'
import type { AnyAction, AnyEvent, CallOf, Happened, Reactor, Timer } from './capability.ts'
import type { About, Actor } from './context.ts'
import type { Db, Emitted, Host } from './host.ts'
import { callMany, common } from './invoke.ts'
import { Problem } from './problem.ts'
import { transact } from './run.ts'
import { stored } from './stored.ts'

export const machine = (name: string): Actor => ({
  caller: 'machine',
  id: `machine:${name}`,
  roles: [],
  scope: { kind: 'all' },
  locale: 'zh',
  address: '',
})

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
    attempt: async <R>(body: () => Promise<R>): Promise<R> => {
      const mark = emitted.length
      await sql`savepoint attempt`.execute(tx)
      try {
        const value = await body()
        await sql`release savepoint attempt`.execute(tx)
        return value
      } catch (error) {
        await sql`rollback to savepoint attempt`.execute(tx)
        await sql`release savepoint attempt`.execute(tx)
        emitted.length = mark
        throw error
      }
    },
    emit: (event: AnyEvent, data: unknown, about: About & { cause: string; depth: number }) => {
      emitted.push(
        stored(event, data, {
          ...(about.id ? { id: about.id } : {}),
          memberId: about.memberId ?? null,
          communityId: about.communityId ?? null,
          actor: about.actor ?? actor.id,
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
    mail: host.mail,
    signal,
    transaction: <R>(body: (ctx: never) => Promise<R>): Promise<R> =>
      transact(host, (tx, emitted) => body(reactorContext(host, tx, emitted, name, host.now()) as never)),
  }
}
