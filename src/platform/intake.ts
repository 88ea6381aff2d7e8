// Group commit for items from outside: all requests that arrive while one commit is under way share the next. One
// connection, one COPY, one fsync for many requests; nobody is told 200 before it has returned.
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { COPY, copyLine, type JournalRow } from './journal.ts'

/** Beyond this many waiting bytes new requests get 503: about two seconds of work, so that a burst passes. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024

export interface Intake {
  /** Resolves when the rows are durable; rejects when the database refused them. */
  accept(rows: readonly JournalRow[]): Promise<void>
  /** Whether there is room; when not, answer 503 with Retry-After. */
  hasRoom(): boolean
  close(): Promise<void>
}

interface Waiting {
  text: string
  rows: number
  done(): void
  failed(error: unknown): void
}

export function openIntake(pool: pg.Pool, committed: () => void): Intake {
  let waiting: Waiting[] = []
  let bytes = 0
  let writing: Promise<void> | null = null

  async function drain() {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        await copy(pool, group)
        for (const w of group) w.done()
        committed()
      } catch (error) {
        for (const w of group) w.failed(error)
      }
      for (const w of group) bytes -= w.text.length
    }
    writing = null
  }

  return {
    hasRoom: () => bytes < MOST_WAITING_BYTES,
    accept(rows) {
      if (rows.length === 0) return Promise.resolve()
      const text = rows.map(copyLine).join('')
      bytes += text.length
      return new Promise((resolve, reject) => {
        waiting.push({ text, rows: rows.length, done: resolve, failed: reject })
        // The turn after this one, so that requests read in one turn of the loop share a commit.
        writing ??= new Promise<void>((go) => setImmediate(go)).then(drain)
      })
    },
    close: async () => {
      await writing
    },
  }
}

/** The two statements are one implicit transaction, and one round trip but for the answer that COPY may begin. */
async function copy(pool: pg.Pool, group: readonly Waiting[]): Promise<void> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    const accepted = group.reduce((n, w) => n + w.rows, 0)
    await new Promise<void>((resolve, reject) => {
      const stream = client.query(copyFrom(`${COPY}; insert into journal_counts values (${accepted})`))
      stream.on('error', reject)
      stream.on('finish', resolve)
      stream.end(group.map((w) => w.text).join(''))
    })
  } catch (error) {
    broken = error as Error
    throw error
  } finally {
    // A connection on which anything failed is not reused: what state it is in does not matter then.
    client.release(broken)
  }
}
