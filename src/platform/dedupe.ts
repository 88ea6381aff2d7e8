// Which messageIds have been seen in the last 30 days, however many. They lie in generations: only the newest is
// written, so that its index stays in memory; a closed one has a filter in memory, which says of nearly every new key
// that it was never there, and only what the filter lets through is looked for. One index over all of them would be
// read and written at random: with 30 million keys most inserts cost a page of disk and of log.
import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Db } from '#kernel/host'

export const dedupeMigrations: Migrations = {
  '2026-11-22T0803_dedupe': (db) =>
    sql`create table dedupe (week date not null, key uuid not null, primary key (key, week)) partition by list (week)`.execute(
      db,
    ),
  async '2026-11-22T1310_dedupe_generations'(db) {
    await sql`create table dedupe_generations (
      n integer primary key,
      opened_at timestamptz not null,
      closed_at timestamptz,
      keys bigint not null default 0,
      filter bytea
    )`.execute(db)
    await sql`create table dedupe_keys (generation integer not null, key uuid not null, primary key (key, generation))
      partition by list (generation)`.execute(db)
    await sql`create table dedupe_keys_0 partition of dedupe_keys for values in (0)`.execute(db)
    await sql`insert into dedupe_keys select distinct 0, key from dedupe`.execute(db)
    await sql`insert into dedupe_generations (n, opened_at, closed_at, keys)
      select 0, min(week), max(week) + 7, (select count(*) from dedupe_keys) from dedupe having count(*) > 0`.execute(
      db,
    )
    await sql`drop table dedupe`.execute(db)
  },
}

const WINDOW_DAYS = 30
/** An index of a million keys is 60 MB, and 30 million make 30 filters. */
const MOST_KEYS = 1_000_000
/**
 * At least 12 bits a key, as a power of two so that a place is a mask away; 6 marks. Of keys that were never there some
 * 0.2 % get through, and 30 million keys take 60 MB.
 */
const BITS = 12
const MARKS = 6
const bytesFor = (keys: number): number => 2 ** Math.ceil(Math.log2(Math.max(64, keys * BITS))) / 8

/** Where each key's marks begin and how they step, from words that are random in hashes and in our own ids alike. */
function startsOf(keys: readonly string[]): Int32Array {
  const starts = new Int32Array(keys.length * 2)
  keys.forEach((key, i) => {
    const a = Number.parseInt(key.slice(28, 36), 16)
    const b = Number.parseInt(key.slice(19, 23) + key.slice(24, 28), 16)
    starts[2 * i] = a ^ Math.imul(b, 0x9e3779b1)
    starts[2 * i + 1] = Math.imul(b ^ (a >>> 15), 0x85ebca6b) | 1
  })
  return starts
}

function addTo(filter: Uint8Array, keys: readonly string[]) {
  const mask = filter.length * 8 - 1
  const starts = startsOf(keys)
  for (let i = 0; i < starts.length; i += 2) {
    let at = starts[i] ?? 0
    const step = starts[i + 1] ?? 0
    for (let k = 0; k < MARKS; k++) {
      const bit = at & mask
      filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7))
      at = (at + step + k) | 0
    }
  }
}

/** The keys (by place) that may be in it. */
function likelyIn(filter: Uint8Array, starts: Int32Array): number[] {
  const mask = filter.length * 8 - 1
  const likely: number[] = []
  for (let i = 0; i < starts.length; i += 2) {
    let at = starts[i] ?? 0
    const step = starts[i + 1] ?? 0
    let k = 0
    for (; k < MARKS; k++) {
      const bit = at & mask
      if (((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) break
      at = (at + step + k) | 0
    }
    if (k === MARKS) likely.push(i / 2)
  }
  return likely
}

export interface Dedupe {
  /** Remembers the keys and answers those never seen before. Runs in the transaction that seals the batch. */
  firstSeen(tx: Db, keys: readonly string[]): Promise<Set<string>>
}

/** Filters are kept as long as this is; it may be made anew at any time. */
export function createDedupe(): Dedupe {
  const filters = new Map<number, Uint8Array>()

  async function load(tx: Db, wanted: readonly number[]) {
    const missing = wanted.filter((n) => !filters.has(n))
    if (missing.length > 0) {
      const { rows } = await sql<{ n: number; filter: Buffer }>`select n, filter from dedupe_generations
        where n = any(${missing}::integer[])`.execute(tx)
      for (const row of rows) filters.set(row.n, new Uint8Array(row.filter))
    }
    for (const n of filters.keys()) if (!wanted.includes(n)) filters.delete(n)
  }

  return {
    async firstSeen(tx, keys) {
      if (keys.length === 0) return new Set()
      // Held until the batch is sealed: a generation is closed, and its filter made, when nobody writes it any more.
      const { rows: open } = await sql<{ n: number }>`select n from dedupe_generations
        where closed_at is null for update`.execute(tx)
      const n = open[0]?.n
      if (n === undefined) throw new Error('no generation of dedupe keys is open')
      const { rows: closed } = await sql<{ n: number; filtered: boolean }>`
        select n, filter is not null as filtered from dedupe_generations where closed_at is not null`.execute(tx)
      await load(
        tx,
        closed.filter((g) => g.filtered).map((g) => g.n),
      )
      // Statistics of a young generation say nothing; probes must stay probes.
      await sql`set local enable_seqscan = off`.execute(tx)
      const starts = startsOf(keys)
      const probes = closed.flatMap(({ n: old }) => {
        const filter = filters.get(old)
        const likely = filter ? likelyIn(filter, starts).map((i) => keys[i] ?? '') : keys
        if (likely.length === 0) return []
        return sql`select key from dedupe_keys where generation = ${sql.lit(old)} and key = any(${likely}::uuid[])`
      })
      const seen = new Set<string>()
      if (probes.length > 0) {
        const { rows } = await sql<{ key: string }>`${sql.join(probes, sql` union all `)}`.execute(tx)
        for (const row of rows) seen.add(row.key)
      }
      const rest = keys.filter((key) => !seen.has(key)).sort()
      const { rows } = await sql<{ key: string }>`insert into dedupe_keys (generation, key)
        select ${n}, k::uuid from string_to_table(${rest.join()}, ',') as k where k <> ''
        on conflict do nothing returning key`.execute(tx)
      await sql`set local enable_seqscan = on`.execute(tx)
      await sql`update dedupe_generations set keys = keys + ${rows.length} where n = ${n}`.execute(tx)
      return new Set(rows.map((r) => r.key))
    },
  }
}

/** Closes the generation that is full or a day old and opens the next; drops those that nobody may repeat any more. */
export async function turnGenerations(admin: Db, now: Date, most = MOST_KEYS): Promise<void> {
  await admin.transaction().execute(async (transaction) => {
    const tx = transaction as Db
    await sql`select pg_advisory_xact_lock(hashtext('dedupe_generations'))`.execute(tx)
    await sql`update dedupe_generations set closed_at = ${now} where closed_at is null and keys > 0
      and (keys >= ${most} or opened_at <= ${now}::timestamptz - interval '1 day')`.execute(tx)
    const { rows } = await sql<{ next: number; open: boolean }>`select coalesce(max(n), 0) + 1 as next,
      coalesce(bool_or(closed_at is null), false) as open from dedupe_generations`.execute(tx)
    const { next, open } = rows[0] ?? { next: 1, open: false }
    if (!open) {
      await sql`create table ${sql.id(`dedupe_keys_${next}`)} partition of dedupe_keys
        for values in (${sql.lit(next)})`.execute(tx)
      await sql`insert into dedupe_generations (n, opened_at) values (${next}, ${now})`.execute(tx)
    }
    const { rows: old } = await sql<{ n: number }>`delete from dedupe_generations
      where closed_at < ${now}::timestamptz - make_interval(days => ${WINDOW_DAYS}) returning n`.execute(tx)
    for (const { n } of old) await sql`drop table ${sql.id(`dedupe_keys_${n}`)}`.execute(tx)
  })
}

/** Keys read at once while a filter is made: some 2 MB. */
const PAGE = 50_000

/** Makes the filters of closed generations that have none yet; until then they are looked through for every key. */
export async function makeFilters(admin: Db): Promise<void> {
  const { rows } = await sql<{ n: number; keys: number }>`select n, keys::int as keys from dedupe_generations
    where closed_at is not null and filter is null order by n`.execute(admin)
  for (const { n, keys } of rows) {
    const filter = new Uint8Array(bytesFor(keys))
    for (let after = '00000000-0000-0000-0000-000000000000', more = true; more; ) {
      const { rows: page } = await sql<{ list: string | null }>`select string_agg(key::text, ',') as list from (
        select key from dedupe_keys where generation = ${sql.lit(n)} and key > ${after}::uuid
        order by key limit ${PAGE}) k`.execute(admin)
      const list = page[0]?.list?.split(',') ?? []
      addTo(filter, list)
      more = list.length === PAGE
      after = list.at(-1) ?? after
    }
    await sql`update dedupe_generations set filter = ${Buffer.from(filter)} where n = ${n}`.execute(admin)
  }
}
