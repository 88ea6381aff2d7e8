// What a schema cannot see of a definition: whether the warehouse can read its patterns.
import type { Warehouse } from '#kernel/context'
import { Problem } from '#kernel/problem'
import { type Condition, clausesOf } from './condition.ts'

function patternsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(patternsOf)
  if (typeof value !== 'object' || value === null) return []
  const { op, value: pattern } = value as { op?: unknown; value?: unknown }
  return [
    ...(op === 'matches' && typeof pattern === 'string' ? [pattern] : []),
    ...Object.values(value).flatMap(patternsOf),
  ]
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
