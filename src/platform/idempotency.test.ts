import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Db, IdempotencyKey } from '#kernel/host'
import { newId } from '#kernel/ids'
import { forgetKeys, idempotency, idempotencyMigrations } from './idempotency.ts'
import { openSealer } from './secret.ts'
import { openState, type State } from './state.fixture.ts'

let state: State
let db: Db
beforeAll(async () => {
  state = await openState(idempotencyMigrations)
  db = state.db
})
afterAll(() => state.end())

const keyOf = (more: Partial<IdempotencyKey> = {}): IdempotencyKey => ({
  caller: 'key:1',
  key: newId(),
  operation: 'points.award',
  body: 'a',
  ...more,
})

const { recall, remember } = idempotency(openSealer('secret'))
let works = 0
/** A call as the kernel makes it: the first does the work, others are told its answer. */
const call = (key: IdempotencyKey, work: () => unknown = () => ({ n: ++works })) =>
  db.transaction().execute(async (tx) => {
    const first = await recall(tx as Db, key)
    if (first) return first.answer
    const answer = work()
    await remember(tx as Db, key, answer)
    return answer
  })

test('50 at once: the work is done once and all hear its answer', async () => {
  const key = keyOf()
  works = 0
  const answers = await Promise.all(Array.from({ length: 50 }, () => call(key)))
  expect(works).toBe(1)
  expect(new Set(answers.map((a) => JSON.stringify(a)))).toEqual(new Set(['{"n":1}']))
})

test('another body or operation under the key is a conflict; another caller has keys of its own', async () => {
  const key = keyOf()
  const answer = await call(key)
  await expect(call({ ...key, body: 'b' })).rejects.toMatchObject({ code: 'idempotency.conflict', status: 409 })
  await expect(call({ ...key, operation: 'points.take' })).rejects.toMatchObject({ code: 'idempotency.conflict' })
  expect(await call({ ...key, caller: 'key:2' })).not.toEqual(answer)
  expect(await call(key)).toEqual(answer)
})

test('when the first fails, one that waited takes its place', async () => {
  const key = keyOf()
  let began = () => {}
  const first = new Promise<void>((resolve) => {
    began = resolve
  })
  let fail = () => {}
  const failing = db.transaction().execute(async (tx) => {
    await recall(tx as Db, key)
    began()
    await new Promise<void>((_, reject) => {
      fail = () => reject(new Error('failed'))
    })
  })
  await first
  const waiting = call(key, () => 'second')
  fail()
  await expect(failing).rejects.toThrow('failed')
  expect(await waiting).toBe('second')
})

test('a call that was kept without an answer may be tried again', async () => {
  const key = keyOf()
  await db.transaction().execute((tx) => recall(tx as Db, key))
  expect(await call(key, () => null)).toBeNull()
  expect(await call(key, () => 'not asked')).toBeNull()
})

test('after 24 hours the key is new; old ones are dropped', async () => {
  const [key, other] = [keyOf(), keyOf()]
  await call(key, () => 'old')
  await call(other, () => 'old')
  await sql`update idempotency_keys set at = at - interval '24 hours 1 second'
    where key in (${key.key}, ${other.key})`.execute(db)
  expect(await call({ ...key, body: 'b' }, () => 'new')).toBe('new')
  expect(await forgetKeys(db)).toBe(1)
  expect(await call({ ...key, body: 'b' })).toBe('new')
})

test('answers are kept unreadable: a key that was created is told again to its caller, and is not in the stores', async () => {
  const key = keyOf({ operation: 'key.create' })
  const answer = { keyId: newId(), secret: 'banyan_canary' }
  await call(key, () => answer)
  const { rows } = await sql<{ row: string }>`select i::text as row from idempotency_keys i`.execute(db)
  expect(rows.map((r) => r.row).join()).not.toContain('canary')
  expect(await call(key)).toEqual(answer)
  const elsewhere = idempotency(openSealer('another secret'))
  await expect(db.transaction().execute((tx) => elsewhere.recall(tx as Db, key))).rejects.toMatchObject({ status: 409 })
})

test('a key longer than 255 characters is refused', async () => {
  await expect(call(keyOf({ key: 'k'.repeat(256) }))).rejects.toMatchObject({ code: 'input.invalid', status: 400 })
})
