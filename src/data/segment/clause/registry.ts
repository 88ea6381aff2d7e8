import type { z } from 'zod'
import { event } from './event.ts'
import type { ClauseKind } from './kind.ts'
import { property } from './property.ts'

const KINDS = [property, event] as const

export type Clause = z.output<(typeof KINDS)[number]['schema']>
const byKey = new Map<string, ClauseKind>(KINDS.map((k) => [k.key, k as ClauseKind]))

/** The kind of a clause by the field that names it; undefined when no kind knows it. */
export function kindOf(clause: object): ClauseKind | undefined {
  for (const key of Object.keys(clause)) {
    const kind = byKey.get(key)
    if (kind) return kind
  }
  return undefined
}
export const clauseKeys = [...byKey.keys()]
