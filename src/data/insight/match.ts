// Which events a series, a step or a cohort means: names, wildcards and filters, as a condition on one event row.
import { z } from 'zod'
import { type Filter, filters, rootOf, whereSql } from '#data/segment'
import { inWords } from '#kernel/flaw'
import { timezone } from '#kernel/time'

const eventName = z
  .string()
  .min(1)
  .max(200)
  .refine((s) => !s.slice(0, -1).includes('*'), inWords('"*" may only end a name', '“*”只能用在名称末尾'))

/** One name, a list of names, or a name that ends in `*` (system events match no wildcard). */
export const matching = z.object({
  event: z.union([eventName, z.array(eventName).min(1).max(50)]),
  where: filters.default([]),
})
export type Matching = z.output<typeof matching>

/** From inclusive, to exclusive; whole days of `timezone` are meant by dates alone. */
export const range = {
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  timezone: timezone.optional(),
}

/** Today's member of an event row. */
export const ROOT = rootOf('member')

export interface Binder {
  bind: (type: string, value: unknown) => string
  params: Record<string, unknown>
}

/** Bound parameters of one query, named in the order they are asked for. */
export function binder(): Binder {
  const params: Record<string, unknown> = {}
  return {
    params,
    bind(type, value) {
      const name = `v${Object.keys(params).length}`
      params[name] = value
      return `{${name}:${type}}`
    },
  }
}

/** Begins a query: filters may speak of the instant they are asked at, by the name `at`. */
export const asOf = ({ bind }: Binder, at: Date): string =>
  `WITH fromUnixTimestamp64Milli(${bind('Int64', at.getTime())}, 'UTC') AS at`

/** Filters are few here, so what they compute stands where it is used. */
export const inline = (expression: string): string => `(${expression})`

/** The condition on an event row. Bots are no people and never count. */
export function matchSql({ bind }: Binder, what: Matching, zone: string): string {
  const names = typeof what.event === 'string' ? [what.event] : what.event
  const exact = names.filter((n) => !n.endsWith('*'))
  const starts = names.filter((n) => n.endsWith('*')).map((n) => n.slice(0, -1))
  const named = [
    ...(exact.length > 0 ? [`name IN ${bind('Array(String)', exact)}`] : []),
    ...starts.map((s) => `(class != 'system' AND startsWith(name, ${bind('String', s)}))`),
  ]
  const { holds } = whereSql(what.where as Filter[], { bind, zone, row: inline }, '1')
  return [`(${named.join(' OR ')})`, 'member != 0', 'NOT bot', ...holds].join(' AND ')
}

/** Answers hold as of the range's end, or of now where that is still to come. */
export const earlier = (a: Date, b: Date): Date => new Date(Math.min(a.getTime(), b.getTime()))
