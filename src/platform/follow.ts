// How a process hears of batches that another one projected: one NOTIFY a batch wakes it, and it reads the batch.
// What its browsers and its copy of the brand see is then the same as in the process that leads.
import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import type { Happened } from '#kernel/capability'
import type { Db } from '#kernel/host'
import { happenedOf, loadBatch, readPipe } from './batch.ts'
import type { Log } from './log.ts'

const CHANNEL = 'banyan_projected'
/** A process that was cut off for long tells its browsers the latest only; they load what they show anew. */
const MOST_BEHIND = 20
const RETRY_MS = 1000

/** Tells the others that batch n can be read. Inside the transaction that says so, hence once it is true. */
export const announce = (db: Kysely<never>, n: number) => sql`select pg_notify(${CHANNEL}, ${String(n)})`.execute(db)

export interface Follower {
  /** This process has dealt with batch n itself. */
  passed(n: number): void
  stop(): Promise<void>
}

export async function startFollower(parts: {
  connection: pg.PoolConfig
  db: Db
  log: Log
  arrived(n: number, events: readonly Happened[]): Promise<void>
}): Promise<Follower> {
  const { db, log } = parts
  let last = (await readPipe(db)).projected
  let heard = last
  let working: Promise<void> | null = null
  let client: pg.Client | null = null
  let stopping = false

  async function catchUp() {
    while (last < heard && !stopping) {
      const n = Math.max(last + 1, heard - MOST_BEHIND)
      const batch = await loadBatch(db, n)
      // This process may have dealt with it while it was read.
      if (n <= last) continue
      last = n
      if (batch) await parts.arrived(n, happenedOf(batch.body))
    }
  }
  // A batch that this process projects itself has mostly been passed by the next turn of the loop.
  const wake = () => {
    working ??= pause(0)
      .then(catchUp)
      .catch((err: unknown) => log.warn({ err }, 'a batch could not be followed'))
      .finally(() => {
        working = null
      })
  }

  async function listen() {
    const fresh = new pg.Client(parts.connection)
    // Ended by the server: connect again; what was missed is read from the pipe.
    fresh.on('error', () => {})
    fresh.on('end', () => {
      if (!stopping) void again()
    })
    fresh.on('notification', ({ payload }) => {
      heard = Math.max(heard, Number(payload))
      wake()
    })
    await fresh.connect()
    await fresh.query(`listen ${CHANNEL}`)
    client = fresh
    heard = Math.max(heard, (await readPipe(db)).projected)
    wake()
  }
  async function again() {
    while (!stopping) {
      await pause(RETRY_MS)
      try {
        return await listen()
      } catch {
        // Still away; health says so.
      }
    }
  }
  await listen()

  return {
    passed(n) {
      last = Math.max(last, n)
    },
    async stop() {
      stopping = true
      await client?.end().catch(() => {})
      await working
    },
  }
}
