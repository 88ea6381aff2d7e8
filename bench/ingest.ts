// Ingestion over HTTP, durable 200: batches of 100 and single events, the load generator on the same machine; accepted
// and projected, latency, and the same rows by raw COPY and raw warehouse insert as the baseline.
// BENCH_SECONDS (default 20), BENCH_KEYS (dedupe keys present before, default 0; the target is 30000000).
import { join } from 'node:path'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { quantile, startServer, until } from './server.fixture.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 20)
const KEYS = Number(process.env.BENCH_KEYS ?? 0)

const server = await startServer(4790)

let serial = 0
const item = () => {
  const n = serial++
  return {
    type: 'track',
    event: ['Product Viewed', 'Product Added', 'Search', 'Share'][n % 4],
    userId: `u-${n % 20_000}`,
    messageId: `b-${n}`,
    timestamp: new Date().toISOString(),
    properties: { sku: `SKU-${n % 300}`, price: n % 500, channel: 'app', position: n % 40 },
    context: { library: { name: 'bench', version: '1' } },
  }
}

/** `connections` callers, each sending its next request when the last was answered. */
async function load(name: string, connections: number, size: number) {
  const latencies: number[] = []
  let accepted = 0
  const before = await server.ask<{ accepted: number }>('health.conservation')
  const cpuBefore = server.cpuSeconds()
  const started = performance.now()
  const end = started + SECONDS * 1000
  const caller = async () => {
    const connection = await server.connect()
    while (performance.now() < end) {
      const body = size === 1 ? JSON.stringify(item()) : JSON.stringify({ batch: Array.from({ length: size }, item) })
      const sent = performance.now()
      const status = await connection.post(size === 1 ? '/v1/track' : '/v1/batch', body)
      if (status === 200) accepted += size
      latencies.push(performance.now() - sent)
    }
    connection.end()
  }
  await Promise.all(Array.from({ length: connections }, caller))
  const sending = (performance.now() - started) / 1000
  await until(async () => (await server.ask<{ settled: boolean }>('health.settled')).settled)
  const all = (performance.now() - started) / 1000
  const cpu = (server.cpuSeconds() - cpuBefore) / accepted
  const after = await server.ask<{ accepted: number; difference: number }>('health.conservation')
  latencies.sort((a, b) => a - b)
  const at = (q: number) => quantile(latencies, q).toFixed(1)
  const rate = accepted / all
  console.log(
    `${name}: ${Math.round(accepted / sending)}/s accepted, ${Math.round(rate)}/s accepted and projected, ` +
      `latency p50 ${at(0.5)} ms p99 ${at(0.99)} ms, ${Math.round(cpu * 1e6)} µs of CPU an event, accounted ${after.accepted - before.accepted >= accepted ? 'yes' : 'NO'}, difference ${after.difference}`,
  )
  return rate
}

/** The same rows with nothing of ours: COPY into a table like the journal's. */
async function rawCopy(client: pg.Client): Promise<number> {
  await client.query('create table raw_journal (like journal including defaults)')
  await client.query('create index on raw_journal (xid, seq)')
  const columns = 'id, source, message_id, name, class, actor, at, received_at, cause, depth, bot, properties, context'
  const started = performance.now()
  let rows = 0
  while (performance.now() - started < SECONDS * 500) {
    const lines = Array.from({ length: 5000 }, () => {
      const { event, messageId, properties, context } = item()
      const at = Date.now()
      return `${crypto.randomUUID()}\tbench\t${messageId}\t${event}\t0\t\t${at}\t${at}\t\t0\tf\t${JSON.stringify(properties)}\t${JSON.stringify(context)}\n`
    })
    await new Promise<void>((resolve, reject) => {
      const stream = client.query(copyFrom(`copy raw_journal (${columns}) from stdin`))
      stream.on('error', reject)
      stream.on('finish', resolve)
      stream.end(lines.join(''))
    })
    rows += 5000
  }
  return rows / ((performance.now() - started) / 1000)
}

try {
  const client = new pg.Client({
    host: join(server.folder, 'run'),
    user: 'banyan',
    database: 'banyan',
    port: 5432,
    ssl: false,
  })
  // The server ends it when the bench fails halfway; that is not the failure to show.
  client.on('error', () => {})
  await client.connect()
  if (KEYS > 0) {
    const started = performance.now()
    await client.query("update dedupe_generations set opened_at = now() - interval '1 day', keys = keys + 1")
    for (let n = 1001; n <= 1000 + KEYS / 1_000_000; n++) {
      await client.query(`create table dedupe_keys_${n} partition of dedupe_keys for values in (${n})`)
      await client.query(
        'insert into dedupe_keys select $1, key from (select gen_random_uuid() as key from generate_series(1, 1000000)) k order by key',
        [n],
      )
      await client.query(
        'insert into dedupe_generations (n, opened_at, closed_at, keys) values ($1, now(), now(), 1000000)',
        [n],
      )
    }
    // Within half a minute the server turns to them.
    await until(async () => {
      const { rows } = await client.query(
        'select 1 from dedupe_generations where closed_at is not null and filter is null',
      )
      return rows.length === 0
    }, 300)
    await client.query('checkpoint')
    console.log(`${KEYS} dedupe keys present (${Math.round((performance.now() - started) / 1000)} s to write)`)
  }
  const raw = await rawCopy(client)
  console.log(`raw COPY into a table like the journal: ${Math.round(raw)}/s`)
  const batches = await load('batches of 100', 16, 100)
  console.log(`ratio to raw COPY: ${(batches / raw).toFixed(2)}`)
  await load('single events', 64, 1)
  await client.end()
} finally {
  await server.stop()
}
