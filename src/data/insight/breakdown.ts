// Numbers told apart by a property, of the member (as it held at the range's end) or of the event.
import { z } from 'zod'
import { jsonOperand, path } from '#data/segment'
import { inline, type Sheet } from './sheet.ts'

/** Which event's value counts where several have one: the first or the last there is, or that of a funnel's step n. */
const attribution = z.union([z.enum(['first', 'last']), z.string().regex(/^step:\d$/)]).optional()

export const breakdown = z.union([
  z.object({ property: path, limit: z.int().min(1).max(50).default(10) }),
  z.object({ eventProperty: path, limit: z.int().min(1).max(50).default(10), attribution }),
])
export type Breakdown = z.output<typeof breakdown>

/** What stands for all values past the limit. */
export const OTHER = '$other'

export interface Divided {
  /** Value of a row of `events` that is joined with `join`; '' where there is none. */
  value: string
  /** Stands behind `FROM events`. */
  join: string
}

/** Longer values are told apart by how they begin: a group's name stands in the keys of its cells. */
const shortened = (value: string): string => `leftUTF8(${value}, 100)`

/** How a row of events tells the value; to be followed by `topOf`, which folds what is past the limit. */
export function dividedBy(sheet: Sheet, by: Breakdown): Divided {
  if ('eventProperty' in by)
    return { value: shortened(jsonOperand(sheet.bind, inline, by.eventProperty, '1').text), join: '' }
  const key = `property:${typeof by.property === 'string' ? by.property : by.property.join('.')}`
  const facts = `SELECT ${sheet.root} AS root_, argMax(value, (validFrom, seq)) AS value_ FROM facts
    WHERE key = ${sheet.bind('String', key)} AND validFrom <= ${sheet.instant(sheet.at)} GROUP BY root_`
  return { value: shortened('of_.value_'), join: `LEFT ANY JOIN (${facts}) AS of_ ON of_.root_ = ${sheet.root}` }
}

/** The greatest groups of a relation with the columns `g` and `root`, by members and then by name. */
export async function topOf(sheet: Sheet, relation: string, limit: number): Promise<string[]> {
  const rows = await sheet.rows<{ g: string }>(
    `SELECT g FROM (${relation}) GROUP BY g ORDER BY uniqExact(root) DESC, g LIMIT ${limit}`,
  )
  return rows.map((r) => r.g)
}

/** A value as its group: itself while it is among the greatest, else `OTHER`. */
export const groupSql = (sheet: Sheet, value: string, top: readonly string[]): string =>
  `if(has(${sheet.bind('Array(String)', top)}, ${value}), ${value}, '${OTHER}')`

/** A group as an answer names it: null for those without a value. */
export const groupName = (g: string): string | null => (g === '' ? null : g)
