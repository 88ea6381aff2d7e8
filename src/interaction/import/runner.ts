// Sends an archive in batches, several at once, and remembers how far it is, so that an import that was cut off goes on
// where it was. Nothing here knows of archives, HTTP or databases.
import type { Item, Marks } from './item.ts'

/** What one call of the API takes. */
const MOST_ITEMS = { member: 500, event: 1000 } as const
/** Enough that the database always has work while the next batch is read; more only waits. */
const IN_FLIGHT = 4
/** Seconds between checkpoints: what is sent again after a crash, and the journal drops. */
const CHECKPOINT_SECONDS = 2

export interface Progress {
  /** Items stored, this time. */
  done: number
  /** Items that were refused. */
  refused: number
  /** Items per second since the start. */
  rate: number
  /** Of the whole, 0 to 1. */
  fraction: number
  /** Seconds; null while there is nothing to judge by. */
  remaining: number | null
}

interface Sent {
  refused: number
}

export interface RunOptions {
  items: AsyncIterable<Item>
  fraction(): number
  send(batch: readonly Item[]): Promise<Sent>
  /** Stores the marks; answers false when the import is to stop. */
  checkpoint(marks: Marks, progress: Progress): Promise<boolean>
  progress?(progress: Progress): void
  signal?: AbortSignal
}

interface Flight {
  batch: readonly Item[]
  sent: Promise<Sent>
}

/** Resolves when all is stored, or with `finished: false` when it was stopped. Throws what `send` throws. */
export async function runImport(options: RunOptions): Promise<{ finished: boolean; progress: Progress }> {
  const started = performance.now()
  const flights: Flight[] = []
  const marks: Record<string, number> = {}
  let done = 0
  let refused = 0
  let saved = started
  let stopped = false

  const now = (): Progress => {
    const seconds = (performance.now() - started) / 1000
    const fraction = options.fraction()
    return {
      done,
      refused,
      rate: Math.round(done / Math.max(seconds, 0.001)),
      fraction,
      remaining: fraction > 0 && done > 0 ? Math.round((seconds * (1 - fraction)) / fraction) : null,
    }
  }
  const save = async () => {
    saved = performance.now()
    if (!(await options.checkpoint({ ...marks }, now()))) stopped = true
  }
  // Answers are taken in the order of sending, so that a mark never covers a batch that has not arrived.
  const land = async () => {
    const flight = flights.shift()
    if (!flight) return
    refused += (await flight.sent).refused
    done += flight.batch.length
    for (const { part, mark } of flight.batch) if (mark !== undefined) marks[part] = mark
    options.progress?.(now())
    if (performance.now() - saved < CHECKPOINT_SECONDS * 1000) return
    await save()
  }
  const landAll = async () => {
    while (flights.length > 0) await land()
  }

  try {
    let kind: Item['kind'] | undefined
    for await (const batch of batches(options.items)) {
      // Members come before what is theirs.
      if (batch[0]?.kind !== kind) await landAll()
      kind = batch[0]?.kind
      while (flights.length >= IN_FLIGHT) await land()
      if (stopped || options.signal?.aborted) break
      const sent = options.send(batch)
      // Awaited in its turn; until then a failure must not count as unhandled.
      sent.catch(() => {})
      flights.push({ batch, sent })
    }
    await landAll()
  } catch (error) {
    await Promise.allSettled(flights.map((f) => f.sent))
    // What has arrived need not be sent again; the reason to stop is the error, whatever comes of this.
    await save().catch(() => {})
    throw error
  }
  await save()
  return { finished: !stopped && !options.signal?.aborted, progress: now() }
}

async function* batches(items: AsyncIterable<Item>): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    const [first] = batch
    if (first && (first.kind !== item.kind || batch.length >= MOST_ITEMS[item.kind])) {
      yield batch
      batch = []
    }
    batch.push(item)
  }
  if (batch.length > 0) yield batch
}
