/** Far above the largest site (80 million posts); a larger id is a mistake that would ask for gigabytes. */
const MOST_ID = 500_000_000

/**
 * Numbers by a non-negative id, 0 where there is none. Ids of a dump are dense, so an array costs 4 bytes an id where a
 * Map costs some 50: sixty million posts fit in memory.
 */
export class NumberColumn {
  #values = new Int32Array(1024)

  get(id: number): number {
    return this.#values[id] ?? 0
  }

  set(id: number, value: number): void {
    if (id < 0) return
    if (id > MOST_ID) throw new Error(`id ${id} is too large`)
    if (id >= this.#values.length) {
      const larger = new Int32Array(Math.max(id + 1, this.#values.length * 2))
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[id] = value
  }
}
