import { hash, randomFillSync } from 'node:crypto'
import { v7, validate } from 'uuid'

// Random bytes are drawn for 512 ids at a time: a draw each costs more than all the rest of taking in an event.
const POOL = new Uint8Array(8192)
let drawn = POOL.length
let lastMs = 0
let sequence = 0

/** UUIDv7: sorts by time of making, also within a millisecond, so that indexes on it stay dense. */
export function newId(): string {
  if (drawn === POOL.length) {
    randomFillSync(POOL)
    drawn = 0
  }
  const random = POOL.subarray(drawn, drawn + 16)
  drawn += 16
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    // The top bit is left free, so that counting on from here does not overflow.
    sequence = new DataView(POOL.buffer, random.byteOffset).getUint32(0) >>> 1
  } else sequence++
  return v7({ random, msecs: lastMs, seq: sequence })
}
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
