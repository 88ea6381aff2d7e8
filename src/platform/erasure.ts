// Takes what is personal of erased members out of the road of an event: dead letters, journal, sealed batches and the
// warehouse. Done in rounds, each of which may be cut off and done again. A round first counts the warehouse's rows and
// books them as erased, in one transaction; from then on conservation leaves out what the round is about to delete, so
// that its difference is nothing before, during and after.
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Db, Erasure } from '#kernel/host'
import { keepInBody, readPipe } from './batch.ts'
import type { Clickhouse } from './clickhouse/clickhouse.ts'

export const erasureMigrations: Migrations = {
  '2026-11-22T1900_erasure_rounds': (db) =>
    sql`create table erasure_rounds (
      id uuid primary key,
      -- Whose rows up to which batch are booked as erased.
      numbers integer[] not null,
      up_to bigint not null
    )`.execute(db),
}

/** Rows that are booked as erased and may still be in the warehouse. */
export interface OpenRound {
  numbers: readonly number[]
  upTo: number
}

export async function openRounds(db: Db): Promise<OpenRound[]> {
  const { rows } = await sql<{ numbers: number[]; up_to: number }>`
    select numbers, up_to from erasure_rounds order by id`.execute(db)
  return rows.map((r) => ({ numbers: r.numbers, upTo: r.up_to }))
}

/** A condition on events that leaves out what these rounds have booked. */
export function notBooked(rounds: readonly OpenRound[]): { sql: string; params: Readonly<Record<string, unknown>> } {
  const parts = rounds.map((_, i) => `NOT (member IN {m${i}:Array(UInt32)} AND batch <= {b${i}:UInt64})`)
  const params = rounds.map((round, i) => ({ [`m${i}`]: round.numbers, [`b${i}`]: round.upTo }))
  return { sql: ['1', ...parts].join(' AND '), params: Object.assign({}, ...params) }
}

export interface ErasureParts {
  db: Db
  /** Reads days of the journal, longer than a transaction of an operation may take. */
  admin: Db
  warehouse: Pick<Clickhouse, 'query' | 'command'>
}

/** How long a round waits for what was sealed before it; then the job fails and is tried again. */
const PATIENCE_MS = 60_000
/** Rows a statement deletes: each is a moment's transaction, since the journal's order waits for open ones. */
const MOST_ROWS = 5000
/** A shorter text is found in what does not speak of its member. */
const SHORTEST = 6

export async function eraseTraces(parts: ErasureParts, erasure: Erasure): Promise<void> {
  const { db } = parts
  const { sealed, last } = await readPipe(db)
  await projected(db, sealed)
  await eraseLetters(db, erasure)
  await eraseJournal(parts, erasure, last)
  if (erasure.numbers.length > 0) {
    await eraseBodies(parts, erasure.numbers, sealed)
    await eraseRows(parts, erasure, sealed)
  }
}

async function projected(db: Db, n: number): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; (await readPipe(db)).projected < n; await pause(20))
    if (performance.now() > deadline) throw new Error(`batch ${n} is not projected`)
}

/**
 * Parts of an item's JSON by which it names a member: what an id is said under, and longer values wherever they stand.
 * Compared as text, because an item that was refused may be no JSON that PostgreSQL reads.
 */
function namings(values: readonly string[]): string[] {
  return values.flatMap((value) => {
    const text = JSON.stringify(value)
    const said = /^\d+$/.test(value) ? [text, `${value},`, `${value}}`] : [text]
    const ids = ['userId', 'anonymousId', 'previousId'].flatMap((key) => said.map((v) => `"${key}":${v}`))
    return [...ids, ...(value.length >= SHORTEST ? [text] : [])].map((part) => part.toLowerCase())
  })
}

/** Dead letters about these members, and refused items that name them. */
export async function eraseLetters(db: Db, { memberIds, values }: Omit<Erasure, 'id' | 'numbers'>): Promise<void> {
  await sql`delete from dead_letters where member_id = any(${memberIds}::uuid[])`.execute(db)
  if (values.length === 0) return
  await sql`delete from dead_letters where ${speaksOf('item', values)}`.execute(db)
}

const speaksOf = (column: string, values: readonly string[]) => sql<boolean>`exists (
  select from unnest(${namings(values)}::text[]) as v where position(v in lower(${sql.ref(column)})) > 0)`

/** Rows that have been sealed: nothing reads them again. Those ahead come with a round of their own. */
async function eraseJournal(
  { db, admin }: ErasureParts,
  { memberIds, values }: Erasure,
  last: { xid: string; seq: number },
): Promise<void> {
  const { rows } = await sql<{ xid: string; seq: number }>`select xid::text, seq from journal
    where (xid, seq) <= (${last.xid}::xid8, ${last.seq}::bigint) and (
      member_id = any(${memberIds}::uuid[])
      or user_id = any(${values}::text[]) or anonymous_id = any(${values}::text[])
      or case when reason is null then false else ${speaksOf('properties', values)} end)`.execute(admin)
  for (let i = 0; i < rows.length; i += MOST_ROWS) {
    const some = rows.slice(i, i + MOST_ROWS)
    await sql`delete from journal where (xid, seq) in (select * from unnest(
      ${some.map((r) => r.xid)}::xid8[], ${some.map((r) => r.seq)}::bigint[]))`.execute(db)
  }
}

const TELLS_ERASURE = 'member.erased'

/** Rows of sealed batches that are still kept. The event of the erasure itself stays for reactors that lag. */
async function eraseBodies({ db, warehouse }: ErasureParts, numbers: readonly number[], upTo: number): Promise<void> {
  const { rows: kept } = await sql<{ n: number | null }>`
    select min(n) as n from batches where body is not null`.execute(db)
  const first = kept[0]?.n
  if (first === null || first === undefined) return
  const batches = await warehouse.query<{ batch: number }>(
    `SELECT DISTINCT batch FROM events WHERE batch BETWEEN {first:UInt64} AND {upTo:UInt64} AND
      (member IN {numbers:Array(UInt32)} OR seq IN (SELECT seq FROM facts WHERE member IN {numbers:Array(UInt32)}))`,
    { first, upTo, numbers },
    { lane: 'background' },
  )
  const theirs = new Set(numbers)
  for (const { batch } of batches)
    await keepInBody(db, Number(batch), (row) => !theirs.has(Number(row[0])) || row[6] === TELLS_ERASURE)
}

/** The fact that a number is erased stays: it tells whose late rows are to be deleted too, and nothing else. */
const STAYS = "key != 'erased'"

async function eraseRows({ db, warehouse }: ErasureParts, { id, numbers }: Erasure, upTo: number): Promise<void> {
  const count = async (from: string, params: Readonly<Record<string, unknown>>) => {
    const rows = await warehouse.query<{ n: number }>(`SELECT count() AS n FROM ${from}`, params, {
      lane: 'background',
    })
    return Number(rows[0]?.n ?? 0)
  }
  const remove = async (table: string, where: string, params: Readonly<Record<string, unknown>>) => {
    if ((await count(`${table} WHERE ${where}`, params)) === 0) return
    // Not in the writer's lane: rewriting large parts takes minutes, and new events must not wait for it.
    await warehouse.command(`ALTER TABLE ${table} DELETE WHERE ${where}`, params, {
      lane: 'background',
      settings: { mutations_sync: 1 },
    })
  }
  const events = `member IN {numbers:Array(UInt32)} AND batch <= {upTo:UInt64}`
  const round = await book(db, id, async (tx) => {
    // Two rounds may have taken the same member, one of them from a process that was slow.
    const free = notBooked(await openRounds(tx))
    const n = await count(`events WHERE ${events} AND name != 'ingest.rejected' AND ${free.sql}`, {
      numbers,
      upTo,
      ...free.params,
    })
    await sql`insert into erasure_rounds (id, numbers, up_to) values (${id}, ${numbers}::int[], ${upTo})`.execute(tx)
    await sql`update pipe set erased = erased + ${n}`.execute(tx)
    return { numbers, upTo }
  })
  await remove('events', events, { numbers: round.numbers, upTo: round.upTo })
  await remove('facts', `member IN {numbers:Array(UInt32)} AND ${STAYS}`, { numbers: round.numbers })
  await remove('members', 'number IN {numbers:Array(UInt32)}', { numbers: round.numbers })
  await sql`delete from erasure_rounds where id = ${id}`.execute(db)
}

/** A number of our own; see app-role.ts. */
const LOCK = 724_414

/**
 * The round as it was booked, else books it. One at a time: a count that is older than another's deletion would book rows
 * that are gone. Who has to wait holds no connection.
 */
async function book(db: Db, id: string, first: (tx: Db) => Promise<OpenRound>): Promise<OpenRound> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await pause(50)) {
    const round = await db.transaction().execute(async (transaction) => {
      const tx = transaction as Db
      const lock = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${LOCK}) as mine`.execute(tx)
      if (!lock.rows[0]?.mine) return null
      const { rows } = await sql<{ numbers: number[]; up_to: number }>`
        select numbers, up_to from erasure_rounds where id = ${id}`.execute(tx)
      return rows[0] ? { numbers: rows[0].numbers, upTo: rows[0].up_to } : first(tx)
    })
    if (round) return round
    if (performance.now() > deadline) throw new Error('another erasure is being booked')
  }
}
