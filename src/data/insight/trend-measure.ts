// What a series of a trend measures of which events.
import { z } from 'zod'
import { path } from '#data/segment'
import { matching } from './match.ts'

const rolling = z.string().regex(/^rolling:([1-9]\d?|1[0-7]\d|180)d$/)
/** `own`: as the metric measures, else `total`; it has become one of the others before it is read here. */
const measure = z.union([
  z.enum(['own', 'total', 'members', 'perMember', 'sum', 'avg', 'min', 'max', 'p50', 'p90', 'p99']),
  rolling,
])
export const series = matching.extend({
  measure: measure.default('own'),
  of: path.optional(),
  name: z.string().max(80).optional(),
})
export type Series = z.output<typeof series>

/** How rows of events are told apart: a value of each row and what is joined for it. */
export interface Divided {
  value: string
  join: string
  /** Groups in the order they are shown. */
  names: readonly string[]
}

/** Numbers by place: first those of the range's periods, then of those before, then the two totals. */
export type Numbers = (number | null)[]

export const rollingDays = ({ measure }: Series): number => Number(/^rolling:(\d+)d$/.exec(measure)?.[1] ?? 0)
export const measuresProperty = ({ measure }: Series): boolean => /^(sum|avg|min|max|p\d\d)$/.test(measure)
/** What stands where nothing happened: nothing is no average. */
export const emptyOf = ({ measure }: Series): number | null =>
  ['total', 'members', 'sum'].includes(measure) || measure.startsWith('rolling') ? 0 : null
