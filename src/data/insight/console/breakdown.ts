import type { InsightQuery } from '../../../console/insight/answer.ts'
import { type Path, pathText } from '../../segment/console/draft.ts'
import { drop } from './match.ts'

export interface Breakdown {
  property?: Path
  eventProperty?: Path
  limit?: number
  attribution?: string
}

export const breakdownOf = (query: InsightQuery): Breakdown | null => (query.breakdown as Breakdown | undefined) ?? null

/** Without a breakdown whose field is not chosen yet. */
export function tidyBreakdown(query: InsightQuery): InsightQuery {
  const by = breakdownOf(query)
  return by && pathText(by.property ?? by.eventProperty) === '' ? drop(query, 'breakdown') : query
}
