// A metric while it is being written.
import type { Input } from '#web/api.ts'
import { type EventNames, type FilterDraft, namesOf, pathText } from '../../segment/console/draft.ts'
import { missingOf } from '../../segment/console/missing.ts'
import { MEASURES, type Measure } from './words.ts'

export interface MetricDraft {
  event: EventNames
  where: readonly FilterDraft[]
  measure: Measure
  of?: string | readonly string[]
}

export const BLANK: MetricDraft = { event: '', where: [], measure: 'total' }

type Definition = NonNullable<Input<'metric.value'>['definition']>

/** What can be asked and saved; null while something is missing. */
export function finished({ event, where, measure, of }: MetricDraft): Definition | null {
  const isOf = MEASURES[measure].of
  if (namesOf(event).length === 0 || missingOf({ event, where }).length > 0) return null
  if (isOf && pathText(of) === '') return null
  return { event, where, measure, ...(isOf ? { of } : {}) } as Definition
}
