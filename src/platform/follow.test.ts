import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { capabilities } from '#app/capabilities'
import { type System, startSystem } from '#app/system'
import type { Happened } from '#kernel/capability'
import { type World, world } from '#test/world'
import { parseConfig } from './config.ts'
import { createLog } from './log.ts'

let w: World
let other: System
beforeAll(async () => {
  w = await world()
  const { BANYAN_DATA_DIR } = w.config
  other = await startSystem({
    config: parseConfig({ BANYAN_ROLE: 'api', BANYAN_CLOCK: 'manual', BANYAN_DATA_DIR }),
    log: createLog('silent'),
    connection: w.connection,
    clickhouse: w.clickhouse,
    capabilities,
  })
})
afterAll(async () => {
  await other.stop()
  await w.end()
})

test('a process that only answers HTTP tells its browsers what happens, each event once, also after a cut', async () => {
  const here: Happened[] = []
  const there: Happened[] = []
  const wants = (e: Happened) => e.name === 'member.created'
  const ends = [
    w.host.runtime.listen({ wants, send: (events) => here.push(...events) }),
    other.runtime.listen({ wants, send: (events) => there.push(...events) }),
  ]
  const meet = async (externalId: string) => {
    await w.member({ externalId })
    await w.settle()
    await vi.waitUntil(() => there.length === here.length, 10_000)
  }
  await meet('first')
  await meet('second')
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where query like 'listen %' and datname = current_database()`.execute(w.db)
  await meet('third')
  expect(here.length).toBe(3)
  expect(there.map((e) => e.id)).toEqual(here.map((e) => e.id))
  for (const end of ends) end()
})

test('it speaks of the brand as it is now', async () => {
  await w.as(w.owner, 'brand.update', { zone: 'Europe/Berlin' })
  await w.settle()
  await vi.waitUntil(() => other.host.brand().zone === 'Europe/Berlin', 10_000)
})
