// Who counts: the caller's scope and the query's own filter, as one condition on an event row.

import { type Condition, holders, linksOf } from '#data/segment'
import type { Context } from '#kernel/context'
import { type Binder, ROOT } from './match.ts'

type Asking = Pick<Context<Record<never, never>, never, never>, 'warehouseScope' | 'brand' | 'db'>

/** The filter holds as of `at` (the range's end, or now if earlier). */
export async function audienceSql(
  ctx: Asking,
  { params }: Binder,
  filter: Condition | undefined,
  at: Date,
): Promise<string> {
  const parts: string[] = []
  const scope = ctx.warehouseScope()
  if (scope) {
    Object.assign(params, scope.params)
    parts.push(`${ROOT} IN (${scope.sql})`)
  }
  if (filter) {
    const holding = holders(filter, { at, zone: ctx.brand.zone, links: await linksOf(ctx.db, [filter]) })
    Object.assign(params, holding.params)
    parts.push(`${ROOT} IN (${holding.sql})`)
  }
  return parts.length === 0 ? '1' : parts.join(' AND ')
}
