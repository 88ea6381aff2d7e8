// Random definitions and random lives, on and beside the edges of each other, so that every off-by-one shows.
import fc from 'fast-check'
import type { Past, PastEvent, PastFact } from './reference.fixture.ts'

export const BASE = Date.parse('2026-03-01T02:00:00Z')
export const LENGTHS = ['5s', '1m', '24h', '1cd', '2cd', '3cd'] as const
/** The lengths above in milliseconds, and local midnights of Shanghai around BASE. */
export const EDGES = [0, 5000, 60_000, 86_400_000, 36_000_000, 50_400_000, 122_400_000, 136_800_000]
export const edge = fc
  .tuple(fc.constantFrom(...EDGES), fc.constantFrom(...EDGES), fc.constantFrom(-1, 0, 1), fc.constantFrom(-1, 0, 1))
  .map(([a, b, sign, ms]) => BASE + sign * (a + b) + ms)
const instantText = edge.map((t) => new Date(t).toISOString())
const day = fc.constantFrom('2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03')
const plain = fc.oneof(
  fc.constantFrom<unknown>(
    ...['10', 10, 10.5, '10.50', -3, 0, '0', true, false, 'true', 'abc', 'a', '会员', '', null, 'null'],
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
export const COMMUNITIES = ['0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000002'] as const
export const LISTS = ['0190b000-0000-7000-8000-000000000001', '0190b000-0000-7000-8000-000000000002'] as const
export const STORES = new Map<string, { name: string; point: readonly [number, number] }>([
  ['0190d000-0000-7000-8000-000000000001', { name: '静安店', point: [31.2304, 121.4737] }],
  ['0190d000-0000-7000-8000-000000000002', { name: 'Taveuni', point: [-16.8, 179.99] }],
])
/** Around the stores, across the date line, at a pole, and on the other side of the Earth. */
export const PLACES: [number, number][] = [
  [31.2304, 121.4737],
  [31.2304, 121.4738],
  [31.24, 121.5],
  [-16.8, -179.99],
  [90, 0],
  [-31.2304, -58.5263],
]
export const TOPICS = new Map([
  ['news', false],
  ['offers', true],
])
const properties = fc
  .tuple(fc.option(value), fc.option(value), fc.option(value), fc.option(value))
  .map(([x, y, b, s]) => ({ ...(x === null ? {} : { x }), ...(y === null ? {} : { y }), a: { b }, 'with space': s }))
const NAMES = ['a', 'b', 'c.one', 'c.two', 'member.identified'] as const
const event: fc.Arbitrary<PastEvent> = fc
  .tuple(fc.constantFrom(...NAMES), edge, properties, fc.nat(1_000_000))
  .map(([n, t, p, seq]) => ({
    name: n,
    class: n.startsWith('member') ? 'system' : n.startsWith('c') ? 'capability' : 'client',
    t,
    seq,
    properties: p,
  }))
const standing = fc.record({
  state: fc.constantFrom('active', 'left'),
  role: fc.constantFrom('member', 'owner'),
  level: fc.constantFrom(1, 2, undefined),
  joinedAt: instantText,
})
const keyed = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.constantFrom(...keys).map((k) => `property:${k}`),
      value,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('tag:vip', 'tag:new'), fc.constantFrom<unknown>(true, null, 'x', false)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom(...LISTS).map((l) => `list:${l}`),
      fc.constantFrom<unknown>(true, null),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom(...TOPICS.keys()).map((t) => `topic:${t}`),
      fc.boolean(),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant('coordinates'), fc.constantFrom<unknown>(...PLACES, null)),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('score:ltv'), fc.constantFrom<unknown>(1, 10, 10.5, null)) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom(...COMMUNITIES).map((c) => `community:${c}`),
      standing,
    ),
  },
)
const fact: fc.Arbitrary<PastFact> = fc
  .tuple(keyed, edge, fc.nat(1_000_000))
  .map(([[key, v], t, seq]) => ({ key, value: v, t, seq }))
export const past: fc.Arbitrary<Past> = fc.record({
  memberId: fc.uuid({ version: 7 }),
  events: fc.uniqueArray(event, { maxLength: 12, selector: (e) => e.seq }),
  facts: fc.uniqueArray(fact, { maxLength: 12, selector: (f) => f.seq }),
})

const scalars = plain.filter((v) => v !== '' && v !== null) as fc.Arbitrary<string | number | boolean>
const length = fc.constantFrom(...LENGTHS)
const comparison = fc.oneof(
  fc.record({ op: fc.constantFrom('eq', 'ne', 'includes'), value: scalars }),
  fc.record({ op: fc.constantFrom('in', 'notIn'), value: fc.array(scalars, { minLength: 1, maxLength: 3 }) }),
  fc.record({ op: fc.constantFrom('gt', 'gte', 'lt', 'lte'), value: scalars.filter((v) => typeof v !== 'boolean') }),
  fc.record({
    op: fc.constantFrom('contains', 'startsWith', 'endsWith'),
    value: fc.constantFrom('a', '1', '0', '会', '%', "'"),
  }),
  fc.record({ op: fc.constant('matches'), value: fc.constantFrom('^a', '^\\d+$', 'b|c', '员$', '.') }),
  fc.record({ op: fc.constantFrom('exists', 'notExists') }),
  fc.record({ op: fc.constantFrom('before', 'after'), value: fc.oneof(instantText, day) }),
  fc.record({ op: fc.constantFrom('withinLast', 'olderThan', 'withinNext'), value: length }),
)
const path = fc.constantFrom<string | string[]>('x', 'y', 'a.b', ['a', 'b'], ['with space'], 'missing')
const windows = fc.oneof(
  fc.constant({}),
  { weight: 3, arbitrary: fc.record({ within: length }) },
  fc.record({ from: instantText }),
  fc.record({ from: instantText, to: instantText }),
)
const num = fc.constantFrom('eq', 'ne', 'gt', 'gte', 'lt', 'lte')
const names = fc.oneof(
  fc.constantFrom('a', 'b', 'c.one', 'c.*', '*', 'member.*', 'member.identified'),
  fc.constant(['a', 'c.*']),
)
const where = fc.array(
  fc.tuple(path, comparison).map(([p, c]) => ({ path: p, ...c })),
  { maxLength: 2 },
)
const few = fc.oneof({ weight: 3, arbitrary: fc.constant([] as unknown[]) }, where)
const count = fc.record({ op: num, value: fc.nat(3) })
const step = fc.record({ event: names, where: few })
const apart = fc.constantFrom(['5s', '1m'], ['1m', '24h'], ['5s', '24h'], ['1cd', '2cd'], ['1cd', '3cd'], ['1m', '3cd'])
const clause = fc.oneof(
  fc.tuple(path, comparison).map(([property, c]) => ({ property, ...c })),
  fc.record({
    held: fc.record({ property: path, equals: scalars }),
    op: fc.constantFrom('gte', 'lt'),
    for: length,
  }),
  fc
    .tuple(names, windows, few, fc.option(count))
    .map(([e, w, f, c]) => ({ event: e, where: f, ...w, ...(c ? { count: c } : {}) })),
  fc
    .tuple(
      names,
      windows,
      few,
      path,
      fc.constantFrom('sum', 'avg', 'min', 'max', 'distinct'),
      num,
      fc.constantFrom(0, 1, 10, 10.5),
    )
    .map(([e, w, f, of, fn, op, v]) => ({ event: e, where: f, ...w, measure: { of, fn }, op, value: v })),
  fc.record({ lastEvent: names, where: few, has: where.filter((w) => w.length > 0) }),
  fc.record({ firstEvent: names, within: length }),
  fc
    .tuple(fc.array(step, { minLength: 2, maxLength: 4 }), windows, fc.option(length))
    .map(([sequence, w, gap]) => ({ sequence, ...w, ...(gap ? { gap } : {}) })),
  fc
    .tuple(step, fc.option(count), length, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
    .map(([regularly, c, every, m, n]) => ({
      regularly,
      every,
      of: Math.max(m, n),
      atLeast: Math.min(m, n),
      ...(c ? { count: c } : {}),
    })),
  fc.tuple(names, apart).map(([stopped, [quiet, active]]) => ({ stopped, active, quiet })),
  fc.tuple(names, apart).map(([restarted, [recent, quietFrom]]) => ({ restarted, quietFrom, recent })),
  fc.record({ tag: fc.constantFrom('vip', 'new', 'none') }),
  fc.record({ list: fc.constantFrom(...LISTS) }),
  fc.record({ subscribed: fc.constantFrom(...TOPICS.keys()) }),
  fc
    .tuple(
      fc.constantFrom('any', ...COMMUNITIES),
      fc.option(fc.constantFrom('active', 'left')),
      fc.option(fc.constantFrom('member', 'owner')),
      fc.option(fc.record({ op: num, value: fc.constantFrom(1, 2) })),
      fc.option(length),
    )
    .map(([community, state, role, level, joinedWithin]) =>
      Object.fromEntries(Object.entries({ community, state, role, level, joinedWithin }).filter(([, v]) => v !== null)),
    ),
  fc.record({
    near: fc.oneof(
      fc.record({ store: fc.constantFrom(...STORES.keys()) }),
      fc.record({ point: fc.constantFrom(...PLACES) }),
    ),
    radius: fc.constantFrom('5m', '10m', '2.12km', '2.13km', '2.715km', '13000km', '20010km', '20014km'),
  }),
  fc.record({ score: fc.constant('ltv'), op: num, value: fc.constantFrom(1, 10, 10.5) }),
  fc
    .tuple(fc.constantFrom('s', 't'), fc.constantFrom(0, 0.25, 0.5), fc.constantFrom(0.5, 0.75, 1))
    .map(([salt, from, to]) => ({ bucket: { salt, from, to } })),
)

/** A raw definition; it may name the segments of these ids. */
export const definition = (segments: readonly string[] = []) =>
  fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      segments.length > 0
        ? fc.oneof({ weight: 9, arbitrary: clause }, fc.record({ segment: fc.constantFrom(...segments) }))
        : clause,
      fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
      fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
      tie('node').map((not) => ({ not })),
    ),
  })).node
