/** A small seeded generator (mulberry32): the same seed tells the same story on every machine. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number
  int(below: number): number
  chance(p: number): boolean
  pick<X>(list: readonly X[]): X
  weighted<X>(list: readonly (readonly [X, number])[]): X
  /** 0, 1, 2 … with this mean. */
  poisson(mean: number): number
}

export function random(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (below: number) => Math.floor(next() * below)
  return {
    next,
    int,
    chance: (p) => next() < p,
    pick: (list) => list[int(list.length)] as (typeof list)[number],
    weighted(list) {
      let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [value, weight] of list) {
        left -= weight
        if (left < 0) return value
      }
      return (list.at(-1) as (typeof list)[number])[0]
    },
    poisson(mean) {
      const limit = Math.exp(-mean)
      let n = 0
      for (let p = next(); p > limit; p *= next()) n++
      return n
    },
  }
}
