import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Db } from '#kernel/host'
import { newId } from '#kernel/ids'
import { createDedupe, dedupeMigrations, makeFilters, turnGenerations } from './dedupe.ts'
import { openState, type State } from './state.fixture.ts'

let state: State
let db: Db
beforeAll(async () => {
  state = await openState(dedupeMigrations)
  db = state.db
})
afterAll(() => state.end())

const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n))
const see = (dedupe: ReturnType<typeof createDedupe>, keys: readonly string[]) =>
  db.transaction().execute((tx) => dedupe.firstSeen(tx as unknown as Db, keys))
const generations = async () =>
  (
    await sql<{
      n: number
      closed: boolean
      filtered: boolean
      keys: number
    }>`select n, closed_at is not null as closed,
      filter is not null as filtered, keys::int as keys from dedupe_generations order by n`.execute(db)
  ).rows

test('a key counts once, across generations, restarts and filters, and again after 30 days', async () => {
  let dedupe = createDedupe()
  const seen = new Map<string, number>()
  const keyOf = [() => randomUUID(), () => newId()]
  let today = 0
  await turnGenerations(db, day(today), 50)
  for (let i = 0; i < 60; i++) {
    const known = [...seen.keys()]
    const keys = new Set(
      Array.from({ length: 40 }, (_, k) => {
        const again = known[(i * 7919 + k * 104_729) % Math.max(1, known.length)]
        return k % 3 === 0 && again ? again : (keyOf[k % 2]?.() ?? '')
      }),
    )
    const fresh = await see(dedupe, [...keys])
    for (const key of keys) expect([key, fresh.has(key)]).toEqual([key, !seen.has(key)])
    for (const key of fresh) seen.set(key, today)
    if (i % 4 === 3) await turnGenerations(db, day(++today), 50)
    if (i % 5 === 4) await makeFilters(db)
    // A process that starts anew has no filters in memory.
    if (i % 11 === 10) dedupe = createDedupe()
  }
  const all = await generations()
  expect(all.length).toBeGreaterThan(5)
  expect(all.some((g) => g.filtered)).toBe(true)
  expect(all.filter((g) => !g.closed)).toHaveLength(1)

  const [old] = [...seen].find(([, at]) => at === 0) ?? []
  const [young] = [...seen].findLast(([, at]) => at > 5) ?? []
  await turnGenerations(db, day(32), 50)
  expect((await see(dedupe, [old ?? '', young ?? ''])).has(old ?? '')).toBe(true)
  expect((await see(dedupe, [young ?? ''])).size).toBe(0)
})

test('a filter lets through every key that is there and hardly any other', async () => {
  const dedupe = createDedupe()
  await turnGenerations(db, day(100), 1)
  const keys = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? randomUUID() : newId()))
  expect((await see(dedupe, keys)).size).toBe(keys.length)
  await turnGenerations(db, day(101), 1)
  await makeFilters(db)
  expect((await see(createDedupe(), keys)).size).toBe(0)
  // What gets through by mistake is looked for and found missing: the table is emptied, so all that is found came by filter.
  const others = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? randomUUID() : newId()))
  await sql`delete from dedupe_keys`.execute(db)
  const n = (await generations()).findLast((g) => g.closed)?.n ?? 0
  await sql`insert into dedupe_keys select ${n}::int, k::uuid from unnest(${others}::uuid[]) as k`.execute(db)
  expect((await see(createDedupe(), others)).size).toBeGreaterThan(others.length * 0.99)
})

test('what was remembered in weeks is remembered still', async () => {
  const weeks = await openState({})
  const entries = Object.entries(dedupeMigrations)
  await entries[0]?.[1](weeks.db as never)
  await sql`create table dedupe_20251229 partition of dedupe for values in ('2025-12-29')`.execute(weeks.db)
  const key = randomUUID()
  await sql`insert into dedupe values ('2025-12-29', ${key})`.execute(weeks.db)
  await entries[1]?.[1](weeks.db as never)
  await turnGenerations(weeks.db, day(3))
  const fresh = await weeks.db
    .transaction()
    .execute((tx) => createDedupe().firstSeen(tx as unknown as Db, [key, randomUUID()]))
  expect(fresh.size).toBe(1)
  expect(fresh.has(key)).toBe(false)
  await weeks.end()
})
