// What a schema cannot see of a definition: whether the warehouse can read its patterns, whether all it names is there,
// and whether something can measure it.
import type { QueryExecutorProvider } from 'kysely'
import type { Warehouse } from '#kernel/context'
import { Problem } from '#kernel/problem'
import { type Condition, clausesOf } from './condition.ts'
import { refuseContactParts } from './contact.ts'
import { linksOf } from './link.ts'
import { compiledOf } from './load.ts'

function patternsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(patternsOf)
  if (typeof value !== 'object' || value === null) return []
  const { op, value: pattern } = value as { op?: unknown; value?: unknown }
  return [
    ...(op === 'matches' && typeof pattern === 'string' ? [pattern] : []),
    ...Object.values(value).flatMap(patternsOf),
  ]
}

/** What a live segment, a journey or a goal may not be built on: it is a list of one moment. */
export function refuseInsights(conditions: readonly Condition[]): void {
  if (conditions.flatMap(clausesOf).some((c) => 'insight' in c))
    throw new Problem('input.invalid', 400, {
      errors: [
        {
          path: 'definition',
          message: {
            en: 'a cell of an insight can be previewed and saved as a list, not kept live',
            zh: '分析结果中的单元格可预览、可存为名单，但不能作为实时条件',
          },
        },
      ],
    })
}

interface Asking {
  db: QueryExecutorProvider
  warehouse: Warehouse
  brand: { zone: string }
  may(right: string): boolean
}

/**
 * Refuses what cannot be kept up to date: what `checkConditions` refuses, cells of insights, and a way back to `self`;
 * and what the caller may not ask about contact details.
 */
export async function checkLive(
  { db, warehouse, brand, may }: Asking,
  definition: Condition,
  self?: string,
): Promise<void> {
  refuseContactParts({ may }, definition)
  refuseInsights([definition])
  await linksOf({ db }, [definition], self)
  await compiledOf({ db, brand }, definition)
  await checkConditions(warehouse, [definition])
}

/** Throws `input.invalid` when a pattern of these conditions is none in RE2. */
export async function checkConditions(warehouse: Warehouse, conditions: readonly Condition[]): Promise<void> {
  for (const pattern of new Set(conditions.flatMap(clausesOf).flatMap(patternsOf))) {
    try {
      await warehouse.query("SELECT match('', {pattern:String}) AS m", { pattern }, { lane: 'interactive' })
    } catch (error) {
      // 427: CANNOT_COMPILE_REGEXP; anything else is the warehouse's own trouble.
      if (
        !(error instanceof Error) ||
        !/\b427\b|CANNOT_COMPILE_REGEXP/.test(`${error.message} ${(error as { code?: unknown }).code}`)
      )
        throw error
      throw new Problem('input.invalid', 400, {
        errors: [{ path: 'definition', message: `not a pattern: ${pattern}` }],
      })
    }
  }
}
