import { hash } from 'node:crypto'
import { v7, validate } from 'uuid'

/** UUIDv7: sorts by time of making, so that indexes on it stay dense. */
export const newId = (): string => v7()
export const isId = (value: unknown): value is string => typeof value === 'string' && validate(value)

/**
 * The same text always names the same UUID. Used where a retry must make the same id again
 * (history imports, machine causes). 128 bits of SHA-256; the version nibble says 8 (RFC 9562, custom).
 */
export function idFrom(text: string): string {
  const hex = hash('sha256', text, 'hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
