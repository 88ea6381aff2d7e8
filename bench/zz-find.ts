// Finding members among a million: `node bench/member-find.ts [members]`. Beside each case the raw baseline, the same
// server reading fifty rows by an index, so that the machine can be told from the code.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '#platform/database'
import { openPostgres } from '#platform/postgres/postgres'
import { find } from '../src/people/member/find.ts'
import { migrations } from '../src/people/member/tables.ts'

const COUNT = Number(process.argv[2] ?? 1_000_000)
const CHUNK = 100_000
const RUNS = 7
/** The promise of the issue: found within 300 ms. */
const PROMISE_MS = 300

const dataDir = mkdtempSync(join(tmpdir(), 'banyan-bench-'))
const server = {
  connection: { host: '/tmp/banyan-bench-N60NiR/run', port: 5432, user: 'banyan', database: 'banyan' },
  stop: async () => {},
}
const { db, close } = openDatabase(server.connection, 4)

async function fill(from: number) {
  await sql`insert into members (id, number, root_id, status, external_id, name, pairs, email, phone, properties, created_at)
    select id, n, id, case when n % 4 = 0 then 'anonymous' else 'known' end,
      case when n % 4 > 0 then 'u' || n end, name,
      (select array_agg(distinct substr(lower(name), p, 2)) from generate_series(1, length(name) - 1) p),
      case when n % 4 > 0 then 'user' || n || '@example.com' end,
      case when n % 4 > 0 then '1' || (3000000000 + (n::bigint * 7919) % 6999999999)::text end,
      case when n % 4 > 0 then jsonb_build_object('city', (array['上海', '北京', '杭州', '广州', '拉萨'])[1 + (n % 17) % 5],
        'score', n % 1000, 'plan', case when n % 5000 = 1 then 'rare' else 'usual' end, 'rareScore',
        case when n % 10000 = 3 then n % 100 end) else '{}' end,
      timestamptz '2024-01-01' + n * interval '40 seconds'
    from (select n, gen_random_uuid() as id, case when n % 4 = 0 then null
      when n % 10 = 1 then (array['Alice', 'Bruno', 'Chen', 'Daria', 'Emil'])[1 + n / 10 % 5] || ' '
        || (array['Smith', 'Novak', 'Okafor', 'Tanaka', 'Silva'])[1 + n / 50 % 5] || n % 97
      else substr('王李张刘陈杨黄赵吴周', 1 + n % 10, 1) || substr('伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超兰霞', 1 + n / 10 % 20, 1)
        || substr('梅鑫鹏瑞晨曦雨欣子涵浩然思远佳怡', 1 + n / 200 % 16, 1) end as name
      from generate_series(${from}::int, ${from + CHUNK - 1}::int) n) made`.execute(db)
}
const began = performance.now()
// Filling an index row by row takes longer than making it at the end.
const { rows: indexes } = await sql<{
  name: string
  definition: string
}>`select indexname as name, indexdef as definition
  from pg_indexes where tablename = 'members' and indexname not like '%key'`.execute(db)
process.stdout.write(`${COUNT} members made in ${Math.round((performance.now() - began) / 1000)} s\n`)

const context = { db, may: () => true, inScope: () => sql`true` }
async function timed(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)[RUNS >> 1] ?? 0
}
const raw = await timed(() => sql`select * from members order by created_at desc limit 50`.execute(db))
process.stdout.write(`raw: fifty rows by an index ${raw.toFixed(1)} ms\n`)

const property = (path: string, op: string, value: unknown) => ({ filters: [{ property: path, op, value }] })
const CASES: Record<string, object> = {
  'newest first': {},
  'last seen first': { sort: 'lastSeenAt' },
  'by name': { sort: 'name' },
  'with a count': { count: true },
  'search: two letters, common': { search: '李芳', sort: 'lastSeenAt' },
  'search: three letters': { search: '王伟鹏' },
  'search: a surname': { search: '王', sort: 'lastSeenAt' },
  'search: latin, in the middle': { search: 'okafor7', sort: 'name' },
  'search: two latin letters, everywhere': { search: 'an' },
  'search: beginning of an e-mail': { search: 'user12345' },
  'search: end of a phone number': { search: '1234', sort: 'lastSeenAt' },
  'search: nothing there': { search: '没有这人' },
  'property: common': { ...property('city', 'eq', '上海'), sort: 'lastSeenAt' },
  'property: rare': { ...property('plan', 'eq', 'rare'), sort: 'name' },
  'property: at least, half': { ...property('score', 'gte', 500), sort: 'lastSeenAt' },
  'property: at least, one in a thousand': { ...property('score', 'gte', 999), sort: 'lastSeenAt' },
  'property: at least, few': property('rareScore', 'gte', 3),
  'property: at least, none': property('score', 'gte', 5000),
  'property: contains, none': property('city', 'contains', '深圳'),
  'property: missing': { filters: [{ property: 'city', op: 'notExists' }], sort: 'name' },
  'field: seen since, known, with a count': {
    filters: [
      { field: 'lastSeenAt', op: 'gte', value: '2025-03-01' },
      { field: 'status', op: 'eq', value: 'known' },
    ],
    sort: 'lastSeenAt',
    count: true,
  },
  'search and two filters': {
    search: '张',
    filters: [
      { property: 'city', op: 'eq', value: '拉萨' },
      { property: 'score', op: 'gte', value: 900 },
    ],
    sort: 'name',
    count: true,
  },
}
let slow = 0
for (const [what, input] of Object.entries(CASES)) {
  const parsed = find.input.parse(input)
  const ms = await timed(() => find.run(context as never, parsed as never))
  if (ms > PROMISE_MS) slow++
  process.stdout.write(
    `${what.padEnd(42)} ${ms.toFixed(1).padStart(8)} ms ${(ms / raw).toFixed(1).padStart(7)} × raw${ms > PROMISE_MS ? '  SLOW' : ''}\n`,
  )
}
await close()
await server.stop()
process.stdout.write(slow === 0 ? `all within ${PROMISE_MS} ms\n` : `${slow} above ${PROMISE_MS} ms\n`)
