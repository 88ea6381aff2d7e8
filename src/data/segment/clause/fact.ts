// What holds of a member now, by fact: the last value told, of all its identities.
import { type Comparison, compare, holdsMissing } from '../op.ts'
import type { Operand } from '../value.ts'
import { ahead, type Draft, earliest, least, NOW, type Sheet, type Stage } from './kind.ts'
import { instants } from './matching.ts'

export const CURRENT: Operand = { text: 'f.1', kind: 'f.2' }
/** Columns `f` (text, kind) and `ahead`; kind 0 where nothing holds. */
export const current = (by: readonly string[] = []): Stage => ({
  by,
  columns: ['argMaxIf((value, kind), (t, seq), t <= now) AS f', `${earliest('t')} AS ahead`],
})
/** The instant of evaluation as comparisons name it. */
export const AT = `fromUnixTimestamp64Milli(${NOW}, 'UTC') AS at`

/** A fact compared with a value. */
export function planCompared(key: string, comparison: Comparison, sheet: Sheet): Draft {
  const { holds, changes } = compare(CURRENT, comparison, sheet)
  const own = compare({ text: 'value', kind: 'kind' }, comparison, sheet)
  return {
    source: 'fact',
    names: [key],
    where: '1',
    evidence: '0',
    passages: instants(['t', ...own.changes]),
    stages: [current(), { columns: ['f', 'ahead', AT] }],
    holds,
    next: least('ahead', ...changes.map(ahead)),
    value: 'f.1',
    idle: holdsMissing(comparison),
  }
}

/** A fact that is there or not, and is not said to be false. */
export const planPresent = (key: string, otherwise = false): Draft => ({
  source: 'fact',
  names: [key],
  where: '1',
  evidence: '0',
  passages: instants(['t']),
  stages: [current()],
  holds: otherwise ? "f.1 != 'false'" : "f.2 != 0 AND f.1 != 'false'",
  next: 'ahead',
  value: 'f.1',
  idle: otherwise,
})
