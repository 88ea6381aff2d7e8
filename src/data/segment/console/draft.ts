// A definition while it is being written: the grammar of segments, with gaps. Plain JSON, so that nothing is lost on
// the way to the form and back; what the form does not know it leaves as it is.
import type { Text } from '#web/text.ts'
import { missingOf } from './missing.ts'

export type Clause = Readonly<Record<string, unknown>>
type Group = { all: readonly Draft[] } | { any: readonly Draft[] } | { not: Draft }
export type Draft = Group | Clause

/** `"a.b"` for nested keys, or one entry a key where keys hold dots. */
export type Path = string | readonly string[]
export const pathText = (path: unknown): string => (Array.isArray(path) ? path.join('.') : String(path ?? ''))

/** One name, or several of which any is meant. */
export type EventNames = string | readonly string[]
/** The same, or a metric that stands for the events it counts. */
export type EventSource = EventNames | { readonly metric: string }
export const metricOf = (event: unknown): string | null =>
  typeof event === 'object' && event !== null && 'metric' in event ? String(event.metric) : null
export const namesOf = (event: unknown): readonly string[] =>
  typeof event === 'string'
    ? event === ''
      ? []
      : [event]
    : Array.isArray(event)
      ? event.map(String)
      : // A metric that stands for events is told by its key.
        typeof event === 'object' && event !== null && 'metric' in event
        ? [String(event.metric)]
        : []

export interface FilterDraft {
  path: Path
  op: string
  value?: unknown
}

export type Joint = 'all' | 'any'

export const jointOf = (draft: Draft): Joint | null =>
  Array.isArray((draft as Clause).all) ? 'all' : Array.isArray((draft as Clause).any) ? 'any' : null
export const isNot = (draft: Draft): draft is { not: Draft } =>
  typeof (draft as Clause).not === 'object' && (draft as Clause).not !== null

export function partsOf(draft: Draft): readonly Draft[] {
  const joint = jointOf(draft)
  return joint ? ((draft as Clause)[joint] as readonly Draft[]) : [draft]
}

export const groupOf = (joint: Joint, parts: readonly Draft[]): Draft =>
  joint === 'all' ? { all: parts } : { any: parts }

/** What is left when clauses that are not finished and groups without any are taken out; null for nothing. */
export function tidy(draft: Draft): Draft | null {
  if (isNot(draft)) {
    const inside = tidy(draft.not)
    return inside && (inside === draft.not ? draft : { not: inside })
  }
  const joint = jointOf(draft)
  if (!joint) return isComplete(draft as Clause) ? draft : null
  const before = partsOf(draft)
  const parts = before.map(tidy).filter((p) => p !== null)
  if (parts.length === 0) return null
  return parts.length === before.length && parts.every((p, i) => p === before[i]) ? draft : groupOf(joint, parts)
}

/** The clauses from left to right. */
export function clausesOf(draft: Draft): Clause[] {
  if (isNot(draft)) return clausesOf(draft.not)
  return jointOf(draft) ? partsOf(draft).flatMap(clausesOf) : [draft as Clause]
}

/** Complete enough to be asked; what the server finds wrong beyond that it says itself. */
const isComplete = (clause: Clause): boolean => missingOf(clause).length === 0

/** How many clauses are still unfinished and therefore left out of the preview. */
export const gaps = (draft: Draft): number => clausesOf(draft).filter((c) => !isComplete(c)).length

export const NO_VALUE: readonly string[] = ['exists', 'notExists']
type ValueKind = 'scalar' | 'order' | 'list' | 'text' | 'none' | 'date' | 'duration'

/** The comparisons as they read in a sentence. */
export const OPS: readonly { op: string; title: Text; value: ValueKind }[] = [
  { op: 'eq', title: { en: 'is', zh: '等于' }, value: 'scalar' },
  { op: 'ne', title: { en: 'is not', zh: '不等于' }, value: 'scalar' },
  { op: 'gt', title: { en: 'is more than', zh: '大于' }, value: 'order' },
  { op: 'gte', title: { en: 'is at least', zh: '大于等于' }, value: 'order' },
  { op: 'lt', title: { en: 'is less than', zh: '小于' }, value: 'order' },
  { op: 'lte', title: { en: 'is at most', zh: '小于等于' }, value: 'order' },
  { op: 'in', title: { en: 'is one of', zh: '属于' }, value: 'list' },
  { op: 'notIn', title: { en: 'is none of', zh: '不属于' }, value: 'list' },
  { op: 'contains', title: { en: 'contains', zh: '包含文字' }, value: 'text' },
  { op: 'startsWith', title: { en: 'begins with', zh: '开头是' }, value: 'text' },
  { op: 'endsWith', title: { en: 'ends with', zh: '结尾是' }, value: 'text' },
  { op: 'matches', title: { en: 'matches (regular expression)', zh: '匹配正则' }, value: 'text' },
  { op: 'includes', title: { en: 'has the item', zh: '列表含有' }, value: 'scalar' },
  { op: 'exists', title: { en: 'is known', zh: '有值' }, value: 'none' },
  { op: 'notExists', title: { en: 'is not known', zh: '没有值' }, value: 'none' },
  { op: 'before', title: { en: 'is before', zh: '早于' }, value: 'date' },
  { op: 'after', title: { en: 'is after', zh: '晚于' }, value: 'date' },
  { op: 'withinLast', title: { en: 'is within the last', zh: '在过去' }, value: 'duration' },
  { op: 'olderThan', title: { en: 'is longer ago than', zh: '早于过去' }, value: 'duration' },
  { op: 'withinNext', title: { en: 'is within the next', zh: '在未来' }, value: 'duration' },
]

export const NUMBER_OPS: readonly { op: string; title: Text }[] = [
  { op: 'gte', title: { en: 'at least', zh: '至少' } },
  { op: 'gt', title: { en: 'more than', zh: '多于' } },
  { op: 'lte', title: { en: 'at most', zh: '至多' } },
  { op: 'lt', title: { en: 'fewer than', zh: '少于' } },
  { op: 'eq', title: { en: 'exactly', zh: '恰好' } },
  { op: 'ne', title: { en: 'not exactly', zh: '不等于' } },
]

/** How a measure of an event's field reads in a sentence. */
export const MEASURES: readonly { fn: string; title: Text }[] = [
  { fn: 'sum', title: { en: 'sum of', zh: '合计' } },
  { fn: 'avg', title: { en: 'average of', zh: '平均' } },
  { fn: 'min', title: { en: 'smallest', zh: '最小' } },
  { fn: 'max', title: { en: 'largest', zh: '最大' } },
  { fn: 'distinct', title: { en: 'number of different', zh: '去重数' } },
]
