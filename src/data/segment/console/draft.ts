// A definition while it is being written: the grammar of segments, with gaps.
import type { Text } from '#web/text.ts'

export type Clause = Readonly<Record<string, unknown>>
type Group = { all: readonly Draft[] } | { any: readonly Draft[] } | { not: Draft }
export type Draft = Group | Clause

export interface FilterDraft {
  path: string
  op: string
  value?: unknown
}

export type Joint = 'all' | 'any'

export const jointOf = (draft: Draft): Joint | null => ('all' in draft ? 'all' : 'any' in draft ? 'any' : null)
export const isNot = (draft: Draft): draft is { not: Draft } => 'not' in draft

export function partsOf(draft: Draft): readonly Draft[] {
  if ('all' in draft) return draft.all as readonly Draft[]
  if ('any' in draft) return draft.any as readonly Draft[]
  return [draft]
}

export const groupOf = (joint: Joint, parts: readonly Draft[]): Draft =>
  joint === 'all' ? { all: parts } : { any: parts }

/** The builder always shows a group at the top; a single clause is a group of one. */
export const asGroup = (draft: Draft): Draft => (jointOf(draft) ? draft : { all: [draft] })

/** Without the scaffolding: groups of one are their content, empty ones are gone; null when nothing is left. */
export function tidy(draft: Draft): Draft | null {
  if (isNot(draft)) {
    const inside = tidy(draft.not)
    return inside && { not: inside }
  }
  const joint = jointOf(draft)
  if (!joint) return isComplete(draft as Clause) ? draft : null
  const parts = partsOf(draft)
    .map(tidy)
    .filter((p) => p !== null)
  return parts.length > 1 ? groupOf(joint, parts) : (parts[0] ?? null)
}

export const NO_VALUE: readonly string[] = ['exists', 'notExists']
const hasValue = (c: { op?: unknown; value?: unknown }) =>
  NO_VALUE.includes(String(c.op)) ||
  (c.value !== undefined && c.value !== '' && !(Array.isArray(c.value) && !c.value.length))

/** Complete enough to be asked; what the server finds wrong beyond that it says itself. */
function isComplete(clause: Clause): boolean {
  if ('property' in clause) return clause.property !== '' && hasValue(clause)
  if ('event' in clause) {
    const { measure, where } = clause as { measure?: { of?: string }; where?: readonly FilterDraft[] }
    const named = Array.isArray(clause.event) ? clause.event.length > 0 : clause.event !== ''
    return named && (!measure || Boolean(measure.of)) && (where ?? []).every((f) => f.path !== '' && hasValue(f))
  }
  return Object.values(clause).every((v) => v !== '' && v !== undefined)
}

/** How many clauses are still unfinished and therefore left out of the preview. */
export function gaps(draft: Draft): number {
  if (isNot(draft)) return gaps(draft.not)
  if (jointOf(draft)) return partsOf(draft).reduce((n, p) => n + gaps(p), 0)
  return isComplete(draft as Clause) ? 0 : 1
}

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
