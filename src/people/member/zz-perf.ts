import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { openDatabase } from '#platform/database'
import { createDatabase, dropDatabase } from '#platform/postgres/postgres'
import { createResolver } from './resolve.ts'
import { migrations } from './tables.ts'

const c = JSON.parse(readFileSync('/tmp/mpg/out', 'utf8').split('\n')[0]!).c
await dropDatabase(c, 'perf')
const { db, close } = openDatabase(await createDatabase(c, 'perf'), 4)
await sql`create sequence journal_seq`.execute(db)
for (const m of Object.values(migrations)) await m(db)
const r = createResolver()
let seq = 0n
const users = Number(process.argv[2] ?? 50000)
const row = (i: number, t: number, name = 'Clicked', props = {}) => ({
  seq: ++seq,
  source: 'w',
  name,
  class: name === 'Clicked' ? ('client' as const) : ('system' as const),
  memberId: null,
  userId: `user-${i}`,
  anonymousId: `anon-${i}`,
  timestamp: new Date(t),
  receivedAt: new Date(t),
  properties: () => props,
  context: () => ({}),
})
const run = async (label: string, batches: number, make: (b: number) => ReturnType<typeof row>[]) => {
  const t = performance.now()
  const c0 = process.cpuUsage()
  let n = 0
  for (let b = 0; b < batches; b++) {
    const rows = make(b)
    n += rows.length
    await db.transaction().execute((tx) => r.resolve(tx as never, rows, []))
  }
  const s = (performance.now() - t) / 1000
  const u = process.cpuUsage(c0)
  console.log('   node cpu ms/batch', ((u.user + u.system) / 1000 / batches).toFixed(0))
  console.log(label, `${n} rows`, `${(n / s).toFixed(0)}/s`, `${((1000 * s) / batches).toFixed(0)} ms/batch`)
}
const T = Date.parse('2026-03-01T00:00:00Z')
await run('all new', users / 10000, (b) => Array.from({ length: 10000 }, (_, i) => row(b * 10000 + i, T)))
await run('warm, same minute', 10, () =>
  Array.from({ length: 10000 }, () => row(Math.floor(Math.random() * users), T + 1000)),
)
await run('warm, each seen anew', 10, (b) =>
  Array.from({ length: 10000 }, () => row(Math.floor(Math.random() * users), T + (b + 1) * 3600_000)),
)
r.forget()
await run('cold', 3, () => Array.from({ length: 10000 }, () => row(Math.floor(Math.random() * users), T + 1000)))
await run('identify, new values', 5, (b) =>
  Array.from({ length: 10000 }, (_, i) =>
    row((b * 10000 + i) % users, T + 1e8, 'member.identified', {
      traits: {
        name: `张三${i}`,
        email: `u${i}@example.com`,
        city: '上海',
        plan: 'pro',
        age: i % 80,
        address: { city: 'x', zip: '1' },
      },
    }),
  ),
)
await run('identify, same values', 5, (b) =>
  Array.from({ length: 10000 }, (_, i) =>
    row((b * 10000 + i) % users, T + 2e8, 'member.identified', {
      traits: {
        name: `张三${i}`,
        email: `u${i}@example.com`,
        city: '上海',
        plan: 'pro',
        age: i % 80,
        address: { city: 'x', zip: '1' },
      },
    }),
  ),
)
await close()
await dropDatabase(c, 'perf')
