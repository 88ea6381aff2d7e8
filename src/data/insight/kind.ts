// What a kind of insight must say. Its answer, its caches, the people behind each of its numbers and its place in
// conditions derive from this: to add a kind, add a file with one of these and a line in kinds.ts.
import { z } from 'zod'
import { condition } from '#data/segment'
import type { Failure } from '#kernel/problem'
import type { Text } from '#kernel/text'
import { timezone } from '#kernel/time'
import type { Sheet } from './sheet.ts'

/** Fields of every query: from inclusive, to exclusive; the zone cuts days; the filter holds as of the range's end. */
export const common = {
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  timezone: timezone.optional(),
  filter: condition.optional(),
}
export type Common = z.output<z.ZodObject<typeof common>>

export interface Kind<N extends `insight.${string}`, Q extends z.ZodObject & z.ZodType<Common>, A extends z.ZodObject> {
  name: N
  title: Text
  /** How its numbers are counted, as it stands beside each chart. */
  means: Text
  query: Q
  /** Numbers with the keys of their cells, see cell.ts. */
  answer: A
  fails?: Readonly<Record<string, Failure>>
  /** Throws a Problem where the query makes no sense; before anything is read. */
  check?(query: z.output<Q>, sheet: Sheet): void
  numbers(sheet: Sheet, query: z.output<Q>): Promise<z.input<A>>
  /**
   * A SELECT of the root numbers behind one cell, read from the same relation that `numbers` counts; null where the
   * answer has no such cell.
   */
  people(sheet: Sheet, query: z.output<Q>, cell: readonly (string | null)[]): Promise<string | null>
  /**
   * Names of the events it reads, where its numbers depend on nothing else; absent or null: anything may change them.
   * Kept answers stay true while none of these arrives.
   */
  reads?(query: z.output<Q>): readonly string[] | null
  /** When time alone may change the answer; default: never once the range has ended, till then from moment to moment. */
  until?(sheet: Sheet, query: z.output<Q>): Date
}

export type AnyKind = Kind<`insight.${string}`, z.ZodObject & z.ZodType<Common>, z.ZodObject>

export const kind = <
  const N extends `insight.${string}`,
  Q extends z.ZodObject & z.ZodType<Common>,
  A extends z.ZodObject,
>(
  spec: Kind<N, Q, A>,
): Kind<N, Q, A> => spec
