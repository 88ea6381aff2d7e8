// What happened at the same instant may have happened in any order, and one event fills one step. Where an event can be
// of two steps, what an instant gives to a chain is therefore a matching: from each step on, how many steps in a row
// its events can fill, each event one of them.
import { stepsOf } from './event-row.ts'

const STEPS = 10
const ROWS = `[${Array.from({ length: STEPS }, (_, k) => `toUInt16(${1 << k})`).join(', ')}]`

/**
 * SQL: the sets of steps (as bits) that events can fill at best, after one more event; empty where it adds nothing. They
 * are the bases of a transversal matroid, so that keeping the greatest is enough.
 */
export const grown = (family: string, steps: string): string =>
  `arrayDistinct(arrayFlatten(arrayMap(set_ -> arrayMap(bit_ -> bitOr(set_, bit_),
     arrayFilter(bit_ -> bitAnd(bitAnd(${steps}, bit_), bitNot(set_)) != 0, ${ROWS})), ${family})))`

/** SQL: the sets of steps that the packed events of an instant can fill. */
export const familyOf = (events: string): string =>
  `arrayFold((had_, e_) -> if(empty(${grown('had_', stepsOf('e_'))}), had_, ${grown('had_', stepsOf('e_'))}),
     ${events}, [toUInt16(0)])`

/** SQL: how many steps in a row an instant fills from step k on, four bits for each k; of one event, or by a family. */
export function runsOf(steps: number, event: string, family: string): string {
  const each = (k: number) => {
    const one = `bitTest(${event}, ${10 + k})`
    const runs = Array.from({ length: steps - k }, (_, i) => ((1 << (i + 1)) - 1) << k)
    const most = runs.map((r) => `arrayExists(set_ -> bitAnd(set_, ${r}) = ${r}, ${family})`).join(' + ')
    return `bitShiftLeft(toUInt64(if(empty(${family}), ${one}, ${most})), ${4 * k})`
  }
  return Array.from({ length: steps }, (_, k) => each(k)).join(' + ')
}

/** SQL: how many steps in a row from step k on. */
export const runFrom = (runs: string, k: number): string => `bitAnd(bitShiftRight(${runs}, ${4 * k}), 15)`
