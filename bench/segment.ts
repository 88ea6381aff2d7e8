// Segments over MEMBERS members and EVENTS events in the warehouse: previews beside hand-written SQL of the same
// meaning, and judging everybody by fifty definitions. BENCH_MEMBERS (default 1000000), BENCH_EVENTS (default 20000000).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openClickhouse } from '#platform/clickhouse/clickhouse'
import { createLog } from '#platform/log'
import { warehouseTables } from '#platform/warehouse-tables'
import { compile } from '../src/data/segment/compile.ts'
import { condition } from '../src/data/segment/condition.ts'
import { count, verdicts } from '../src/data/segment/read.ts'

const MEMBERS = Number(process.env.BENCH_MEMBERS ?? 1_000_000)
const EVENTS = Number(process.env.BENCH_EVENTS ?? 20_000_000)
const CHUNK = 1_000_000
const RUNS = 5
const ZONE = 'Asia/Shanghai'
const at = new Date('2026-02-28T12:00:00Z')

const kept = process.env.BENCH_FOLDER
const folder = kept ?? mkdtempSync(join(tmpdir(), 'banyan-bench-'))
const ch = await openClickhouse({ dataDir: folder, log: createLog('silent') })
const compiled = (definition: unknown) => compile(condition.parse(definition), ZONE)

/** Forty names, of which a few make most; every member has some twenty events, one has a hundred thousand. */
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
  await ch.command(
    `INSERT INTO facts (member, key, value, kind, validFrom, seq) SELECT number + 1, 'property:city', concat('city', toString(cityHash64(number) % 50)), 1, ${since}, number
     FROM numbers({n:UInt64})`,
    { n: MEMBERS },
  )
  for (let done = 0; done < EVENTS; done += CHUNK)
    await ch.command(
      `INSERT INTO events SELECT if(number % 200 = 0 AND number < 20000000, 1, toUInt32(cityHash64(number, 7) % {members:UInt32} + 1)),
         ${since} + toIntervalMillisecond(cityHash64(number, 3) % (365 * 86400000)), number, generateUUIDv4(), 'site',
         toString(number), concat('e', toString(toUInt32(40 * pow((cityHash64(number, 5) % 100000) / 100000, 2)))), 'client',
         toUUID('00000000-0000-0000-0000-000000000000'), toUUID('00000000-0000-0000-0000-000000000000'), '', now(),
         concat('{"amount":', toString(cityHash64(number, 9) % 1000), ',"channel":"',
           ['app', 'web', 'shop'][cityHash64(number, 11) % 3 + 1], '","sku":"s', toString(cityHash64(number, 13) % 5000), '"}'),
         '{}', '', 0, false, number FROM numbers({from:UInt64}, {n:UInt64})`,
      { members: MEMBERS, from: done, n: Math.min(CHUNK, EVENTS - done) },
    )
  await ch.command('SYSTEM RELOAD DICTIONARY alias')
}

/** CPU time of the engine; ticks are 10 ms. */
function cpuMs(): number {
  const fields = readFileSync(`/proc/${ch.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

async function time(name: string, ask: () => Promise<unknown>): Promise<number> {
  await ask()
  const times: number[] = []
  const cpu = cpuMs()
  for (let i = 0; i < RUNS; i++) {
    const began = performance.now()
    await ask()
    times.push(performance.now() - began)
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0
  const each = Math.round((cpuMs() - cpu) / RUNS)
  console.log(`${name.padEnd(44)} ${String(Math.round(median)).padStart(7)} ms, ${each} ms of CPU`)
  return median
}

const ROOT = (column: string) => `dictGetOrDefault('alias', 'root', toUInt64(${column}), toUInt64(${column}))`
/** What somebody would write by hand for: lives in city 7, did e3 twice in 30 days, and no e7 in 7 days. */
const HAND = `SELECT count() FROM (SELECT number FROM members WHERE ${ROOT('number')} = number) m
  LEFT JOIN (SELECT ${ROOT('member')} AS root,
      countIf(name = 'e3' AND timestamp > {at:DateTime64(3)} - toIntervalDay(30)) AS a,
      countIf(name = 'e7' AND timestamp > {at:DateTime64(3)} - toIntervalDay(7)) AS b
    FROM events WHERE name IN ('e3', 'e7') AND timestamp <= {at:DateTime64(3)} GROUP BY root) e ON e.root = m.number
  LEFT JOIN (SELECT ${ROOT('member')} AS root, argMax(value, (validFrom, seq)) AS v FROM facts
    WHERE key = 'property:city' AND validFrom <= {at:DateTime64(3)} GROUP BY root) f ON f.root = m.number
  WHERE a >= 2 AND b = 0 AND v = 'city7'`
const THREE = {
  all: [
    { property: 'city', op: 'eq', value: 'city7' },
    { event: 'e3', within: '30d', count: { op: 'gte', value: 2 } },
    { not: { event: 'e7', within: '7d' } },
  ],
}

/** Fifty of eight kinds. */
const fifty = Array.from({ length: 50 }, (_, i) => {
  const [event, other] = [`e${i % 40}`, `e${(i + 3) % 40}`]
  const within = ['1d', '7d', '30d', '90d'][i % 4]
  const kinds = [
    {
      all: [
        { event, within, count: { op: 'gte', value: 1 + (i % 3) } },
        { property: 'city', op: 'eq', value: `city${i}` },
      ],
    },
    { all: [{ event, within }, { not: { event: other, within: '7d' } }] },
    { event, within, where: [{ path: 'amount', op: 'gte', value: i }] },
    { event, within, measure: { of: 'amount', fn: 'sum' }, op: 'gt', value: 1000 },
    { lastEvent: event, has: [{ path: 'channel', op: 'eq', value: 'app' }] },
    { sequence: [{ event }, { event: other }], within },
    { stopped: event, active: '60d', quiet: '14d' },
    { regularly: { event }, every: '7d', of: 8, atLeast: 2 },
  ]
  return compiled(kinds[i % kinds.length])
})
const RANGE = 20_000

async function judgeAll() {
  let holding = 0
  for (let after = 0; after < MEMBERS; after += RANGE) {
    const who = { kind: 'range' as const, after, upTo: after + RANGE }
    for (const answer of await verdicts(ch, fifty, who, { at, lane: 'background' }))
      for (const one of fifty) if (answer.weigh(one) > 0) holding++
  }
  return holding
}

/** Highest resident memory of the engine's process, MB. */
const peak = () =>
  Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${ch.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)

try {
  const began = performance.now()
  if (!kept || process.env.BENCH_SEED) await seed()
  console.log(`${MEMBERS} members, ${EVENTS} events (${Math.round((performance.now() - began) / 1000)} s to write)`)
  const preview = (definition: unknown) => {
    const one = compiled(definition)
    return () => count(ch, one, { at }, { first: 20 })
  }
  const hand = await time('three clauses, by hand', () => ch.query(HAND, { at: at.getTime() / 1000 }))
  const ours = await time('three clauses, preview (reach 1,000 ms)', preview(THREE))
  console.log(`ratio to hand-written SQL: ${(ours / hand).toFixed(2)} (reach 1.5)`)
  await time(
    'filters on properties of events',
    preview({
      all: [
        { event: 'e3', within: '90d', where: [{ path: 'amount', op: 'gte', value: 500 }] },
        { event: 'e5', measure: { of: 'amount', fn: 'sum' }, op: 'gt', value: 1000, within: '90d' },
      ],
    }),
  )
  await time(
    'a sequence with a gap',
    preview({ sequence: [{ event: 'e3' }, { event: 'e5' }], within: '30d', gap: '3d' }),
  )
  await time('stopped', preview({ stopped: 'e2', active: '60d', quiet: '14d' }))
  await time('regularly', preview({ regularly: { event: 'e2' }, every: '7d', of: 8, atLeast: 2 }))
  const one = compiled(THREE)
  await time('one member', () => verdicts(ch, [one], { kind: 'some', numbers: [4711] }, { at }))
  await time('the member with 100,000 events', () => verdicts(ch, [one], { kind: 'some', numbers: [1] }, { at }))
  const start = performance.now()
  const [engine, mine] = [cpuMs(), process.cpuUsage()]
  const holding = await judgeAll()
  const spent = process.cpuUsage(mine)
  console.log(
    `CPU: engine ${(cpuMs() - engine) / 1000} s, this process ${Math.round((spent.user + spent.system) / 1e5) / 10} s`,
  )
  console.log(
    `everybody judged by fifty segments in ${((performance.now() - start) / 1000).toFixed(1)} s (reach 60 s); ${holding} hold`,
  )
  console.log(`memory of the engine at most ${peak()} MB (reach 2,500 MB)`)
} finally {
  await ch.stop()
  if (!kept) rmSync(folder, { recursive: true, force: true })
}
