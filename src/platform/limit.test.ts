import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Db } from '#kernel/host'
import { newId } from '#kernel/ids'
import { forgetLimits, limit, limitMigrations, resetLimit } from './limit.ts'
import { openState, type State } from './state.fixture.ts'

let state: State
let db: Db
let clock = 0
beforeAll(async () => {
  state = await openState(limitMigrations)
  db = state.db
})
afterAll(() => state.end())
afterEach(() => {
  vi.restoreAllMocks()
  clock = 0
})

/** Moves the monotonic clock, as waiting would. */
function wait(seconds: number) {
  clock += seconds * 1000
  const ahead = clock
  vi.restoreAllMocks()
  const real = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => real + ahead)
}

async function attempts(key: string, n: number, max: number, seconds: number) {
  let entered = 0
  for (let i = 0; i < n; i++) if ((await limit(db, key, max, seconds)) === 0) entered++
  return entered
}

test('just so many get in, and the answer says when the next may', async () => {
  const key = newId()
  expect(await attempts(key, 8, 5, 60)).toBe(5)
  const seconds = await limit(db, key, 5, 60)
  expect(seconds).toBeGreaterThan(50)
  expect(seconds).toBeLessThanOrEqual(66)
  wait(seconds)
  expect(await attempts(key, 8, 5, 60)).toBe(5)
})

test('100 at once: the limit holds to the attempt', async () => {
  const key = newId()
  const waits = await Promise.all(Array.from({ length: 100 }, () => limit(db, key, 7, 60)))
  expect(waits.filter((w) => w === 0)).toHaveLength(7)
})

test('in no window get more in than the limit, and in the long run no fewer than nine tenths', async () => {
  const key = newId()
  const times: number[] = []
  for (let t = 0; t < 600; t++) {
    if ((await limit(db, key, 10, 60)) === 0) times.push(t)
    wait(1)
  }
  for (const t of times) expect(times.filter((u) => u > t - 60 && u <= t).length).toBeLessThanOrEqual(10)
  expect(times.length).toBeGreaterThanOrEqual(90)
})

test('who keeps knocking while refused is let in when the window has passed', async () => {
  const key = newId()
  let inside = await attempts(key, 10, 10, 60)
  for (let t = 0; t < 67; t++) {
    wait(1)
    if ((await limit(db, key, 10, 60)) === 0) inside++
  }
  expect(inside).toBeGreaterThan(10)
})

test('a clock set back a day neither opens nor closes the gate', async () => {
  const key = newId()
  wait(86_400)
  expect(await attempts(key, 12, 10, 60)).toBe(10)
  clock = 0
  vi.restoreAllMocks()
  expect(await attempts(key, 1, 10, 60)).toBe(0)
  wait(66)
  expect(await attempts(key, 12, 10, 60)).toBe(10)
})

test('success starts afresh; counts that are over are dropped', async () => {
  const key = newId()
  expect(await attempts(key, 4, 3, 60)).toBe(3)
  await resetLimit(db, key)
  expect(await attempts(key, 4, 3, 60)).toBe(3)
  wait(3600)
  await limit(db, 'fresh', 1, 60)
  await forgetLimits(db)
  const { rows } = await sql<{ key: string }>`select key from rate_limits`.execute(db)
  expect(rows.map((r) => r.key)).toEqual(['fresh'])
})
