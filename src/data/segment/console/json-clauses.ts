// What a definition that was typed is made of, with paths.
import { type Clause, type Draft, isNot, jointOf, partsOf } from './draft.ts'

const under = (path: string, step: string) => (path === '' ? step : `${path}.${step}`)

/** The clauses of a definition with their paths, `all.1.not`. */
export function clausePlaces(draft: Draft, path = ''): { clause: Clause; path: string }[] {
  if (isNot(draft)) return clausePlaces(draft.not, under(path, 'not'))
  const joint = jointOf(draft)
  if (!joint) return [{ clause: draft as Clause, path }]
  return partsOf(draft).flatMap((part, i) => clausePlaces(part, under(path, `${joint}.${i}`)))
}

/** Where something stands that is no condition at all; null where there is none. */
export function misplaced(value: unknown, path = ''): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return path
  const { all, any, not } = value as Clause
  if (not !== undefined) return misplaced(not, under(path, 'not'))
  const [joint, list] = all !== undefined ? ['all', all] : ['any', any]
  if (list === undefined) return null
  if (!Array.isArray(list)) return under(path, String(joint))
  for (const [i, part] of list.entries()) {
    const found = misplaced(part, under(path, `${joint}.${i}`))
    if (found !== null) return found
  }
  return null
}
