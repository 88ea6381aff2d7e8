// Layers over MEMBERS members and EVENTS events in the warehouse: sizes now, sizes as of then, and the flow between two
// instants, by the value layers. BENCH_MEMBERS (default 1000000), BENCH_EVENTS (default 5000000).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openClickhouse } from '#platform/clickhouse/clickhouse'
import { createLog } from '#platform/log'
import { warehouseTables } from '#platform/warehouse-tables'
import { value } from '../src/data/layer/preset/value.ts'
import { completed, conditionsOf, layersInput } from '../src/data/layer/scheme.ts'
import { flows, partition } from '../src/data/segment/flow.ts'

const MEMBERS = Number(process.env.BENCH_MEMBERS ?? 1_000_000)
const EVENTS = Number(process.env.BENCH_EVENTS ?? 5_000_000)
const CHUNK = 1_000_000
const RUNS = 3
const DAY = 86_400_000
const now = new Date('2026-02-28T12:00:00Z')

const folder = mkdtempSync(join(tmpdir(), 'banyan-bench-'))
const ch = await openClickhouse({ dataDir: folder, log: createLog('silent') })

/** Every member has some five events over a year, one in twenty of them a purchase. */
async function seed() {
  for (const statements of Object.values(warehouseTables))
    for (const statement of statements) await ch.command(statement.replaceAll('{database}', ch.database))
  const since = "toDateTime64('2025-03-01 00:00:00', 3, 'UTC')"
  await ch.command(
    `INSERT INTO members (number, memberId, at) SELECT number + 1, generateUUIDv4(), ${since} FROM numbers({n:UInt64})`,
    {
      n: MEMBERS,
    },
  )
  for (let done = 0; done < EVENTS; done += CHUNK)
    await ch.command(
      `INSERT INTO events SELECT toUInt32(cityHash64(number, 7) % {members:UInt32} + 1),
         ${since} + toIntervalMillisecond(cityHash64(number, 3) % (365 * 86400000)), number, generateUUIDv4(), 'site',
         toString(number), if(number % 20 = 0, 'order.paid', concat('e', toString(number % 40))), 'client',
         toUUID('00000000-0000-0000-0000-000000000000'), toUUID('00000000-0000-0000-0000-000000000000'), '', now(),
         '{}', '{}', '', 0, false, number FROM numbers({from:UInt64}, {n:UInt64})`,
      { members: MEMBERS, from: done, n: Math.min(CHUNK, EVENTS - done) },
    )
  await ch.command('SYSTEM RELOAD DICTIONARY alias')
}

async function time(name: string, ask: () => Promise<unknown>) {
  await ask()
  const times: number[] = []
  for (let i = 0; i < RUNS; i++) {
    const began = performance.now()
    await ask()
    times.push(performance.now() - began)
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0
  console.log(`${name.padEnd(44)} ${String(Math.round(median)).padStart(7)} ms`)
}

try {
  await seed()
  console.log(`${MEMBERS} members, ${EVENTS} events`)
  const asking = {
    // Nothing these conditions say is looked up in PostgreSQL.
    db: undefined as never,
    warehouse: ch,
    warehouseScope: () => null,
    brand: { name: { en: '', zh: '' }, zone: 'Asia/Shanghai', locale: 'zh' as const, currency: 'CNY', weekStart: 1 },
    now,
    signal: new AbortController().signal,
  }
  const conditions = conditionsOf(completed(layersInput.parse(value.layers)))
  const then = new Date(now.getTime() - 30 * DAY)
  await time('value layers, sizes now', () => partition(asking, { conditions, at: now }))
  await time('value layers, sizes 30 days ago', () => partition(asking, { conditions, at: then }))
  await time('value layers, flow over 30 days', () => flows(asking, { conditions, at: then }, { conditions, at: now }))
} finally {
  await ch.stop()
  rmSync(folder, { recursive: true, force: true })
}
