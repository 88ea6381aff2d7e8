// What a tag of the starter library says, and short words for the conditions it is made of. Amounts are in fen and
// count orders in CNY only, because sums of several currencies mean nothing.
import type { Text } from '#kernel/text'
import type { Colour } from '../tables.ts'

type Raw = Readonly<Record<string, unknown>>

export interface LibraryTag {
  key: string
  title: Text
  /** Where the condition does not say it all. */
  description?: Text
  /** A definition as the API takes it. */
  when: Raw
}

export interface LibraryDimension {
  key: string
  title: Text
  /** Its conditions exclude each other. */
  single?: true
  colour: Colour
  tags: readonly LibraryTag[]
}

export const tag = (key: string, zh: string, en: string, when: Raw, description?: Text): LibraryTag => ({
  key,
  title: { en, zh },
  when,
  ...(description ? { description } : {}),
})

export const all = (...list: readonly Raw[]): Raw => ({ all: list })
export const any = (...list: readonly Raw[]): Raw => ({ any: list })
export const not = (inner: Raw): Raw => ({ not: inner })

type Names = string | readonly string[]
type Filter = { path: string; op: string; value?: unknown }
export const is = (path: string, value: unknown): Filter => ({ path, op: 'eq', value })
export const least = (path: string, value: number): Filter => ({ path, op: 'gte', value })

/** At least once (`within` the window), or `n` times. */
export const did = (event: Names, within?: string, n = 1, where: readonly Filter[] = []): Raw => ({
  event,
  ...(within ? { within } : {}),
  ...(where.length > 0 ? { where } : {}),
  ...(n > 1 ? { count: { op: 'gte', value: n } } : {}),
})
export const times = (event: Names, op: string, value: number, within?: string): Raw => ({
  event,
  ...(within ? { within } : {}),
  count: { op, value },
})
export const sum = (event: string, of: string, op: string, value: number, within?: string): Raw => ({
  event,
  ...(within ? { within } : {}),
  measure: { of, fn: 'sum' },
  op,
  value,
})

const yuan = [is('currency', 'CNY')]
const spent = (fn: string, op: string, amount: number, within: string): Raw => ({
  event: 'order.paid',
  within,
  where: yuan,
  measure: { of: 'amount', fn },
  op,
  value: amount * 100,
})
/** Paid in the window, in yuan: at least `low` and less than `high`. */
export const spend = (within: string, low: number, high?: number): Raw =>
  high === undefined
    ? spent('sum', 'gte', low, within)
    : all(spent('sum', 'gte', low, within), spent('sum', 'lt', high, within))
/** The same for the average order. */
export const basket = (within: string, low: number, high?: number): Raw =>
  high === undefined
    ? spent('avg', 'gte', low, within)
    : all(spent('avg', 'gte', low, within), spent('avg', 'lt', high, within))
export const bigOrder = (within: string, amount: number): Raw =>
  did('order.paid', within, 1, [...yuan, least('amount', amount * 100)])

/** Did it, and not in the last `quiet`. */
export const quietFor = (event: Names, quiet: string): Raw => all(did(event), not(did(event, quiet)))
export const firstWithin = (event: string, within: string): Raw => ({ firstEvent: event, within })
export const stopped = (event: Names, active: string, quiet: string): Raw => ({ stopped: event, active, quiet })
export const restarted = (event: Names, quietFrom: string, recent: string): Raw => ({
  restarted: event,
  quietFrom,
  recent,
})
export const regularly = (event: Names, every: string, of: number, atLeast: number): Raw => ({
  regularly: { event },
  every,
  of,
  atLeast,
})
export const inOrder = (steps: readonly string[], gap: string, within?: string): Raw => ({
  sequence: steps.map((event) => ({ event })),
  ...(within ? { within } : {}),
  gap,
})

export const property = (name: string, op: string, value?: unknown): Raw => ({
  property: name,
  op,
  ...(value === undefined ? {} : { value }),
})
export const known = (name: string): Raw => property(name, 'exists')

/** Any activity: what members do by client or capability; system events are none. */
export const ANYTHING = '*'
/** What a member gives to the community. */
export const CONTENT = ['post.created', 'answer.created', 'comment.created', 'wiki.created'] as const
