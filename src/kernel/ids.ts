import { createHash } from 'node:crypto'
import { v7, validate } from 'uuid'

/** UUIDv7: sorts by time of making, so that indexes on it stay dense. */
export const newId = (): string => v7()
export const isId = (value: unknown): value is string => typeof value === 'string' && validate(value)

/**
 * The same text always names the same UUID. Used where a retry must make the same id again
 * (history imports, machine causes). 128 bits of SHA-256; the version nibble says 8 (RFC 9562, custom).
 */
export function idFrom(text: string): string {
  const b = createHash('sha256').update(text).digest().subarray(0, 16)
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x80
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80
  const hex = b.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
