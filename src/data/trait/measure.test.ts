// The SQL of traits against the plain reading of the same definitions, on a real ClickHouse: values at any instant, and
// that nothing changes before the instant they say it may.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type Clickhouse, openClickhouse } from '#platform/clickhouse/clickhouse'
import { createLog } from '#platform/log'
import { warehouseTables } from '#platform/warehouse-tables'
import { definition as schema } from './definition.ts'
import { BASE, COMMUNITY, definition, EDGES, edge, NAMES, properties } from './history.fixture.ts'
import { judge, type Measurable } from './read.ts'
import { agrees, type PastEvent } from './reference.fixture.ts'

const zone = 'Asia/Shanghai'
// biome-ignore lint/style/noProcessEnv: how long a run is and which one are for whoever runs the test to say
const { BANYAN_TRIPLES, BANYAN_SEED } = process.env
const MEMBERS = 40
/** A run tries so many definitions on all histories at one instant. */
const PER_RUN = 6
const RUNS = Math.ceil(Number(BANYAN_TRIPLES ?? 1500) / PER_RUN / MEMBERS)
const SEED = Number(BANYAN_SEED ?? Math.floor(Math.random() * 2 ** 31))
const rootOf = (n: number) => (n % 7 === 0 && n > 7 ? n - 1 : n)
const roots = Array.from({ length: MEMBERS }, (_, i) => i + 1).filter((n) => rootOf(n) === n)

const event: fc.Arbitrary<PastEvent> = fc
  .tuple(fc.constantFrom(...NAMES), edge, properties, fc.nat(1_000_000), fc.boolean())
  .map(([name, t, p, seq, here]) => ({
    name,
    class: name.startsWith('c') ? 'capability' : 'client',
    t,
    seq,
    properties: p,
    ...(here ? { communityId: COMMUNITY } : {}),
  }))

let warehouse: Clickhouse
let pasts: PastEvent[][] = []
beforeAll(async () => {
  console.info(`${RUNS * PER_RUN * roots.length} triples of definition, history and clock, seed ${SEED}`)
  pasts = fc.sample(fc.uniqueArray(event, { maxLength: 14, selector: (e) => e.seq }), { numRuns: MEMBERS, seed: 11 })
  warehouse = await openClickhouse({
    url: inject('clickhouse'),
    dataDir: '/nowhere',
    log: createLog('silent'),
    database: `t_${randomUUID().replaceAll('-', '')}`,
  })
  for (const statements of Object.values(warehouseTables))
    for (const statement of statements) await warehouse.command(statement.replaceAll('{database}', warehouse.database))
  const settings = { date_time_input_format: 'basic' }
  const lines = (rows: readonly object[]) => rows.map((r) => JSON.stringify(r)).join('\n')
  const numbers = pasts.map((_, i) => i + 1)
  await warehouse.insert(
    'events',
    lines(
      pasts.flatMap((events, i) =>
        events.map(({ t, properties: p, ...e }) => ({
          ...{ member: i + 1, timestamp: t, id: randomUUID(), properties: JSON.stringify(p) },
          ...e,
        })),
      ),
    ),
    { settings },
  )
  await warehouse.insert('members', lines(numbers.map((number) => ({ number, memberId: randomUUID(), at: BASE }))), {
    settings,
  })
  const merged = numbers.filter((n) => rootOf(n) !== n)
  await warehouse.insert('aliases', lines(merged.map((number) => ({ number, root: rootOf(number), seq: 1 }))))
  await warehouse.command('SYSTEM RELOAD DICTIONARY alias')
})
afterAll(async () => {
  await warehouse.command(`DROP DATABASE IF EXISTS ${warehouse.database}`)
  await warehouse.stop()
})

const wholeOf = (number: number) => pasts.filter((_, i) => rootOf(i + 1) === number).flat()

/** Every instant at which something can turn, and beside it. */
function instantsAfter(events: readonly PastEvent[], at: number): number[] {
  const marks = events.flatMap((e) => [
    ...EDGES.map((d) => e.t + d),
    ...Object.values(e.properties).flatMap((p) => {
      const date = typeof p === 'string' ? Date.parse(p) : Number.NaN
      return Number.isNaN(date) ? [] : EDGES.map((d) => date + d)
    }),
  ])
  const days = EDGES.map((d) => BASE + d)
  return [...new Set([...marks, ...days].flatMap((t) => [t - 1, t, t + 1]))].filter((t) => t > at).sort((a, b) => a - b)
}

it('is what the plain reading says, and stays so until it says it may change', async () => {
  const some = fc.array(definition(), { minLength: PER_RUN, maxLength: PER_RUN })
  await fc.assert(
    fc.asyncProperty(some, edge, async (raws, at) => {
      const traits = raws.map(
        (raw, i): Measurable => ({ id: String(i), definition: schema.parse(raw), thresholds: null }),
      )
      const answers = await judge(warehouse, traits, { kind: 'all', at: new Date(at) }, { zone, lane: 'live' })
      const watched = Math.abs(at % 5)
      for (const number of roots)
        for (const trait of traits) {
          const { value, next } = answers.of(trait, number)
          const whole = wholeOf(number)
          const says = (t: number) => agrees(value, trait.definition, whole, { at: t, zone })
          expect({ number, of: trait.definition, value, is: says(at) }).toEqual({
            ...{ number, of: trait.definition, value, is: true },
          })
          if (number % 5 !== watched) continue
          for (const t of instantsAfter(whole, at).filter((x) => next === null || x < next))
            expect({ number, of: trait.definition, value, next, t, is: says(t) }).toEqual({
              ...{ number, of: trait.definition, value, next, t, is: true },
            })
        }
    }),
    { numRuns: RUNS, seed: SEED },
  )
}, 3_000_000)

it('is the same for some members, each at its own instant, and for a range', async () => {
  const traits = [
    { measure: { event: '*', fn: 'count', within: '24h' } },
    { measure: { event: 'a', fn: 'last', of: 'x' } },
    { measure: { event: '*', fn: 'streak' } },
  ].map((raw, i): Measurable => ({ id: String(i), definition: schema.parse(raw), thresholds: null }))
  const ats = roots.map((n) => new Date(BASE + (n % 3) * 3_600_000))
  const how = { zone, lane: 'live' as const }
  const each = await judge(warehouse, traits, { kind: 'some', numbers: roots, ats }, how)
  for (const hours of [0, 1, 2]) {
    const at = new Date(BASE + hours * 3_600_000)
    const range = await judge(warehouse, traits, { kind: 'range', after: 4, upTo: 20, at }, how)
    for (const number of roots.filter((n) => n > 4 && n <= 20 && n % 3 === hours))
      for (const trait of traits) expect(each.of(trait, number)).toEqual(range.of(trait, number))
    for (const trait of traits) expect(range.of(trait, 21)).toEqual({ value: null, next: null })
  }
})
