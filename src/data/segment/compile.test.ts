// The compiler against the plain reading of the same definitions, on a real ClickHouse.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Clickhouse, openClickhouse } from '#platform/clickhouse/clickhouse'
import { factLine } from '#platform/fact-row'
import { createLog } from '#platform/log'
import { warehouseTables } from '#platform/warehouse-tables'
import { compile } from './compile.ts'
import { type Condition, condition } from './condition.ts'
import { BASE, definition, EDGES, edge, past, STORES, TOPICS } from './history.fixture.ts'
import type { Who } from './query.ts'
import { count, idsOf, page, verdicts } from './read.ts'
import { holds, type Past } from './reference.fixture.ts'

const zone = 'Asia/Shanghai'
// biome-ignore lint/style/noProcessEnv: how long a run is and which one are for whoever runs the test to say
const { BANYAN_TRIPLES, BANYAN_SEED } = process.env
const MEMBERS = 40
const DEFINITIONS = 3
/** A triple is a definition, a history and an instant; a run has each definition meet each history. */
const RUNS = Math.ceil(Number(BANYAN_TRIPLES ?? 5000) / (DEFINITIONS * MEMBERS))
const SEED = Number(BANYAN_SEED ?? Math.floor(Math.random() * 2 ** 31))
const INNER = ['0190c000-0000-7000-8000-000000000001', '0190c000-0000-7000-8000-000000000002'] as const
const segments = new Map<string, Condition>([
  [INNER[0], condition.parse({ event: 'a', within: '1m', count: { op: 'gte', value: 1 } })],
  [INNER[1], condition.parse({ not: { segment: INNER[0] } })],
])
const tags = new Map<string, Condition>([['none', condition.parse({ not: { event: 'b', within: '5s' } })]])
const links = { segments, tags, topics: TOPICS, cells: new Map(), metrics: new Map(), stores: STORES }
const reading = { zone, segments, tags, topics: TOPICS, stores: STORES }

let warehouse: Clickhouse
/** The same members, each in one of four. */
let shards: Clickhouse[] = []
const SHARDS = 4
const name = `t_${randomUUID().replaceAll('-', '')}`
/** What each identity number lived through, and whose number it is today. */
let pasts: Past[] = []
const rootOf = (n: number) => (n % 7 === 0 && n > 7 ? n - 1 : n)

beforeAll(async () => {
  console.info(`${RUNS * DEFINITIONS * MEMBERS} triples, seed ${SEED}`)
  pasts = fc.sample(past, { numRuns: MEMBERS, seed: 7 })
  warehouse = await filled(name, () => true)
  shards = await Promise.all(
    Array.from({ length: SHARDS }, (_, i) => filled(`${name}_${i}`, (number) => rootOf(number) % SHARDS === i)),
  )
})
afterAll(async () => {
  for (const one of [warehouse, ...shards]) {
    await one.command(`DROP DATABASE IF EXISTS ${one.database}`)
    await one.stop()
  }
})

/** A database with the lives of some numbers. */
async function filled(database: string, has: (number: number) => boolean): Promise<Clickhouse> {
  const made = await openClickhouse({
    url: inject('clickhouse'),
    dataDir: '/nowhere',
    log: createLog('silent'),
    database,
  })
  for (const statements of Object.values(warehouseTables))
    for (const statement of statements) await made.command(statement.replaceAll('{database}', database))
  const lines = { events: [] as string[], facts: [] as string[], members: [] as string[], aliases: [] as string[] }
  pasts.forEach((p, i) => {
    const member = i + 1
    if (!has(member)) return
    lines.members.push(JSON.stringify({ number: member, memberId: p.memberId, at: BASE }))
    if (rootOf(member) !== member) lines.aliases.push(JSON.stringify({ number: member, root: rootOf(member), seq: 1 }))
    for (const e of p.events) {
      const properties = JSON.stringify(e.properties)
      const { seq, name, class: kind } = e
      lines.events.push(
        JSON.stringify({ member, timestamp: e.t, seq, id: randomUUID(), name, class: kind, properties }),
      )
    }
    for (const f of p.facts)
      lines.facts.push(
        factLine(
          { number: member, key: f.key, value: f.value as never, validFrom: new Date(f.t), seq: BigInt(f.seq) },
          1,
        ),
      )
  })
  const settings = { date_time_input_format: 'basic' }
  for (const table of ['events', 'members', 'aliases'] as const)
    await made.insert(table, lines[table].join('\n'), { settings })
  const columns = ['member', 'key', 'value', 'kind', 'validFrom', 'seq', 'batch']
  await made.insert('facts', lines.facts.join('\n'), { settings, columns, format: 'JSONCompactEachRow' })
  await made.command('SYSTEM RELOAD DICTIONARY alias')
  return made
}

/** A member's life, with that of the numbers merged into it. */
function wholeOf(number: number): Past {
  const mine = pasts.filter((_, i) => rootOf(i + 1) === number)
  return {
    memberId: pasts[number - 1]?.memberId ?? '',
    events: mine.flatMap((p) => p.events),
    facts: mine.flatMap((p) => p.facts),
  }
}

/** Every instant at which something can turn, and a millisecond to each side. */
function criticalInstants(who: Past): number[] {
  const own = [...who.events.map((e) => e.t), ...who.facts.map((f) => f.t)]
  const marks = own.flatMap((t) => EDGES.map((d) => t + d))
  return [...new Set([...marks, ...EDGES.map((d) => BASE + d)])].sort((a, b) => a - b)
}

describe('compiled definitions', () => {
  it('answer like the plain reading, now and at every later instant until they say they may change', async () => {
    const three = fc.array(definition(INNER), { minLength: DEFINITIONS, maxLength: DEFINITIONS })
    await fc.assert(
      fc.asyncProperty(three, edge, async (raws, at) => {
        const parsed = raws.map((raw): Condition => condition.parse(raw))
        const compiled = parsed.map((c) => compile(c, zone, links))
        const answers = await verdicts(warehouse, compiled, { kind: 'all' }, { at: new Date(at) })
        const rows = answers.map((a) => ({ ...a, verdicts: compiled.map(a.verdict) }))
        const roots = pasts.map((_, i) => i + 1).filter((n) => rootOf(n) === n)
        expect(rows.map((r) => r.number).sort((a, b) => a - b)).toEqual(roots)
        // Looking through all instants costs most; some members a run see every kind of clause over the runs.
        const watched = Math.abs(at % 5)
        for (const { number, verdicts: mine } of rows) {
          const whole = wholeOf(number)
          const now = parsed.map((c) => holds(c, whole, { at, ...reading }))
          expect({ number, holds: mine.map((v) => v.holds) }).toEqual({ number, holds: now })
          if (number % 5 !== watched) continue
          for (const [i, c] of parsed.entries())
            for (const t of criticalInstants(whole).filter((t) => t > at && t < (mine[i]?.changesAt ?? 0)))
              expect({ number, t, holds: holds(c, whole, { at: t, ...reading }) }).toEqual({ number, t, holds: now[i] })
        }
        for (const [i, one] of compiled.entries()) {
          const holding = rows.filter((r) => r.verdicts[i]?.holds)
          const counted = await count(warehouse, one, { at: new Date(at) })
          expect(counted.count).toBe(holding.length)
          expect(counted.first).toEqual(holding.map((r) => r.number).sort((a, b) => a - b))
        }
      }),
      { numRuns: RUNS, seed: SEED },
    )
  }, 3_000_000)

  it('answer the same where members are spread over four databases, merged ones together', async () => {
    await fc.assert(
      fc.asyncProperty(definition(INNER), edge, async (raw, at) => {
        const one = compile(condition.parse(raw), zone, links)
        const when = { at: new Date(at) }
        const whole = await count(warehouse, one, when)
        const parts = await Promise.all(shards.map((s) => count(s, one, when)))
        expect(parts.flatMap((p) => p.first).sort((a, b) => a - b)).toEqual(whole.first)
        expect(parts.reduce((sum, p) => sum + p.count, 0)).toBe(whole.count)
      }),
      { numRuns: Math.ceil(RUNS / 2), seed: SEED },
    )
  }, 3_000_000)

  it('answer the same for some members, each at its own instant, and for a range', async () => {
    const raw = {
      any: [{ event: 'a', within: '1m' }, { event: 'b', within: '5s' }, { not: { property: 'x', op: 'exists' } }],
    }
    const parsed = compile(condition.parse(raw), zone)
    const numbers = [1, 2, 3, 4, 5, 6]
    const ats = numbers.map((n) => [new Date(BASE + n * 1000), ...(n % 2 === 0 ? [new Date(BASE - n * 1000)] : [])])
    const ask = async (who: Who, at: Date) =>
      (await verdicts(warehouse, [parsed], who, { at }))
        .map(({ number, at, verdict }) => ({ number, at, ...verdict(parsed) }))
        .sort((a, b) => a.number - b.number || a.at - b.at)
    const some = await ask({ kind: 'some', numbers, ats }, new Date(0))
    expect(some).toHaveLength(ats.flat().length)
    for (const [i, number] of numbers.entries())
      for (const at of ats[i] ?? []) {
        const alone = await ask({ kind: 'some', numbers: [number] }, at)
        expect(some.filter((r) => r.number === number && r.at === at.getTime())).toEqual(alone)
      }
    const all = await ask({ kind: 'all' }, new Date(BASE))
    const range = await ask({ kind: 'range', after: 10, upTo: 30 }, new Date(BASE))
    expect(range).toEqual(all.filter((r) => r.number > 10 && r.number <= 30))
  })

  it('walks through those for whom it holds, page by page', async () => {
    const parsed = compile(condition.parse({ not: { event: 'a', within: '1m' } }), zone)
    const at = { at: new Date(BASE) }
    const { count: n, first } = await count(warehouse, parsed, at)
    const seen: string[] = []
    for (let after = 0, more = true; more; ) {
      const some = await page(warehouse, parsed, at, { after, limit: 7 })
      more = some.length === 7
      after = some.at(-1)?.number ?? after
      seen.push(...some.map((r) => r.memberId))
    }
    expect(seen).toHaveLength(n)
    expect(await idsOf(warehouse, first)).toEqual(seen.slice(0, 200))
  })
})
