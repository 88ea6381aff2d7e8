// The compiler against the plain reading of the same definitions, on a real ClickHouse.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Clickhouse, openClickhouse } from '#platform/clickhouse/clickhouse'
import { factLine } from '#platform/fact-row'
import { createLog } from '#platform/log'
import { warehouseTables } from '#platform/warehouse-tables'
import { type Condition, condition } from './condition.ts'
import { count, verdicts } from './read.ts'
import { holds, type Past, type PastEvent, type PastFact } from './reference.fixture.ts'

const zone = 'Asia/Shanghai'
const BASE = Date.parse('2026-03-01T02:00:00Z')
const MEMBERS = 40

let warehouse: Clickhouse
const name = `t_${randomUUID().replaceAll('-', '')}`
/** What each identity number lived through, and whose number it is today. */
let pasts: Past[] = []
const rootOf = (n: number) => (n % 7 === 0 && n > 7 ? n - 1 : n)

beforeAll(async () => {
  warehouse = await openClickhouse({
    url: inject('clickhouse'),
    dataDir: '/nowhere',
    log: createLog('silent'),
    database: name,
  })
  for (const statements of Object.values(warehouseTables))
    for (const statement of statements) await warehouse.command(statement.replaceAll('{database}', name))
  pasts = fc.sample(past, { numRuns: MEMBERS, seed: 7 })
  const lines = { events: [] as string[], facts: [] as string[], members: [] as string[], aliases: [] as string[] }
  pasts.forEach((p, i) => {
    const member = i + 1
    lines.members.push(JSON.stringify({ number: member, memberId: randomUUID(), at: BASE }))
    if (rootOf(member) !== member) lines.aliases.push(JSON.stringify({ number: member, root: rootOf(member), seq: 1 }))
    p.events.forEach((e, seq) => {
      const properties = JSON.stringify(e.properties)
      lines.events.push(
        JSON.stringify({ member, timestamp: e.t, seq, id: randomUUID(), name: e.name, class: e.class, properties }),
      )
    })
    for (const f of p.facts)
      lines.facts.push(
        factLine({ number: member, key: f.key, value: f.value as never, validFrom: new Date(f.t), seq: BigInt(f.seq) }),
      )
  })
  for (const [table, rows] of Object.entries(lines))
    await warehouse.insert(table, rows.join('\n'), { settings: { date_time_input_format: 'basic' } })
  await warehouse.command('SYSTEM RELOAD DICTIONARY alias')
})
afterAll(async () => {
  await warehouse.command(`DROP DATABASE IF EXISTS ${name}`)
  await warehouse.stop()
})

// Times on and beside the edges of the windows below, so that every off-by-one shows.
const LENGTHS = ['5s', '1m', '24h', '1cd', '2cd', '3cd'] as const
const EDGES = [0, 5000, 60_000, 86_400_000, 36_000_000, 50_400_000, 122_400_000, 136_800_000]
const edge = fc
  .tuple(fc.constantFrom(...EDGES), fc.constantFrom(...EDGES), fc.constantFrom(-1, 0, 1), fc.constantFrom(-1, 0, 1))
  .map(([a, b, sign, ms]) => BASE + sign * (a + b) + ms)
const instantText = edge.map((t) => new Date(t).toISOString())
const day = fc.constantFrom('2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03')
const plain = fc.oneof(
  fc.constantFrom<unknown>(
    '10',
    10,
    10.5,
    '10.50',
    -3,
    0,
    '0',
    true,
    false,
    'true',
    'abc',
    'a',
    '会员',
    '',
    null,
    'null',
  ),
  instantText,
  day,
)
const value = fc.oneof(
  { weight: 6, arbitrary: plain },
  { weight: 1, arbitrary: fc.array(plain, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constant({ deep: 1 }) },
)
const keys = ['x', 'y', 'a.b', 'with space'] as const
const properties = fc
  .tuple(fc.option(value), fc.option(value), fc.option(value), fc.option(value))
  .map(([x, y, b, s]) => ({ ...(x === null ? {} : { x }), ...(y === null ? {} : { y }), a: { b }, 'with space': s }))
const NAMES = ['a', 'b', 'c.one', 'c.two', 'member.identified'] as const
const event: fc.Arbitrary<PastEvent> = fc.tuple(fc.constantFrom(...NAMES), edge, properties).map(([n, t, p]) => ({
  name: n,
  class: n.startsWith('member') ? 'system' : n.startsWith('c') ? 'capability' : 'client',
  t,
  properties: p,
}))
const fact: fc.Arbitrary<PastFact> = fc
  .tuple(fc.constantFrom(...keys), value, edge, fc.nat(1000))
  .map(([k, v, t, seq]) => ({ key: `property:${k}`, value: v, t, seq }))
const past: fc.Arbitrary<Past> = fc.record({
  events: fc.array(event, { maxLength: 12 }),
  facts: fc.uniqueArray(fact, { maxLength: 8, selector: (f) => f.seq }),
})

const scalars = plain.filter((v) => v !== '' && v !== null) as fc.Arbitrary<string | number | boolean>
const comparison = fc.oneof(
  fc.record({ op: fc.constantFrom('eq', 'ne', 'includes'), value: scalars }),
  fc.record({ op: fc.constantFrom('in', 'notIn'), value: fc.array(scalars, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    op: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
    value: scalars.filter((v) => typeof v !== 'boolean'),
  }),
  fc.record({
    op: fc.constantFrom('contains', 'startsWith', 'endsWith'),
    value: fc.constantFrom('a', '1', '0', '会', '%', "'"),
  }),
  fc.record({ op: fc.constant('matches'), value: fc.constantFrom('^a', '^\\d+$', 'b|c', '员$', '.') }),
  fc.record({ op: fc.constantFrom('exists', 'notExists') }),
  fc.record({ op: fc.constantFrom('before', 'after'), value: fc.oneof(instantText, day) }),
  fc.record({ op: fc.constantFrom('withinLast', 'olderThan', 'withinNext'), value: fc.constantFrom(...LENGTHS) }),
)
const path = fc.constantFrom<string | string[]>('x', 'y', 'a.b', ['a', 'b'], ['with space'], 'missing')
const windows = fc.oneof(
  fc.constant({}),
  fc.record({ within: fc.constantFrom(...LENGTHS) }),
  fc.record({ from: instantText }),
  fc.record({ from: instantText, to: instantText }),
)
const num = fc.constantFrom('eq', 'ne', 'gt', 'gte', 'lt', 'lte')
const eventNames = fc.oneof(
  fc.constantFrom('a', 'b', 'c.one', 'c.*', '*', 'member.*', 'member.identified'),
  fc.constant(['a', 'c.*']),
)
const where = fc.array(
  fc.tuple(path, comparison).map(([p, c]) => ({ path: p, ...c })),
  { maxLength: 2 },
)
const clause = fc.oneof(
  fc.tuple(path, comparison).map(([property, c]) => ({ property, ...c })),
  fc
    .tuple(eventNames, windows, where, fc.option(fc.record({ op: num, value: fc.nat(3) })))
    .map(([e, w, f, c]) => ({ event: e, where: f, ...w, ...(c ? { count: c } : {}) })),
  fc
    .tuple(
      eventNames,
      windows,
      where,
      path,
      fc.constantFrom('sum', 'avg', 'min', 'max', 'distinct'),
      num,
      fc.constantFrom(0, 1, 10, 10.5),
    )
    .map(([e, w, f, of, fn, op, v]) => ({ event: e, where: f, ...w, measure: { of, fn }, op, value: v })),
)
const definition = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    clause,
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('node').map((not) => ({ not })),
  ),
})).node

/** A member's life, with that of the numbers merged into it. */
function wholeOf(number: number): Past {
  const mine = pasts.filter((_, i) => rootOf(i + 1) === number)
  return { events: mine.flatMap((p) => p.events), facts: mine.flatMap((p) => p.facts) }
}

/** Every instant at which something can turn, and a millisecond to each side. */
function criticalInstants(who: Past): number[] {
  const own = [...who.events.map((e) => e.t), ...who.facts.map((f) => f.t)]
  const marks = own.flatMap((t) => EDGES.map((d) => t + d))
  return [...new Set([...marks, ...EDGES.map((d) => BASE + d)])].sort((a, b) => a - b)
}

describe('compiled definitions', () => {
  it('answer like the plain reading, now and at every later instant until they say they may change', async () => {
    const three = fc.array(definition, { minLength: 3, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(three, edge, async (raws, at) => {
        const parsed = raws.map((raw): Condition => condition.parse(raw))
        const rows = await verdicts(warehouse, parsed, { kind: 'all' }, { at: new Date(at), zone })
        const roots = pasts.map((_, i) => i + 1).filter((n) => rootOf(n) === n)
        expect(rows.map((r) => r.number).sort((a, b) => a - b)).toEqual(roots)
        // Looking through all instants costs most; some members a run see every kind of clause over the runs.
        const watched = Math.abs(at % 5)
        for (const { number, verdicts: mine } of rows) {
          const whole = wholeOf(number)
          const now = parsed.map((c) => holds(c, whole, { at, zone }))
          expect({ number, holds: mine.map((v) => v.holds) }).toEqual({ number, holds: now })
          if (number % 5 !== watched) continue
          for (const [i, c] of parsed.entries())
            for (const t of criticalInstants(whole).filter((t) => t > at && t < (mine[i]?.changesAt ?? 0)))
              expect({ number, t, holds: holds(c, whole, { at: t, zone }) }).toEqual({ number, t, holds: now[i] })
        }
        const [first] = parsed
        if (!first) return
        const counted = await count(warehouse, first, { at: new Date(at), zone })
        expect(counted.count).toBe(rows.filter((r) => r.verdicts[0]?.holds).length)
      }),
      { numRuns: 100 },
    )
  }, 300_000)

  it('answer the same for some members, each at its own instant, and for a range', async () => {
    const parsed = condition.parse({ any: [{ event: 'a', within: '1m' }, { not: { property: 'x', op: 'exists' } }] })
    const numbers = [1, 2, 3, 4, 5, 6]
    const ats = numbers.map((n) => new Date(BASE + n * 1000))
    const some = await verdicts(warehouse, [parsed], { kind: 'some', numbers, ats }, { at: new Date(0), zone })
    for (const [i, number] of numbers.entries()) {
      const [alone] = await verdicts(
        warehouse,
        [parsed],
        { kind: 'some', numbers: [number] },
        { at: ats[i] ?? new Date(), zone },
      )
      expect(some.find((r) => r.number === number)?.verdicts).toEqual(alone?.verdicts)
    }
    const all = await verdicts(warehouse, [parsed], { kind: 'all' }, { at: new Date(BASE), zone })
    const range = await verdicts(
      warehouse,
      [parsed],
      { kind: 'range', after: 10, upTo: 30 },
      { at: new Date(BASE), zone },
    )
    const byNumber = (list: typeof all) =>
      list.filter((r) => r.number > 10 && r.number <= 30).sort((a, b) => a.number - b.number)
    expect(byNumber(range)).toEqual(byNumber(all))
    expect(range.length).toBe(byNumber(all).length)
  })
})
