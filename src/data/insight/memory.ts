// Answers that are still true. One stands for a question, a scope and the last batch it has seen; later batches that
// hold nothing it reads leave it true, so that a dashboard costs its queries once and not once a viewer.
import type { Runtime } from '#kernel/host'

export interface Kept {
  answer: Readonly<Record<string, unknown>>
  /** Bytes, about. */
  size: number
  asOf: Date
  /** It counts everything up to this batch. */
  batch: number
  until: Date
}

/** Bytes of answers kept by a process. */
const MOST_BYTES = 64 * 1024 * 1024

class Memory {
  readonly #kept = new Map<string, Kept>()
  readonly #asked = new Map<string, Promise<Kept>>()
  #size = 0

  get(key: string): Kept | undefined {
    const kept = this.#kept.get(key)
    if (!kept) return undefined
    // The last read is the last to go.
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept
  }

  keep(key: string, kept: Kept): void {
    this.#size += kept.size - (this.#kept.get(key)?.size ?? 0)
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    for (const [oldest, { size }] of this.#kept) {
      if (this.#size <= MOST_BYTES) break
      this.#kept.delete(oldest)
      this.#size -= size
    }
  }

  /** Whoever asks the same at the same time waits for one answer. */
  async once(key: string, signal: AbortSignal, answer: (signal: AbortSignal) => Promise<Kept>): Promise<Kept> {
    const already = this.#asked.get(key)
    if (already) {
      try {
        return await already
      } catch (error) {
        // Whoever asked first has gone away and taken the question along.
        if (!signal.aborted) return this.once(key, signal, answer)
        throw error
      }
    }
    const asked = answer(signal)
    this.#asked.set(key, asked)
    try {
      return await asked
    } finally {
      this.#asked.delete(key)
    }
  }
}

const memories = new WeakMap<Runtime, Memory>()

/** The memory of a running system. */
export function memoryOf(runtime: Runtime): Memory {
  const memory = memories.get(runtime) ?? new Memory()
  memories.set(runtime, memory)
  return memory
}
