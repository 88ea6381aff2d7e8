import type {
  AnyAction,
  AnyEvent,
  AnyOperation,
  AnyQuery,
  Capability,
  Job,
  Reactor,
  Right,
  Timer,
} from './capability.ts'
import { COMMON_FAILURES, type Failure } from './problem.ts'

/** The declarations of all capabilities by name, checked once at start. */
export interface Registry {
  capabilities: readonly Capability[]
  operations: ReadonlyMap<string, AnyOperation>
  events: ReadonlyMap<string, AnyEvent>
  rights: ReadonlyMap<string, Right>
  reactors: readonly Reactor[]
  jobs: ReadonlyMap<string, Job>
  timers: readonly Timer[]
  failures: ReadonlyMap<string, Failure>
}

/** Throws where two capabilities claim one name or an operation needs an undeclared right. */
export function registry(capabilities: readonly Capability[]): Registry {
  const operations = byName<AnyOperation>(
    'operation',
    capabilities.flatMap((c): (AnyAction | AnyQuery)[] => [...c.actions, ...c.queries]),
  )
  const rights = new Map<string, Right>()
  const failures = new Map<string, Failure>(Object.entries(COMMON_FAILURES))
  for (const c of capabilities) {
    for (const [name, right] of Object.entries(c.rights)) {
      if (rights.has(name)) throw new Error(`right ${name} is declared twice`)
      rights.set(name, right)
    }
  }
  for (const op of operations.values()) {
    if (op.needs === null && !op.offeredTo.includes('public') && op.on !== 'self')
      throw new Error(`${op.name} needs no right but is not public`)
    if (op.needs !== null && !rights.has(op.needs)) throw new Error(`${op.name} needs the undeclared right ${op.needs}`)
    for (const [code, failure] of Object.entries(op.fails)) failures.set(code, failure)
  }
  return {
    capabilities,
    operations,
    events: byName(
      'event',
      capabilities.flatMap((c) => [...c.events]),
    ),
    rights,
    reactors: [
      ...byName(
        'reactor',
        capabilities.flatMap((c) => [...c.reactors]),
      ).values(),
    ],
    jobs: byName(
      'job',
      capabilities.flatMap((c) => [...c.jobs]),
    ),
    timers: [
      ...byName(
        'timer',
        capabilities.flatMap((c) => [...c.timers]),
      ).values(),
    ],
    failures,
  }
}

function byName<X extends { name: string }>(what: string, list: readonly X[]): Map<string, X> {
  const map = new Map<string, X>()
  for (const x of list) {
    if (map.has(x.name)) throw new Error(`${what} ${x.name} is declared twice`)
    map.set(x.name, x)
  }
  return map
}
