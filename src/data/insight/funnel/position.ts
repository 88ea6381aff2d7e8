// The places of a unit's history that chains are made of: events where each can be of one step only, else instants
// with all that happened then. Each column is an array over the places, closed by one that is never reached.
import type { Sheet } from '../sheet.ts'
import { isExclusion, isHeard, isStep, isValued, timeOf, unitRows } from './event-row.ts'
import { type Layers, layersOn, mapped, next } from './layer.ts'
import { areApart, type FunnelQuery } from './query.ts'
import { familyOf, runFrom, runsOf } from './tie.ts'

/** Later than any instant. */
export const NEVER = 'toInt64(9000000000000000)'

export interface Places {
  layers: Layers
  /** How many steps in a row one place can fill at most. */
  mostRun: number
  /** SQL on an element of `roles`: how many it fills from step k on. */
  run(role: string, k: number): string
  /** Columns: instants, and what the places can fill. */
  t: string
  roles: string
  /** Column: how many events a strict chain hears at each. */
  heard: string
  /** Column: when after each place the first event of an exclusion comes. */
  excluding(x: number): string
  /** Column: the hashed values of what fills step j; 0 where it has none. */
  value(j: number): string
}

export function placesOf(sheet: Sheet, asked: FunnelQuery): Places {
  const layers = layersOn(unitRows(sheet, asked))
  const { order, steps } = asked
  // What a strict chain must not skip may have come at the same time as what it takes.
  return order === 'any' || (order === 'ordered' && areApart(steps)) ? events(layers, asked) : instants(layers, asked)
}

function events(layers: Layers, asked: FunnelQuery): Places {
  layers.add({
    t: `arrayPushBack(arrayMap(e -> ${timeOf('e')}, ev), ${NEVER})`,
    roles: 'arrayPushBack(ev, toUInt64(0))',
    ...(isValued(asked) ? { v: 'arrayPushBack(vs, toUInt64(0))' } : {}),
  })
  // The first after each event, and of that the first after all of its instant.
  const later = (x: number) =>
    `arrayReverseFill((x_, t_, u_) -> t_ != u_, ${next(firsts('roles', x), NEVER)}, t, ${next('t', NEVER)})`
  layers.add(Object.fromEntries(asked.exclude.map((_, x) => [`x${x}`, later(x)])))
  return {
    ...{ layers, mostRun: 1, run: isStep, t: 't', roles: 'roles', heard: '' },
    excluding: (x) => `x${x}`,
    value: () => 'v',
  }
}

const firsts = (roles: string, x: number) => `arrayReverseFill((t_, e_) -> ${isExclusion('e_', x)}, t, ${roles})`

function instants(layers: Layers, asked: FunnelQuery): Places {
  const { order, exclude } = asked
  const valued = isValued(asked) ? asked.steps.map((_, j) => j) : []
  layers.add({ cuts: `arrayMap(d -> d != 0, arrayDifference(arrayMap(e -> ${timeOf('e')}, ev)))` })
  layers.add({
    groups: 'arraySplit((e, cut) -> cut, ev, cuts)',
    ...(valued.length > 0 ? { values: 'arraySplit((v, cut) -> cut, vs, cuts)' } : {}),
  })
  layers.add({
    families: `arrayMap(g -> if(length(g) = 1, emptyArrayUInt16(), ${familyOf('g')}), groups)`,
    together: `arrayPushBack(arrayMap(g -> arrayReduce('groupBitOr', g), groups), toUInt64(0))`,
    t: `arrayPushBack(arrayMap(g -> ${timeOf('g[1]')}, groups), ${NEVER})`,
  })
  const heard = `arrayMap(g -> toUInt32(arrayCount(e -> ${isHeard('e')}, g)), groups)`
  const runs = mapped(['g', 'f'], runsOf(asked.steps.length, 'g[1]', 'f'), ['groups', 'families'])
  const value = (j: number) => mapped(['g', 'w'], `arrayFirst((v, e) -> ${isStep('e', j)}, w, g)`, ['groups', 'values'])
  const columns = {
    roles: `arrayPushBack(${runs}, toUInt64(0))`,
    ...Object.fromEntries(exclude.map((_, x) => [`x${x}`, next(firsts('together', x), NEVER)])),
    ...Object.fromEntries(valued.map((j) => [`v${j}`, `arrayPushBack(${value(j)}, toUInt64(0))`])),
  }
  layers.add({ ...columns, heard: `arrayPushBack(${heard}, toUInt32(1))` })
  if (order === 'strict') {
    // Instants that only tell of exclusions are silent for a strict chain.
    const kept = ['t', 'heard', ...Object.keys(columns)].map((c) => [
      `s_${c}`,
      `arrayFilter((e, n) -> n > 0, ${c}, heard)`,
    ])
    layers.add(Object.fromEntries(kept))
  }
  const prefix = order === 'strict' ? 's_' : ''
  return {
    ...{ layers, mostRun: asked.steps.length, run: runFrom },
    ...{ t: `${prefix}t`, roles: `${prefix}roles`, heard: `${prefix}heard` },
    excluding: (x) => `${prefix}x${x}`,
    value: (j) => `${prefix}v${j}`,
  }
}
