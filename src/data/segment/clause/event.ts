// {"event": Name, Window?, "where": [Filter], "count": {"op", "value"}} or with "measure": {"of", "fn"}, "op", "value".
import { z } from 'zod'
import { type Comparison, compare, comparing, NUM, type Num, num } from '../op.ts'
import { jsonOperand, numberOf, type Path, path } from '../value.ts'
import { isOneWindow, type Window, windowFields, windowSql } from '../window.ts'
import { type ClauseKind, type Leaf, NEVER, type Sheet } from './kind.ts'

/** A name, exact or ending in `*`. Segment events are refused: a segment that listens to segments uses `{"segment"}`. */
export const eventName = z
  .string()
  .min(1)
  .max(200)
  .refine((s) => !s.slice(0, -1).includes('*'), { message: '"*" may only end a name' })
  .refine((s) => !/^segment\./.test(s), { message: 'segment events cannot be named here; use {"segment"}' })

const filter = comparing({ path })
export type Filter = Comparison & { path: Path }
export const filters = z.array(filter).max(20)

const FNS = ['sum', 'avg', 'min', 'max', 'distinct'] as const
const base = {
  event: z.union([eventName, z.array(eventName).min(1).max(50)]),
  where: filters.default([]),
  ...windowFields,
}
const oneWindow = { message: '"within" stands alone, without "from" and "to"' }
const counted = z
  .strictObject({
    ...base,
    count: z.strictObject({ op: num, value: z.number().int().min(0).max(1_000_000) }).optional(),
  })
  .refine(isOneWindow, oneWindow)
const measured = z
  .strictObject({ ...base, measure: z.strictObject({ of: path, fn: z.enum(FNS) }), op: num, value: z.number() })
  .refine(isOneWindow, oneWindow)
const schema = z.union([measured, counted])
export type EventClause = z.output<typeof schema>

/** Past this many the oldest event stands for the one that decides: at worst a look too early. */
const MOST_KEPT = 1000

const namesOf = (clause: { event: string | string[] }) =>
  typeof clause.event === 'string' ? [clause.event] : clause.event

/** All filters on the same event row, of rows on which `guard` holds. */
export function whereSql(where: readonly Filter[], env: Pick<Sheet, 'bind' | 'zone' | 'row'>, guard: string) {
  const parts = where.map((f) => compare(jsonOperand(env.bind, env.row, f.path, guard), f, env))
  return { holds: parts.map((p) => p.holds), changes: parts.flatMap((p) => p.changes) }
}

/** Event rows that a clause is about: those that count at `at`, and when that changes. */
function rows(clause: { event: string | string[]; where: Filter[] } & Window, sheet: Sheet) {
  const { fixed, reaches, leaves } = windowSql(clause, sheet.bind, sheet.zone)
  const and = (...parts: string[]) => parts.filter((p) => p !== '').join(' AND ')
  const about = sheet.row(and(sheet.named(namesOf(clause)), ...fixed))
  const { holds, changes } = whereSql(clause.where, sheet, about)
  const past = sheet.row(and(about, 'timestamp <= at', reaches ?? '', ...holds))
  const changing = changes.map((c) => sheet.event(`minIf(ifNull(${c}, ${NEVER}), ${about} AND ifNull(${c} > at, 0))`))
  // Without the filters: time may have turned them by then, and a look too many does no harm.
  const future = sheet.event(`minIf(timestamp, ${about} AND timestamp > at)`)
  return { past, about, leaves, changes: [future, ...changing] }
}

function compileCount(clause: z.output<typeof counted>, sheet: Sheet): Leaf {
  const { past, leaves, changes } = rows(clause, sheet)
  const { op, value } = clause.count ?? { op: 'gte', value: 1 }
  const count = sheet.event(`countIf(${past})`)
  const holds = `(${count} ${NUM[op]} ${sheet.bind('UInt32', value)})`
  const expiry = leaves ? EXPIRES[op](value).map((e) => expiring(sheet, past, leaves, count, e)) : []
  return { holds, changes: [...changes, ...expiry], value: `toString(${count})` }
}

interface Expiry {
  when: '>=' | '=' | '>'
  than: number
  /** The how-manieth newest event's leaving turns the count. */
  newest: number
}
const reach = (n: number): Expiry[] => (n > 0 ? [{ when: '>=', than: n, newest: n }] : [])
const hit = (n: number): Expiry[] => [
  ...(n > 0 ? [{ when: '=' as const, than: n, newest: n }] : []),
  { when: '>', than: n, newest: n + 1 },
]
/** When a windowed count next turns because events leave the window: which event, given how many there are. */
const EXPIRES: Record<Num, (n: number) => Expiry[]> = {
  gte: reach,
  lt: reach,
  gt: (n) => reach(n + 1),
  lte: (n) => reach(n + 1),
  eq: hit,
  ne: hit,
}

function expiring(sheet: Sheet, past: string, leaves: (t: string) => string, count: string, e: Expiry): string {
  const kept = () => sheet.event(`groupArraySortedIf(${e.newest})(-toUnixTimestamp64Milli(timestamp), ${past})`)
  const pivot =
    e.newest === 1
      ? sheet.event(`maxIf(timestamp, ${past})`)
      : e.newest <= MOST_KEPT
        ? `fromUnixTimestamp64Milli(-arrayElement(${kept()}, ${e.newest}), 'UTC')`
        : sheet.event(`minIf(timestamp, ${past})`)
  return `if(${count} ${e.when} ${sheet.bind('UInt32', e.than)}, ${leaves(pivot)}, ${NEVER})`
}

type Fn = (typeof FNS)[number]
/** Aggregates over rows that hold a value; `null` over none where a measure has no meaning. */
const MEASURES: Record<Fn, (number: string, text: string, cond: string) => string> = {
  sum: (number, _, cond) => `sumIf(ifNull(${number}, 0), ${cond})`,
  avg: (number, _, cond) => `avgIf(${number}, ${cond} AND ${number} IS NOT NULL)`,
  min: (number, _, cond) => `minIf(${number}, ${cond} AND ${number} IS NOT NULL)`,
  max: (number, _, cond) => `maxIf(${number}, ${cond} AND ${number} IS NOT NULL)`,
  distinct: (_, text, cond) => `uniqExactIf(${text}, ${cond} AND ${text} != '')`,
}

function compileMeasure(clause: z.output<typeof measured>, sheet: Sheet): Leaf {
  const { past, about, leaves, changes } = rows(clause, sheet)
  const { of, fn } = clause.measure
  const operand = jsonOperand(sheet.bind, sheet.row, of, about)
  const number = sheet.row(numberOf(operand))
  const measure = sheet.event(MEASURES[fn](number, operand.text, past))
  // A mean of nothing is no number: only `ne` holds.
  const some =
    fn === 'sum' || fn === 'distinct' ? '1' : `${sheet.event(`countIf(${past} AND ${number} IS NOT NULL)`)} > 0`
  const held = `(${some} AND ifNull(${measure}, 0) ${NUM[clause.op]} ${sheet.bind('Float64', clause.value)})`
  return {
    holds: clause.op === 'ne' ? `(NOT ${some} OR ${held})` : held,
    changes: [...changes, ...(leaves ? [leaves(sheet.event(`minIf(timestamp, ${past})`))] : [])],
    value: `if(${some}, toString(${measure}), '')`,
  }
}

export const event: ClauseKind<EventClause> = {
  key: 'event',
  title: { en: 'Event', zh: '行为事件' },
  schema,
  compile: (clause, sheet) => ('measure' in clause ? compileMeasure(clause, sheet) : compileCount(clause, sheet)),
  triggers: (clause) => ({ names: namesOf(clause) }),
  evidence: (clause, sheet) => rows(clause, sheet).past,
}
