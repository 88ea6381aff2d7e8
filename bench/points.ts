// How many awards a second the ledger takes, in batches and one by one, beside what the same PostgreSQL does with the
// least that would do the job: one INSERT and one UPDATE in a transaction. An award is a transfer, two entries, a lot,
// a balance and an event. The whole system runs behind it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { capabilities } from '#app/capabilities'
import { openStores } from '#app/stores'
import { startSystem } from '#app/system'
import { award, verifyPoints } from '#interaction/points'
import { machine } from '#kernel/bulk'
import type { Actor } from '#kernel/context'
import { callMany, MOST_CALLS } from '#kernel/invoke'
import { perform, transact } from '#kernel/run'
import { upsert } from '#people/member'
import { parseConfig } from '#platform/config'
import { createLog } from '#platform/log'

const SECONDS = Number(process.argv[2] ?? 10)
const MEMBERS = 2_000
/** As many as a busy server serves at once; more only wait. */
const CLIENTS = 16
/** Batches at once: two reactors and a journey. */
const LANES = 3

const folder = mkdtempSync(join(tmpdir(), 'banyan-bench-'))
const config = parseConfig({ BANYAN_DATA_DIR: folder, BANYAN_LOG: 'error', PORT: '0' })
const log = createLog(config.BANYAN_LOG)
const stores = await openStores(config, log)
const system = await startSystem({ config, log, ...stores, capabilities })
const { host } = system

const batch = (action: typeof award | typeof upsert, calls: Parameters<typeof callMany>[5]) =>
  transact(host, (tx, emitted) => callMany(host, tx, emitted, machine('bench'), action, calls))

const owner: Actor = {
  caller: 'operator',
  id: 'operator:bench',
  roles: ['owner'],
  scope: { kind: 'all' },
  locale: 'en',
  address: '127.0.0.1',
}
const made = await batch(
  upsert,
  Array.from({ length: MEMBERS }, (_, i) => ({ cause: `bench-${i}`, input: { externalId: `bench-${i}` } })),
)
const memberIds = made.flatMap((m) => (m.ok ? [(m.output as { memberId: string }).memberId] : []))
let n = 0
const next = () => ({ memberId: memberIds[n % MEMBERS] as string, cause: `bench:${n++}` })

/** Runs `work` in so many lanes for the time of the bench; answers how many a second. */
async function rate(lanes: number, work: (lane: number) => Promise<number>): Promise<number> {
  const began = performance.now()
  const until = began + SECONDS * 1000
  let done = 0
  const lane = async (i: number) => {
    while (performance.now() < until) {
      // Read after the wait: other lanes count meanwhile.
      const more = await work(i)
      done += more
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, i) => lane(i)))
  return Math.round((done * 1000) / (performance.now() - began))
}

async function raw(): Promise<number> {
  const pool = new pg.Pool({ ...stores.connection, max: CLIENTS })
  await pool.query('create table bench_entries (member integer, points integer)')
  await pool.query('create table bench_balances (member integer primary key, points bigint) with (fillfactor = 70)')
  await pool.query('insert into bench_balances select m, 0 from generate_series(0, $1::integer) m', [MEMBERS])
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => pool.connect()))
  const perSecond = await rate(CLIENTS, async (i) => {
    const client = clients[i] as pg.PoolClient
    const member = n++ % MEMBERS
    await client.query('begin')
    await client.query('insert into bench_entries values ($1, 1)', [member])
    await client.query('update bench_balances set points = points + 1 where member = $1', [member])
    await client.query('commit')
    return 1
  })
  for (const client of clients) client.release()
  await pool.end()
  return perSecond
}

const many = () =>
  rate(LANES, async () => {
    const calls = Array.from({ length: MOST_CALLS }, () => ({ ...next(), input: { points: 1, reason: 'bench' } }))
    const results = await batch(award, calls)
    return results.filter((r) => r.ok).length
  })

const single = () =>
  rate(CLIENTS, async () => {
    const { memberId, cause } = next()
    const input = { memberId, points: 1, reason: 'bench' }
    await perform(host, award, { actor: owner, input, idempotencyKey: cause })
    return 1
  })

const baseline = await raw()
const line = (what: string, perSecond: number, reach: string) =>
  process.stdout.write(
    `${what.padEnd(34)} ${String(perSecond).padStart(7)}/s  ${(perSecond / baseline).toFixed(2)} × raw  ${reach}\n`,
  )
line('raw PostgreSQL, two statements', baseline, '')
line('points.award, batches of 500', await many(), '(reach: 2,000/s, 0.5 ×)')
line('points.award, one by one', await single(), '')
const proof = await verifyPoints(host.db)
process.stdout.write(`${proof.transfers} transfers of ${proof.members} members: ${proof.ok ? 'proved' : 'WRONG'}\n`)

await system.stop()
await stores.stop()
rmSync(folder, { recursive: true, force: true })
process.exitCode = proof.ok ? 0 : 1
