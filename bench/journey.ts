// How many steps a second journeys take: `node bench/journey.ts [runs]`. Everybody waits, all waits end at once, and
// each run is woken, takes an action and waits again. Beside it, what the same PostgreSQL does with the least that
// could stand for one step: a transaction of one INSERT and one UPDATE. The whole system runs behind it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { z } from 'zod'
import { capabilities } from '#app/capabilities'
import { openStores } from '#app/stores'
import { startSystem } from '#app/system'
import { machine } from '#kernel/bulk'
import { slice } from '#kernel/capability'
import { newId } from '#kernel/ids'
import { perform } from '#kernel/run'
import { parseConfig } from '#platform/config'
import { createLog } from '#platform/log'

const RUNS = Number(process.argv[2] ?? 20_000)
/** Ways to wait for in the raw baseline: as many as a busy server serves at once. */
const CLIENTS = 16
const RAW_SECONDS = 5

interface BenchTables {
  bench_notes: { cause: string; at: Date }
}
const bench = slice<BenchTables>()('bench', {
  layer: 'decision',
  title: { en: 'Bench', zh: '压测' },
  rights: { 'bench.use': { title: { en: 'Bench', zh: '压测' }, roles: [] } },
  migrations: {
    '2026-11-22T2300_bench': (db: Kysely<never>) =>
      sql`create table bench_notes (cause text primary key, at timestamptz not null)`.execute(db),
  },
})
const note = bench.action('bench.note', {
  title: { en: 'Note', zh: '记录' },
  input: z.object({ text: z.string().max(100) }),
  output: z.object({}),
  offeredTo: ['journey'],
  needs: 'bench.use',
  on: 'member',
  async run(ctx) {
    await ctx.db.insertInto('bench_notes').values({ cause: ctx.cause, at: ctx.now }).execute()
    return {}
  },
  async runMany(ctx, calls) {
    await sql`insert into bench_notes (cause, at)
      select cause, ${ctx.now} from unnest(${calls.map((c) => c.cause)}::text[]) as v (cause)`.execute(ctx.db)
    return calls.map(() => ({}))
  },
})

const say = (what: string, value: string | number) => process.stdout.write(`${what.padEnd(52)} ${value}\n`)
const folder = mkdtempSync(join(tmpdir(), 'banyan-bench-'))
const config = parseConfig({ BANYAN_DATA_DIR: folder, BANYAN_CLOCK: 'manual', BANYAN_LOG: 'silent', PORT: '0' })
const log = createLog('silent')
const stores = await openStores(config, log)
const system = await startSystem({
  config,
  log,
  connection: stores.connection,
  clickhouse: stores.clickhouse,
  capabilities: [...capabilities, bench.capability({ actions: [note] })],
})
const { host, runtime } = system
const pool = new pg.Pool({ ...stores.connection, max: CLIENTS })

try {
  const id = await publishJourney()
  await fill(id)
  const steps = await wakeAll()
  const raw = await rawTransactions()
  say('journey steps a second', Math.round(steps))
  say('raw transactions of two statements a second', Math.round(raw))
  say('ratio (promised: 1.0)', (steps / raw).toFixed(2))
} finally {
  await pool.end()
  await system.stop()
  await stores.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function call(name: string, input: unknown): Promise<{ id: string }> {
  const op = host.registry.operations.get(name)
  if (!op) throw new Error(`no operation ${name}`)
  return (await perform(host, op, { actor: machine('bench'), input })) as { id: string }
}

async function publishJourney(): Promise<string> {
  const nodes = {
    in: { type: 'trigger', on: { event: 'Never' }, next: 'rest' },
    rest: { type: 'wait', for: '1h', next: 'note' },
    note: { type: 'action', action: 'bench.note', input: { text: 'hello {{event.name}}' }, next: 'rest' },
  }
  const { id } = await call('journey.create', { name: 'Bench', graph: { nodes, start: 'in' }, settings: {} })
  await call('journey.publish', { id })
  return id
}

/** Runs that wait already: how they came in is not what is measured. */
async function fill(journeyId: string) {
  const due = new Date(host.now().getTime() + 60_000)
  const ids = Array.from({ length: RUNS }, newId)
  const event = JSON.stringify({ id: journeyId, name: 'Never', timestamp: due.toISOString(), properties: {} })
  await pool.query(
    `insert into journey_runs (id, journey_id, version, member_id, key, node, visit, state, event, cause, depth, entered_at)
     select id, $2, 1, id, '', 'rest', 2, 'waiting', $3, id::text, 0, $4 from unnest($1::uuid[]) as v (id)`,
    [ids, journeyId, event, due],
  )
  await pool.query('insert into journey_due select id, $2, $3 from unnest($1::uuid[]) as v (id)', [ids, journeyId, due])
  await pool.query('analyze journey_runs, journey_due')
}

/** Every run is woken, acts and rests: three visits, each recorded. */
async function wakeAll(): Promise<number> {
  const before = await stepCount()
  const began = performance.now()
  await runtime.moveTo(new Date(host.now().getTime() + 60_000))
  const seconds = (performance.now() - began) / 1000
  const notes = await pool.query('select count(*)::int as n from bench_notes')
  if (notes.rows[0]?.n !== RUNS) throw new Error(`${notes.rows[0]?.n} effects of ${RUNS}`)
  say('runs woken', RUNS)
  return ((await stepCount()) - before) / seconds
}

async function stepCount(): Promise<number> {
  const { rows } = await pool.query('select count(*)::int as n from journey_steps')
  return rows[0]?.n ?? 0
}

async function rawTransactions(): Promise<number> {
  await pool.query('create table raw_steps (run_id uuid, visit int, at timestamptz, primary key (run_id, visit))')
  await pool.query('create table raw_runs (id uuid primary key, visit int not null)')
  const ids = Array.from({ length: 2000 }, newId)
  await pool.query('insert into raw_runs select id, 0 from unnest($1::uuid[]) as v (id)', [ids])
  let done = 0
  const end = performance.now() + RAW_SECONDS * 1000
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, lane) => {
      const client = await pool.connect()
      for (let i = lane; performance.now() < end; i += CLIENTS) {
        const run = ids[i % ids.length]
        await client.query('begin')
        await client.query('insert into raw_steps values ($1, $2, $3)', [run, i, new Date()])
        await client.query('update raw_runs set visit = visit + 1 where id = $1', [run])
        await client.query('commit')
        done++
      }
      client.release()
    }),
  )
  return done / RAW_SECONDS
}
