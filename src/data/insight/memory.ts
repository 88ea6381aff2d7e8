// Answers that are still true. One stands for a question, a scope and the last batch it has seen; later batches that
// hold nothing it reads leave it true, so that a dashboard costs its queries once and not once a viewer.
import type { Runtime } from '#kernel/host'
import { erased } from '#people/member'

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

interface Flight {
  answer: Promise<Kept>
  /** Ends the question in the engine. */
  stop: AbortController
  waiting: number
}

export class Memory {
  readonly #kept = new Map<string, Kept>()
  readonly #flights = new Map<string, Flight>()
  #size = 0
  #merged: { batch: number; told: Promise<boolean> } | null = null
  #erasures = 0

  /** Answers begun before an erasure are not kept after it; to be handed to `keep`. */
  get erasures(): number {
    return this.#erasures
  }

  /**
   * Forgets everything. Of an erasure the warehouse tells nothing: the erased member's own event is hidden with the rest
   * of its rows, so that no question about what has come since finds it.
   */
  forget(): void {
    this.#erasures += 1
    this.#kept.clear()
    this.#size = 0
  }

  /** Whether anybody was ever merged: only a batch can change it, so that it is asked once for each. */
  merged(batch: number, ask: () => Promise<boolean>): Promise<boolean> {
    if (this.#merged?.batch === batch) return this.#merged.told
    const told = ask()
    const kept = { batch, told }
    this.#merged = kept
    told.catch(() => {
      if (this.#merged === kept) this.#merged = null
    })
    return told
  }

  get(key: string): Kept | undefined {
    const kept = this.#kept.get(key)
    if (!kept) return undefined
    // The last read is the last to go.
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept
  }

  keep(key: string, kept: Kept, erasures: number): void {
    if (erasures !== this.#erasures) return
    this.#size += kept.size - (this.#kept.get(key)?.size ?? 0)
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    for (const [oldest, { size }] of this.#kept) {
      if (this.#size <= MOST_BYTES) break
      this.#kept.delete(oldest)
      this.#size -= size
    }
  }

  /**
   * Whoever asks the same at the same time waits for one answer. Who goes away leaves it to the others; with the last of
   * them the question ends.
   */
  async once(key: string, signal: AbortSignal, answer: (signal: AbortSignal) => Promise<Kept>): Promise<Kept> {
    signal.throwIfAborted()
    const flight = this.#flights.get(key) ?? this.#start(key, answer)
    flight.waiting += 1
    const { promise: gone, reject } = Promise.withResolvers<never>()
    const leave = () => {
      flight.waiting -= 1
      if (flight.waiting === 0) {
        // Whoever comes now asks anew instead of joining what ends.
        this.#end(key, flight)
        flight.stop.abort(signal.reason)
      }
      reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([flight.answer, gone])
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #start(key: string, answer: (signal: AbortSignal) => Promise<Kept>): Flight {
    const stop = new AbortController()
    const flight: Flight = { answer: answer(stop.signal), stop, waiting: 0 }
    this.#flights.set(key, flight)
    const end = () => this.#end(key, flight)
    flight.answer.then(end, end)
    return flight
  }

  #end(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}

const memories = new WeakMap<Runtime, Memory>()

/** The memory of a running system. */
export function memoryOf(runtime: Runtime): Memory {
  const known = memories.get(runtime)
  if (known) return known
  const memory = new Memory()
  memories.set(runtime, memory)
  runtime.listen({ wants: (e) => e.name === erased.name, send: () => memory.forget() })
  return memory
}
