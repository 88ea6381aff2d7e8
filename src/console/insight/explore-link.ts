import type { InsightQuery } from './answer.ts'
import { type Range, rangeText } from './range.ts'

/** What of a query stands in fields of the address of their own. */
export const APART = ['from', 'to', 'timezone', 'filter'] as const

interface Link {
  kind: string
  query: InsightQuery
  /** A range by name, `28d`, so that the link moves with the days; left out, the query's own days. */
  range?: string
}

/** The address at which a question stands open, to be changed and asked on. */
export function exploreLink({ kind, query, range }: Link): string {
  const rest = Object.fromEntries(
    Object.entries(query).filter(([key, value]) => value !== undefined && !(APART as readonly string[]).includes(key)),
  )
  const { from, to, timezone } = query
  const days =
    typeof from === 'string' && typeof to === 'string'
      ? rangeText({ from, to, timezone: String(timezone ?? 'UTC') } satisfies Range)
      : '28d'
  const state = new URLSearchParams({
    kind,
    q: JSON.stringify(rest),
    range: range ?? days,
    ...(typeof timezone === 'string' ? { zone: timezone } : {}),
    ...(query.filter ? { filter: JSON.stringify(query.filter) } : {}),
  })
  return `/explore?${state}`
}
