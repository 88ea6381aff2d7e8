// Which events a series, a step or a cohort means.
import { z } from 'zod'
import { filters } from '#data/segment'
import { inWords } from '#kernel/flaw'

const eventName = z
  .string()
  .min(1)
  .max(200)
  .refine((s) => !s.slice(0, -1).includes('*'), inWords('"*" may only end a name', '“*”只能用在名称末尾'))

/** One name, a list of names, or a name that ends in `*` (system events match no wildcard); filters on properties. */
export const matching = z.object({
  event: z.union([eventName, z.array(eventName).min(1).max(50)]),
  where: filters.default([]),
})
export type Matching = z.output<typeof matching>

/** How it is called where it has no name of its own. */
export const nameOf = ({ event }: Pick<Matching, 'event'>): string =>
  typeof event === 'string' ? event : event.join(' + ')
