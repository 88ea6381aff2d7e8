// A question while it is written: plain JSON with gaps. What is not finished is left out of what is asked.
import type { InsightQuery } from '../../../console/insight/answer.ts'
import { type FilterDraft, NO_VALUE, namesOf, pathText } from '../../segment/console/draft.ts'

/** Names of events, or a metric, which stands for its events and filters. */
export type Events = string | readonly string[] | { readonly metric: string }

/** Events with filters on their fields: a series, a step, a touch. */
export interface Match {
  event: Events
  where?: readonly FilterDraft[]
}

export const ANY: Match = { event: '*' }

export const metricOf = (event: unknown): string | null =>
  typeof event === 'object' && event !== null && 'metric' in event ? String(event.metric) : null

const isChosen = (event: unknown): boolean => metricOf(event) !== null || namesOf(event).some((name) => name !== '')

const isFilled = ({ path, op, value }: FilterDraft): boolean =>
  pathText(path) !== '' &&
  (NO_VALUE.includes(op) || !(value === undefined || value === null || value === '' || [value].flat().length === 0))

/** Without filters that are not finished; null where no event is chosen. */
export function tidyMatch<M extends object>(match: M): M | null {
  const { where, ...rest } = match as unknown as Match
  if (!isChosen(rest.event)) return null
  const filled = (where ?? []).filter(isFilled)
  return { ...rest, ...(filled.length > 0 ? { where: filled } : {}) } as unknown as M
}

export const matchOf = (value: unknown): Match =>
  typeof value === 'object' && value !== null && 'event' in value ? (value as Match) : ANY

export const matchesOf = (value: unknown): readonly Match[] => (Array.isArray(value) ? value.map(matchOf) : [])

/** The fields of a question's own events: of a heat map, a lifecycle. */
export const ownMatch = (query: InsightQuery): Match => matchOf(query)

/** A question whose own events are finished. */
export const tidyOwn = (query: InsightQuery): InsightQuery | null => tidyMatch({ event: '*', ...query })

/** The question without some of its fields. */
export const drop = (query: InsightQuery, ...keys: readonly string[]): InsightQuery =>
  Object.fromEntries(Object.entries(query).filter(([key]) => !keys.includes(key)))
