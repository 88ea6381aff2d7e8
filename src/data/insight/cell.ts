// The keys of cells: what a number is of, as short text that stays the same from one asking to the next.
import { z } from 'zod'

/** A cell's key. Parts are a series, a period, a step, a group: whatever the kind tells its numbers apart by. */
export const cell = z.string().max(1000)

const NONE = '~'

/** `null` is the group of those without a value. */
export const cellKey = (...parts: readonly (string | number | null)[]): string =>
  parts.map((p) => (p === null ? NONE : encodeURIComponent(String(p)).replaceAll('~', '%7E'))).join('/')

/** The parts of a key; null where the text is no key. */
export function cellParts(key: string): (string | null)[] | null {
  try {
    return key.split('/').map((p) => (p === NONE ? null : decodeURIComponent(p)))
  } catch {
    return null
  }
}
