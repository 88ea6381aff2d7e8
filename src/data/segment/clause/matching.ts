// Which event rows a clause is about: a name, a list of names, names that begin alike; and filters on the same row.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { type Comparison, compare, comparing, type OpEnv } from '../op.ts'
import { jsonOperand, type Path, path, type RowColumn } from '../value.ts'
import type { Sheet } from './kind.ts'

/** A name, exact or ending in `*`. Segment events are refused: a segment that listens to segments uses `{"segment"}`. */
export const eventName = z
  .string()
  .min(1)
  .max(200)
  .refine((s) => !s.slice(0, -1).includes('*'), inWords('"*" may only end a name', '“*”只能用在名称末尾'))
  .refine((s) => !/^segment\./.test(s), { message: 'segment events cannot be named here; use {"segment"}' })
/** A metric stands for its events and filters; see metric-meaning.ts. */
const metricNamed = z.strictObject({ metric: z.string().min(1).max(50) })
export const eventNames = z.union([eventName, z.array(eventName).min(1).max(50), metricNamed])
export type Names = string | readonly string[] | { readonly metric: string }
export function namesOf(names: Names): readonly string[] {
  if (typeof names === 'string') return [names]
  if ('metric' in names) throw new Error(`metric ${names.metric} was not looked up`)
  return names
}

const filter = comparing({ path })
export type Filter = Comparison & { path: Path }
export const filters = z.array(filter).max(20)
export const where = filters.default([])

/** All filters on the same event row, of rows on which `guard` holds. */
export function whereSql(list: readonly Filter[], env: OpEnv & { row: RowColumn }, guard: string) {
  const parts = list.map((f) => compare(jsonOperand(env.bind, env.row, f.path, guard), f, env))
  return { holds: parts.map((p) => p.holds), changes: parts.flatMap((p) => p.changes) }
}

export interface Matched {
  /** Conditions that time does not turn. */
  fixed: string[]
  /** Conditions that time turns; 1 where there are none. */
  passes: string
  changes: string[]
}

/** Filters told apart by whether time alone can turn them. */
export function matched(list: readonly Filter[], sheet: Sheet, guard = '1'): Matched {
  const parts = list.map((f) => compare(jsonOperand(sheet.bind, sheet.row, f.path, guard), f, sheet))
  const turning = parts.filter((p) => p.changes.length > 0)
  return {
    fixed: parts.filter((p) => p.changes.length === 0).map((p) => p.holds),
    passes: turning.length === 0 ? '1' : and(turning.map((p) => p.holds)),
    changes: turning.flatMap((p) => p.changes),
  }
}

/** Filters that came with a metric, for kinds that have none of their own; none of them turns. */
export const filteredBy = (clause: object, sheet: Sheet): string =>
  and(matched((clause as { where?: readonly Filter[] }).where ?? [], sheet).fixed)

export const and = (parts: readonly string[]): string => {
  const real = parts.filter((p) => p !== '' && p !== '1')
  return real.length === 0 ? '1' : real.length === 1 ? (real[0] ?? '1') : `(${real.join(' AND ')})`
}

/** Array(Int64) of instants; those that are NULL are 0. */
export const instants = (list: readonly string[]): string =>
  `[${['toInt64(0)', ...list.map((i) => `toInt64(ifNull(${i}, 0))`)].join(', ')}]`
