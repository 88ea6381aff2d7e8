import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type World, world } from '#test/world'
import { openDatabase } from './database.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())

test('a transaction left open is ended at the limit, and the pool goes on', async () => {
  const { db, close } = openDatabase(w.connection, 1, { mostSeconds: 1 })
  await expect(
    db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid, pg_current_xact_id()`.execute(tx)
      const gone = async () =>
        (await sql`select 1 from pg_stat_activity where pid = ${rows[0]?.pid}`.execute(w.db)).rows.length === 0
      await vi.waitUntil(gone, { timeout: 20_000, interval: 100 })
      await sql`select 1`.execute(tx)
    }),
  ).rejects.toThrow()
  await expect(sql`select pg_sleep(30)`.execute(db)).rejects.toThrow(/timeout/)
  const works = () =>
    sql`select 1`.execute(db).then(
      () => true,
      () => false,
    )
  await vi.waitUntil(works, { timeout: 20_000, interval: 50 })
  await close()
})

test('a writing transaction that stays open is alarmed, holds events up but loses none', async () => {
  const other = new pg.Client(w.connection)
  await other.connect()
  await other.query('begin')
  await other.query('select pg_current_xact_id()')
  await w.member({ externalId: 'held-up' })
  const checks = async () =>
    ((await w.as(w.owner, 'health.status')) as { checks: { name: string; ok: boolean }[] }).checks
  const alarmed = async () => (await checks()).some((c) => c.name === 'transactions' && !c.ok)
  await vi.waitUntil(alarmed, { timeout: 20_000, interval: 200 })
  expect(await w.as(w.owner, 'health.settled')).toMatchObject({ settled: false })
  await other.query('commit')
  await other.end()
  await w.settle()
  expect(await alarmed()).toBe(false)
  const { difference, pending } = (await w.as(w.owner, 'health.conservation')) as Record<string, number>
  expect({ difference, pending }).toEqual({ difference: 0, pending: 0 })
})

test('rejected events alone are no alarm; what was parked is, and both are told', async () => {
  const letter = async (kind: 'rejected' | 'parked') =>
    w.host.transaction((tx) =>
      w.host.deadLetter(tx, { kind, origin: 'test', reason: 'test', memberId: null, item: {} }),
    )
  const row = async () =>
    ((await w.as(w.owner, 'health.status')) as { checks: { name: string }[] }).checks.find(
      (c) => c.name === 'dead_letters',
    )
  await letter('rejected')
  await letter('rejected')
  expect(await row()).toMatchObject({
    ok: true,
    detail: { en: 'parked 0 · rejected 2', zh: '处理失败 0 条 · 拒收 2 条' },
  })
  await letter('parked')
  expect(await row()).toMatchObject({ ok: false, detail: { en: 'parked 1 · rejected 2' } })
})
