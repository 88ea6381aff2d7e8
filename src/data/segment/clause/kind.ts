// What a kind of clause must say: its schema and its plan, the SQL by which it is measured. Compiling, live membership,
// previews and explanations work on this alone; a further kind is one more file in this folder and one registry line.
//
// A plan is text with numbered places for the clause's own values. Clauses whose plans have the same text are measured
// by one sub-query that looks their values up by clause, because ClickHouse spends longer on reading a query than on
// answering it: 200 live segments then cost the analysis of a few kinds.
import type { z } from 'zod'
import type { WarehouseScope } from '#kernel/contribution'
import type { Text } from '#kernel/text'
import type { Condition } from '../condition.ts'
import type { Bind, RowColumn } from '../value.ts'
import type { Metrics } from './metric-meaning.ts'
import type { Store } from './near.ts'

/** Milliseconds that stand for no instant; later than every real one. */
export const NEVER = 9_000_000_000_000_000
/** The instant of evaluation (ms). On single rows it is the column `now`, too, and as a time the column `at`. */
export const NOW = '⟦now⟧'

export interface Param {
  type: string
  value: unknown
}

/** Further columns over what came before. `by` groups by member and these columns; without it each row stays. */
export interface Stage {
  by?: readonly string[]
  columns: readonly string[]
  /** What is left out here is as if it had no row. */
  where?: string
}

export interface Plan {
  /**
   * The rows it reads: of events t (ms), seq, id, name, class, properties; of facts t, seq, key, value, kind (its
   * number); of members memberId. `comes` is t where a row was told ahead of its time and is to come, so that it must be
   * waited for; else NEVER, because what was told in time is looked at for having been told.
   */
  source: 'event' | 'fact' | 'member'
  /** Event names or fact keys, exact or ending in `*`. */
  names: readonly string[]
  /** Columns of single rows, `expression AS name`; later ones may use earlier ones. */
  rows: readonly string[]
  /** Rows without it cannot matter now or later. */
  where: string
  /** Array(Int64) of instants at which time alone changes what a row means; 0 for none. */
  passages: string
  /** Rows to show as the reason. */
  evidence: string
  stages: readonly Stage[]
  /** Over the last stage: 0 or 1; the earliest next instant; what was measured, as text. Never NULL. */
  holds: string
  next: string
  value: string
  params: readonly Param[]
  /** Whether it holds for a member without any row. */
  idle: boolean
  /** Values that the text names itself, under names that nothing else uses. */
  constants?: Readonly<Record<string, unknown>>
}
export type Draft = Omit<Plan, 'params' | 'rows'>

/** What a kind writes its plan with. */
export interface Sheet {
  bind: Bind
  /** The brand's zone, for calendar units. */
  zone: string
  row: RowColumn
  /** A condition on name and class of an event row. */
  named(names: readonly string[]): string
}

/** What a definition refers to, looked up before it is compiled. */
export interface Links {
  /** Definitions of the segments it names, and of those that these name. */
  segments: ReadonlyMap<string, Condition>
  /** Conditions of the tags it names that are dynamic, by key. */
  tags: ReadonlyMap<string, Condition>
  /** Topics, and whether members are subscribed unless they say otherwise. */
  topics: ReadonlyMap<string, boolean>
  /** Who stands behind the cells of analyses it names, by the clause as text. */
  cells: ReadonlyMap<string, WarehouseScope>
  /** What the metrics it names mean, by key. */
  metrics: Metrics
  /** Stores it names, by id. */
  stores: ReadonlyMap<string, Store>
}

export interface ClauseKind<C = never> {
  /** The field by which a clause of this kind is told from others. */
  key: string
  title: Text
  schema: z.ZodType<C>
  /** Throws a Problem where nothing can measure it yet. */
  plan(clause: C, sheet: Sheet, links: Links): Draft
  refers?(clause: C): { segment?: string; tag?: string; topic?: string; list?: string; trait?: string; store?: string }
}

/** The earliest of these instants after now, over rows. */
export const earliest = (...instants: readonly string[]): string =>
  // `comes` is one as it stands: a shorter question is read faster.
  instants.length === 1 && instants[0] === 'comes'
    ? 'min(comes)'
    : `min(${least(...instants.map((i) => (i === 'comes' ? i : ahead(i))))})`
/** One of these. */
export const least = (...parts: readonly string[]): string =>
  parts.length === 1 ? `toInt64(${parts[0]})` : `least(${parts.map((p) => `toInt64(${p})`).join(', ')})`
/** An instant as it is if it is to come, else NEVER. */
export const ahead = (instant: string): string =>
  `if(ifNull(${instant}, 0) > ${NOW}, assumeNotNull(${instant}), ${NEVER})`

/** Where rows stand in the order that decides: by time, then by place in the journal. One number, because the maximum of pairs costs ten times as much. */
const ORDER = 'bitOr(bitShiftLeft(toUInt128(t), 65), toUInt128(seq) * 2)'
/** What is true of the last of the rows that count: an aggregate to be read by `lastIs`. */
export const lastOf = (isTrue: string, counts: string): string => `maxIf(${ORDER} + toUInt128(${isTrue}), ${counts})`
/** `otherwise` where no row counts. */
export const lastIs = (last: string, otherwise: boolean): string =>
  `if(${last} = 0, ${otherwise ? 1 : 0}, toUInt8(bitAnd(${last}, toUInt128(1))))`
