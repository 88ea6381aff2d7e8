import { namesOf } from '../../segment/console/draft.ts'
import { metricOf } from './match.ts'

/** Names of events whose fields can be offered; of a metric none are known here. */
export const namesIn = (event: unknown): readonly string[] => (metricOf(event) === null ? namesOf(event) : [])
