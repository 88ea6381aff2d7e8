import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'
import { candidates } from './candidates.ts'
import { type Filter, filterCondition } from './condition.ts'
import { namedApart } from './find.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())

type Json = Record<string, unknown>
const found = async (...filters: Filter[]) => {
  const { items } = (await w.as(w.owner, 'member.find', { filters, limit: 200 })) as { items: Json[] }
  return items.map((m) => String(m.externalId)).sort()
}
/** As if the last change of everybody were long ago, so that only the warehouse speaks for them. */
const age = () => sql`update members set changed_at = changed_at - interval '1 day'`.execute(w.db)

const VALUES = [
  0,
  5,
  5.5,
  -3,
  999,
  '5',
  '7',
  'Shanghai',
  '上海市',
  'SHANG',
  ['Shanghai', 'x'],
  { deep: 'Shanghai' },
  true,
  '',
  null,
]
const FILTERS: Filter[] = ['v', 'v.deep', 'nowhere'].flatMap((property) => [
  ...[5, -3, 5.5, '5', 'Shanghai', 1000].flatMap((value) => [
    { property, op: 'gte' as const, value },
    { property, op: 'lte' as const, value },
  ]),
  ...['shang', '上海', 'zz', '5'].map((value) => ({ property, op: 'contains' as const, value })),
  { property, op: 'notExists' as const },
])

test('whom the warehouse names and PostgreSQL judges is whom PostgreSQL alone finds', async () => {
  for (const [i, v] of VALUES.entries()) {
    await w.as(w.owner, 'member.upsert', { externalId: `c-${i}`, properties: { v, n: i } })
    // Told before or after, in one member and in a pair that is merged.
    if (i % 3 === 0)
      await w.as(w.owner, 'member.upsert', { externalId: `c-${i}`, properties: { v: VALUES[(i + 4) % VALUES.length] } })
    if (i % 4 === 0) {
      const other = (await w.as(w.owner, 'member.upsert', { externalId: `o-${i}`, properties: { v: 5 } })) as Json
      const keep = (await w.as(w.owner, 'member.get', { externalId: `c-${i}` })) as Json
      await w.as(w.owner, 'member.merge', { keepId: keep.memberId, mergeId: other.memberId })
    }
  }
  await w.as(w.owner, 'member.upsert', { externalId: 'plain' })
  await w.settle()
  const pairs = FILTERS.map((filter, i) => [filter, FILTERS[(i * 7 + 3) % FILTERS.length] ?? filter])
  const alone = [await Promise.all(FILTERS.map((f) => found(f))), await Promise.all(pairs.map((p) => found(...p)))]
  expect(new Set(alone[0]?.map(String)).size).toBeGreaterThan(8)
  await age()
  expect([await Promise.all(FILTERS.map((f) => found(f))), await Promise.all(pairs.map((p) => found(...p)))]).toEqual(
    alone,
  )
})

test('what was changed a moment ago is found before the warehouse has it', async () => {
  await w.settle()
  await age()
  await w.as(w.owner, 'member.upsert', { externalId: 'plain', properties: { v: 123_456 } })
  expect(await found({ property: 'v', op: 'gte', value: 100_000 })).toEqual(['plain'])
  await w.as(w.owner, 'member.upsert', { externalId: 'brand-new' })
  expect(await found({ property: 'v', op: 'notExists' })).toContain('brand-new')
})

test('those with a name and those without, read apart, are in the order of all', async () => {
  await w.as(w.owner, 'member.upsert', { externalId: 'full', properties: { firstName: '梅', lastName: '林', v: 1 } })
  for (const [i, name] of ['Bo', '安', 'Zoe', '', 'Bo', '', '', '', '', ''].entries()) {
    const properties = { ...(name && { name }), ...(i % 4 === 1 && { v: i }) }
    await w.as(w.owner, 'member.upsert', { externalId: `named-${i}`, properties })
  }
  await w.settle()
  await age()
  const filters: Filter[] = [{ property: 'v', op: 'notExists' }]
  const asked = { search: [], others: filters.map((f) => filterCondition(f, true)) }
  for (const order of ['asc', 'desc'] as const) {
    const ids: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = { filters, sort: 'name' as const, order, limit: 2, ...(cursor ? { cursor } : {}) }
      const all = (await w.as(w.owner, 'member.find', page)) as { items: Json[]; nextCursor: string | null }
      const reader = { db: w.db as never, warehouse: w.host.warehouse }
      const { named } = await candidates(reader, filters, true)
      const apart = named && (await namedApart(reader.db, asked, named, page))
      // The nameless are read ahead of what is asked; where they end, nobody says so but who reads everybody.
      if (apart) expect(apart.slice(0, 2).map((r) => r.id)).toEqual(all.items.map((m) => m.memberId))
      ids.push(...(apart ?? []).slice(0, 2).map((r) => r.id))
      if (!all.nextCursor) break
      cursor = all.nextCursor
    }
    expect(ids.length).toBeGreaterThanOrEqual(4)
  }
})
