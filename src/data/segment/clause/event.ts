// {"event": Name, Window?, "where": [Filter], "count": {"op", "value"}}: how often.
// {"event": …, "measure": {"of", "fn"}, "op", "value"}: how much.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { compareNumbers, MASK, maskSql, type Num, num } from '../op.ts'
import { jsonOperand, numberOf, path } from '../value.ts'
import { isOneWindow, windowFields, windowSql } from '../window.ts'
import { ahead, type ClauseKind, type Draft, earliest, least, NEVER, type Sheet } from './kind.ts'
import { and, eventNames, instants, matched, namesOf, where } from './matching.ts'

const FNS = ['sum', 'avg', 'min', 'max', 'distinct'] as const
const base = { event: eventNames, where, ...windowFields }
const oneWindow = inWords('"within" stands alone, without "from" and "to"', '“within”不能与“from”“to”同时使用')
export const count = z.strictObject({ op: num, value: z.number().int().min(0).max(1_000_000) })
const counted = z.strictObject({ ...base, count: count.optional() }).refine(isOneWindow, oneWindow)
const measured = z
  .strictObject({ ...base, measure: z.strictObject({ of: path, fn: z.enum(FNS) }), op: num, value: z.number() })
  .refine(isOneWindow, oneWindow)
type Counted = z.output<typeof counted>
type Measured = z.output<typeof measured>
export type EventClause = Counted | Measured

/** Told apart by hand, so that an error speaks of the one that is meant. */
const schema: z.ZodType<EventClause> = z.record(z.string(), z.unknown()).pipe(
  z.transform((raw, payload) => {
    const result = ('measure' in raw ? measured : counted)._zod.run({ value: raw, issues: [] }, { async: false })
    if (result instanceof Promise) throw new Error('this schema is not asynchronous')
    payload.issues.push(...result.issues)
    return result.value
  }),
) as never

/** Event rows that a clause is about: those that count now, and when that changes. */
function rows(clause: EventClause, sheet: Sheet) {
  const window = windowSql(clause, sheet.bind, sheet.zone)
  const { fixed, passes, changes } = matched(clause.where, sheet)
  return {
    source: 'event' as const,
    names: namesOf(clause.event),
    where: and([...window.parts, ...fixed]),
    counts: and(['t <= now', passes]),
    leaves: window.leaves,
    /** Rows that are to come, and filters that turn. */
    changes: ['comes', ...changes],
    passages: instants(['t', ...(window.leaves ? [window.leaves('t')] : []), ...changes]),
  }
}

/** Past this many the oldest event stands for the one that decides: at worst a look too early. */
const MOST_KEPT = 1024

function planCount(clause: Counted, sheet: Sheet): Draft {
  const { counts, leaves, changes, ...plan } = rows(clause, sheet)
  const { op, value } = clause.count ?? { op: 'gte' as const, value: 1 }
  const v = sheet.bind('Int64', value)
  const mask = sheet.bind('UInt8', MASK[op])
  const columns = [`countIf(${counts}) AS n`, `${earliest(...changes)} AS ahead`]
  let expiry = String(NEVER)
  if (leaves) {
    const [above, equal] = decisive(op, value)
    const kept = keptFor(Math.max(above, equal))
    const k = `multiIf(n > ${v}, ${sheet.bind('UInt32', above)}, n = ${v}, ${sheet.bind('UInt32', equal)}, 0)`
    const pivot = kept === 1 ? 'newest' : kept <= MOST_KEPT ? `-arrayElement(newest, ${k})` : 'newest'
    columns.push(
      kept === 1
        ? `max(if(${counts}, t, 0)) AS newest`
        : kept <= MOST_KEPT
          ? `groupArraySortedIf(${kept})(-t, ${counts}) AS newest`
          : `min(if(${counts}, t, ${NEVER})) AS newest`,
    )
    expiry = `if(${k} = 0, ${NEVER}, ${leaves(pivot)})`
  }
  return {
    ...plan,
    evidence: counts,
    stages: [{ by: [], columns }],
    holds: maskSql(mask, 'toInt64(n)', v),
    next: least('ahead', expiry),
    value: 'toString(n)',
    idle: compareNumbers(0, op, value),
  }
}

/**
 * The how-manieth newest event turns the count by leaving the window, while there are more than `value` and while
 * there are exactly so many; 0 for none.
 */
function decisive(op: Num, value: number): [above: number, equal: number] {
  const less = MASK[op] & 1
  const same = (MASK[op] >> 1) & 1
  const more = (MASK[op] >> 2) & 1
  const equal = same !== less && value > 0 ? value : 0
  return [more === same ? equal : value + 1, equal]
}

/** A few sizes only, so that clauses differ in text as little as may be. */
const keptFor = (needed: number): number => [1, 8, 64].find((size) => needed <= size) ?? needed

type Fn = (typeof FNS)[number]
/** Aggregates over rows that hold a value; `null` over none where a measure has no meaning. */
const MEASURES: Record<Fn, (number: string, text: string, cond: string) => string> = {
  sum: (number, _, cond) => `sumIf(ifNull(${number}, 0), ${cond})`,
  avg: (number, _, cond) => `avgIf(${number}, ${cond} AND ${number} IS NOT NULL)`,
  min: (number, _, cond) => `minIf(${number}, ${cond} AND ${number} IS NOT NULL)`,
  max: (number, _, cond) => `maxIf(${number}, ${cond} AND ${number} IS NOT NULL)`,
  distinct: (_, text, cond) => `uniqExactIf(${text}, ${cond} AND ${text} != '')`,
}

function planMeasure(clause: Measured, sheet: Sheet): Draft {
  const { counts, leaves, changes, ...plan } = rows(clause, sheet)
  const { of, fn } = clause.measure
  const operand = jsonOperand(sheet.bind, sheet.row, of, '1')
  const number = sheet.row(numberOf(operand))
  // A mean of nothing is no number: only `ne` holds.
  const always = fn === 'sum' || fn === 'distinct'
  const measured = `toFloat64(ifNull(m, 0))`
  const compared = maskSql(sheet.bind('UInt8', MASK[clause.op]), measured, sheet.bind('Float64', clause.value))
  const none = sheet.bind('UInt8', clause.op === 'ne' ? 1 : 0)
  return {
    ...plan,
    evidence: and([counts, fn === 'distinct' ? `${operand.text} != ''` : `${number} IS NOT NULL`]),
    stages: [
      {
        by: [],
        columns: [
          `${MEASURES[fn](number, operand.text, counts)} AS m`,
          `countIf(${counts} AND ${number} IS NOT NULL) AS some`,
          `${earliest(...changes)} AS ahead`,
          ...(leaves ? [`min(if(${counts}, t, ${NEVER})) AS oldest`] : []),
        ],
      },
    ],
    holds: always ? compared : `if(some > 0, ${compared}, ${none})`,
    next: least('ahead', ...(leaves ? [`if(oldest = ${NEVER}, ${NEVER}, ${ahead(leaves('oldest'))})`] : [])),
    value: always ? `toString(${measured})` : `if(some > 0, toString(${measured}), '')`,
    idle: always ? compareNumbers(0, clause.op, clause.value) : clause.op === 'ne',
  }
}

export const event: ClauseKind<EventClause> = {
  key: 'event',
  title: { en: 'Event', zh: '行为事件' },
  schema,
  plan: (clause, sheet) => ('measure' in clause ? planMeasure(clause, sheet) : planCount(clause, sheet)),
}
