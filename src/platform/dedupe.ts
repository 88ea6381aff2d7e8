// Which messageIds have been seen, in generations of one week: a key is looked for in all, written to this week's,
// and a generation is dropped when its last day is more than 30 days old. They live apart from the journal, whose
// days are dropped after three.
import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Db } from '#kernel/host'

export const dedupeMigrations: Migrations = {
  '2026-11-22T0803_dedupe': (db) =>
    sql`create table dedupe (week date not null, key uuid not null, primary key (key, week)) partition by list (week)`.execute(
      db,
    ),
}

/** The Monday of an instant's week (UTC), which names its generation. */
export function weekOf(at: Date): string {
  const monday = new Date(at)
  monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7))
  return monday.toISOString().slice(0, 10)
}

/** Remembers the keys and answers those never seen before. Runs in the transaction that seals the batch. */
export async function firstSeen(tx: Db, keys: readonly string[], at: Date): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const week = weekOf(at)
  // Ten thousand probes into 30 million keys must stay probes; a hash join would read the whole generation.
  await sql`set local enable_hashjoin = off`.execute(tx)
  await sql`set local enable_mergejoin = off`.execute(tx)
  await sql`set local enable_seqscan = off`.execute(tx)
  const insert = sql<{ key: string }>`
    insert into dedupe (week, key)
    select ${week}::date, k::uuid from string_to_table(${[...keys].sort().join()}, ',') as k
    where not exists (select from dedupe d where d.key = k::uuid and d.week <> ${week}::date)
    on conflict do nothing returning key`
  const { rows } = await insert.execute(tx)
  await sql`set local enable_seqscan = on`.execute(tx)
  await sql`set local enable_hashjoin = on`.execute(tx)
  await sql`set local enable_mergejoin = on`.execute(tx)
  return new Set(rows.map((r) => r.key))
}

/** Makes this week's generation and drops those past the window of 30 days. Answers the names of the dropped. */
export async function turnWeeks(db: Db, now: Date): Promise<string[]> {
  const week = weekOf(now)
  await sql`create table if not exists ${sql.id(`dedupe_${week.replaceAll('-', '')}`)}
    partition of dedupe for values in (${sql.lit(week)})`.execute(db)
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_inherits join pg_class on oid = inhrelid
    where inhparent = 'dedupe'::regclass
      and to_date(right(relname, 8), 'YYYYMMDD') + 7 + 30 < ${now.toISOString().slice(0, 10)}::date`.execute(db)
  for (const { name } of rows) await sql`drop table ${sql.id(name)}`.execute(db)
  return rows.map((r) => r.name)
}
