/**
 * A bounded map: what was not read or written during the last `most` new entries is let go. Two generations instead
 * of a list by use: reading costs one look-up, and letting go nothing.
 */
export type Recent<K, V> = ReturnType<typeof recent<K, V>>

export function recent<K, V>(most: number) {
  let young = new Map<K, V>()
  let old = new Map<K, V>()
  return {
    get(key: K): V | undefined {
      const found = young.get(key)
      if (found !== undefined) return found
      const older = old.get(key)
      if (older !== undefined) young.set(key, older)
      return older
    },
    has: (key: K) => young.has(key) || old.has(key),
    set(key: K, value: V) {
      young.set(key, value)
    },
    /** Removes what a predicate on values names. */
    drop(isGone: (value: V) => boolean) {
      for (const map of [young, old]) for (const [key, value] of map) if (isGone(value)) map.delete(key)
    },
    turn() {
      if (young.size < most / 2) return
      old = young
      young = new Map()
    },
    clear() {
      young = new Map()
      old = new Map()
    },
  }
}
