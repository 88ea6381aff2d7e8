// What holds of a member now, by fact: the last value told, of all its identities.
import { type Comparison, compare, holdsMissing } from '../op.ts'
import { ahead, type Draft, earliest, lastIs, lastOf, least, type Sheet } from './kind.ts'
import { instants } from './matching.ts'

const COUNTS = 't <= now'
const SHOWN = `argMaxIf(value, (t, seq), ${COUNTS}) AS shown`

/** A fact compared with a value. */
export function planCompared(key: string, comparison: Comparison, sheet: Sheet): Draft {
  const { holds, changes } = compare({ text: 'value', kind: 'kind' }, comparison, sheet)
  const idle = holdsMissing(comparison)
  return {
    source: 'fact',
    names: [key],
    where: '1',
    evidence: '0',
    passages: instants(['t', ...changes]),
    stages: [
      {
        by: [],
        columns: [
          `${lastOf(holds, COUNTS)} AS last`,
          `${earliest('comes')} AS ahead`,
          // What turns in the last row alone matters.
          ...changes.map((c, i) => `argMaxIf(toInt64(ifNull(${c}, 0)), (t, seq), ${COUNTS}) AS turn${i}`),
          SHOWN,
        ],
      },
    ],
    holds: lastIs('last', idle),
    next: least('ahead', ...changes.map((_, i) => ahead(`turn${i}`))),
    value: 'shown',
    idle,
  }
}

/** A fact that is there or not, and is not said to be false; `otherwise` where nothing is said. */
export const planPresent = (key: string, otherwise = false): Draft => ({
  source: 'fact',
  names: [key],
  where: '1',
  evidence: '0',
  passages: instants(['t']),
  stages: [
    {
      by: [],
      columns: [
        `${lastOf(otherwise ? "value != 'false'" : "kind != 0 AND value != 'false'", COUNTS)} AS last`,
        `${earliest('comes')} AS ahead`,
        SHOWN,
      ],
    },
  ],
  holds: lastIs('last', otherwise),
  next: 'ahead',
  value: 'shown',
  idle: otherwise,
})
