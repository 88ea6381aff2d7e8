import type { Fact } from '#kernel/road'

/**
 * The canonical text of a value, by which conditions compare: numbers as their shortest decimal, booleans `true` and
 * `false`, null and "" missing, lists and objects as JSON.
 */
function canonical(value: unknown): [value: string, kind: 'none' | 'text' | 'number' | 'bool' | 'list' | 'object'] {
  if (value === null || value === undefined || value === '') return ['', 'none']
  if (typeof value === 'string') return [value, 'text']
  if (typeof value === 'number') return [String(value), 'number']
  if (typeof value === 'boolean') return [String(value), 'bool']
  return [JSON.stringify(value), Array.isArray(value) ? 'list' : 'object']
}

export const factLine = (fact: Fact, batch: number): string =>
  JSON.stringify([fact.number, fact.key, ...canonical(fact.value), fact.validFrom.getTime(), Number(fact.seq), batch])
