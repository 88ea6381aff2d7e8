// What a kind of clause must say: its schema, its SQL, and what can change it. The compiler, live membership and
// explanations work on this alone; a further kind is one more file in this folder and one line in the registry.
import type { z } from 'zod'
import type { Text } from '#kernel/text'
import type { Bind, Operand, RowColumn } from '../value.ts'

/** No change by time alone; later than every real instant. */
export const NEVER = "toDateTime64('2299-12-31 00:00:00', 3, 'UTC')"

/** Where clauses ask for the aggregates they need; equal ones are computed once for all clauses of all segments. */
export interface Sheet {
  bind: Bind
  /** The brand's zone, for calendar windows. */
  zone: string
  /** A condition on `name` and `class` of event rows; rows of other names are not read. */
  named(names: readonly string[]): string
  /** A named column of single event rows, for what several aggregates need. */
  row: RowColumn
  /** An aggregate over the member's event rows; `at` is the instant of evaluation. */
  event(aggregate: string): string
  /** The value of a fact at `at`, and when it next changes. */
  fact(key: string): Operand & { changes: string }
}

export interface Leaf {
  /** SQL, 0 or 1, never NULL. */
  holds: string
  /** SQL instants at which time alone may turn it; those not after `at` are ignored. NEVER where there is none. */
  changes: readonly string[]
  /** SQL text of what was measured, for explanations. */
  value: string
}

/** What can change a clause for a member: events by name (`'order.*'`), or a fact. */
export interface Trigger {
  names?: readonly string[]
  fact?: string
}

export interface ClauseKind<C = never> {
  /** The field by which a clause of this kind is told from others. */
  key: string
  title: Text
  schema: z.ZodType<C>
  compile(clause: C, sheet: Sheet): Leaf
  triggers(clause: C): Trigger
  /** A condition on event rows that keeps those that make it hold. */
  evidence?(clause: C, sheet: Sheet): string
}
