// Which events a series, a step or a cohort means.
import { z } from 'zod'
import { filters, metricKey } from '#data/segment'
import { inWords } from '#kernel/flaw'

const eventName = z
  .string()
  .min(1)
  .max(200)
  .refine((s) => !s.slice(0, -1).includes('*'), inWords('"*" may only end a name', '“*”只能用在名称末尾'))

type Names = string | string[]
/**
 * One name, a list of names, a name that ends in `*` (system events match no wildcard), or a metric. A metric has become
 * its events and filters before a kind sees the query, so that kinds know of none.
 */
export const eventNames = z.union([
  eventName,
  z.array(eventName).min(1).max(50),
  z.strictObject({ metric: metricKey }),
]) as unknown as z.ZodType<Names, Names | { metric: string }>

/** Events, and filters on their properties. */
export const matching = z.object({ event: eventNames, where: filters.default([]) })
export type Matching = z.output<typeof matching>

/** How it is called where it has no name of its own. */
export const nameOf = ({ event }: Pick<Matching, 'event'>): string =>
  typeof event === 'string' ? event : event.join(' + ')
