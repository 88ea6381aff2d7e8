/** Lets `slots` callers in at a time, the others in order of arrival; `false` from `enter` when too many wait. */
export class Gate {
  readonly #waiting: (() => void)[] = []
  readonly #longest: number
  #free: number

  constructor(slots: number, longest: number) {
    this.#free = slots
    this.#longest = longest
  }

  /** Resolves to true inside. Rejects with the signal's reason when it fires first; then the place is given up. */
  async enter(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted()
    if (this.#free > 0) {
      this.#free -= 1
      return true
    }
    if (this.#waiting.length >= this.#longest) return false
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = () => {
      const place = this.#waiting.indexOf(resolve)
      if (place < 0) return
      this.#waiting.splice(place, 1)
      reject(signal.reason)
    }
    this.#waiting.push(resolve)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await promise
      return true
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free += 1
  }
}
