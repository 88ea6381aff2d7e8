import type { Fact } from '#kernel/road'

/**
 * The canonical text of a value, by which conditions compare: numbers as their shortest decimal, booleans `true` and
 * `false`, null and "" missing, lists and objects as JSON.
 */
function canonical(value: unknown): {
  value: string
  kind: 'none' | 'text' | 'number' | 'bool' | 'list' | 'object'
} {
  if (value === null || value === undefined || value === '') return { value: '', kind: 'none' }
  if (typeof value === 'string') return { value, kind: 'text' }
  if (typeof value === 'number') return { value: String(value), kind: 'number' }
  if (typeof value === 'boolean') return { value: String(value), kind: 'bool' }
  return { value: JSON.stringify(value), kind: Array.isArray(value) ? 'list' : 'object' }
}

export const factLine = (fact: Fact): string =>
  JSON.stringify({
    member: fact.number,
    key: fact.key,
    ...canonical(fact.value),
    validFrom: fact.validFrom.getTime(),
    seq: Number(fact.seq),
  })
