import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'
import { type Happening, type Ingest, only, openCases, who } from './case.fixture.ts'
import { type Act, creditsByHand, pathsByHand, sessionsByHand } from './session.fixture.ts'

let w: World
let ingest: Ingest
beforeAll(async () => {
  w = await world({ at: '2026-03-01T02:00:00.000Z' })
  ingest = await openCases(w)
})
afterAll(() => w.end())

const ask = async (kind: string, query: object) => {
  const answer = (await w.as(w.owner, `insight.${kind}`, query)) as { code?: string }
  if (answer.code) throw new Error(JSON.stringify(answer))
  return answer
}

interface Counted {
  count: number
  members: number
  cell: string
}
interface Paths {
  nodes: (Counted & { id: string; step: number; name: string })[]
  links: (Counted & { from: string; to: string; avgSeconds: number })[]
  dropOff: (Counted & { node: string; further: number })[]
  total: number
  totalCell: string
}
const linksOf = (p: Paths) => Object.fromEntries(p.links.map((l) => [`${l.from} -> ${l.to}`, l.count]))

/** Three members, a fortnight: breaks near half an hour, several events at once, a stretch longer than a day. */
function randomHistory(seed: number): Happening[] {
  let state = seed
  const next = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 4_294_967_296) * n)
  }
  const gaps = [0, 20, 60, 600, 1799, 1800, 1801, 4000, 30_000, 86_400]
  return ['a', 'b', 'c', 'd', 'e'].flatMap((u, k) => {
    let at = Date.parse('2026-02-01T00:00:00Z') + k * 1_000_000
    return Array.from({ length: 130 }, (_, i) => {
      at += 1000 * (u === 'a' && i < 80 ? 1500 + next(301) : (gaps[next(gaps.length)] ?? 0))
      const e = ['View', 'Cart', 'Buy', 'Post', 'Ad', 'Ad'][next(6)] ?? ''
      return { u, e, t: new Date(at).toISOString(), p: e === 'Ad' ? { from: ['red', 'blue', 'park'][next(3)] } : {} }
    })
  })
}
const FROM = '2026-02-01T07:00:00.000Z'
const TO = '2026-02-08T07:00:00.000Z'
const SEED = 7
const history = randomHistory(SEED)
const random = { from: FROM, to: TO, timezone: 'UTC', filter: only('random') }

// Facts of insight-cases.json P02 and P03 (PostHog: test_paths_query_runner.py test_custom_event_paths,
// test_paths_query_runner_ee.py test_step_limit, test_step_conversion_times).
test('published cases of paths', async () => {
  const day = (minute: number) => `2021-05-01T00:0${minute}:00Z`
  await ingest('P02', [
    { u: 'person_1', e: 'custom_event_1', t: day(0) },
    { u: 'person_1', e: 'custom_event_3', t: day(1) },
    { u: 'person_2', e: 'custom_event_1', t: day(0) },
    { u: 'person_2', e: 'custom_event_2', t: day(1) },
    { u: 'person_2', e: 'custom_event_3', t: day(2) },
    { u: 'person_3', e: 'custom_event_2', t: day(0) },
    { u: 'person_3', e: 'custom_event_1', t: day(1) },
    { u: 'person_4', e: 'custom_event_1', t: day(0) },
    { u: 'person_4', e: 'custom_event_2', t: day(1) },
  ])
  const range = { from: '2021-05-01T00:00:00Z', to: '2021-05-08T00:00:00Z', filter: only('P02') }
  const p02 = (await ask('paths', { ...range, steps: 5 })) as Paths
  expect(linksOf(p02)).toEqual({
    '1_custom_event_1 -> 2_custom_event_2': 2,
    '1_custom_event_1 -> 2_custom_event_3': 1,
    '1_custom_event_2 -> 2_custom_event_1': 1,
    '2_custom_event_2 -> 3_custom_event_3': 1,
  })
  const at = (time: string) => `2012-01-01T03:${time}Z`
  await ingest('P03', [
    { u: 'fake', e: '/1', t: at('21:34') },
    { u: 'fake', e: '/2', t: at('22:34') },
    { u: 'fake', e: '/3', t: at('24:34') },
    { u: 'fake', e: '/4', t: at('27:34') },
    { u: 'fake2', e: '/1', t: at('21:34') },
    { u: 'fake2', e: '/2', t: at('23:34') },
    { u: 'fake2', e: '/3', t: at('27:34') },
  ])
  const early = { from: '2012-01-01T00:00:00Z', to: '2012-02-01T00:00:00Z', filter: only('P03') }
  const timed = async (steps: number) =>
    ((await ask('paths', { ...early, steps })) as Paths).links.map((l) => [l.from, l.to, l.count, l.avgSeconds])
  expect(await timed(4)).toEqual([
    ['1_/1', '2_/2', 2, 90],
    ['2_/2', '3_/3', 2, 180],
    ['3_/3', '4_/4', 1, 180],
  ])
  expect(await timed(2)).toEqual([['1_/1', '2_/2', 2, 90]])
})

test('a session: 1800 s stay in, more do not; 24 hours at most; midnight ends none; it counts where it begins', async () => {
  const from = Date.parse('2026-02-10T23:30:00Z')
  const at = (u: string, ...seconds: number[]) =>
    seconds.map((s) => ({ u, e: 'Tick', t: new Date(from + s * 1000).toISOString() }))
  const day = Array.from({ length: 49 }, (_, i) => i * 1800)
  await ingest('edge', [
    ...at('stays', 0, 1800, 3600),
    ...at('breaks', 0, 1800.001),
    ...at('long', ...day, 86_401),
    ...at('before', -1),
    ...at('into', -600, 600),
    ...at('last', 86_399.999, 86_400 + 60),
    ...at('next', 86_400),
  ])
  const query = {
    from: new Date(from).toISOString(),
    to: new Date(from + 86_400_000).toISOString(),
    filter: only('edge'),
  }
  const answer = (await ask('sessions', { ...query, timezone: 'UTC', interval: 'day' })) as Sessions
  // stays 1, breaks 2, long 1 (its 49 ticks span exactly a day; the next begins on the day after), last 1.
  expect(answer.total).toMatchObject({ sessions: 5, members: 4, bounceRate: 2 / 5 })
  expect(answer.buckets).toEqual(['2026-02-10', '2026-02-11'])
  expect(answer.series[0]?.values).toEqual([3, 2])
  expect(await who(w, 'sessions', { ...query, timezone: 'UTC' }, 'in/2026-02-11')).toEqual(['breaks', 'last'])
})

interface Sessions {
  buckets: string[]
  series: { name: string; values: (number | null)[]; cells: string[] }[]
  total: Record<string, number>
  totalCell: string
  bounceCell: string
}

test('paths, sessions and credits of a random history are those counted by hand', async () => {
  await ingest('random', history)
  const byHand = sessionsByHand(history, Date.parse(FROM), Date.parse(TO))
  expect(byHand.length).toBeGreaterThan(30)
  expect(byHand.some((s) => s.length > 20)).toBe(true)

  const hourly = (await ask('sessions', { ...random, interval: 'hour' })) as Sessions
  const median = (sorted: readonly number[]) =>
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2
  const lengths = byHand.map((s) => ((s.at(-1)?.at ?? 0) - (s[0]?.at ?? 0)) / 1000).sort((a, b) => a - b)
  const mean = (list: readonly number[]) => list.reduce((sum, n) => sum + n, 0) / list.length
  expect(hourly.total.sessions).toBe(byHand.length)
  expect(hourly.total.members).toBe(new Set(byHand.map((s) => s[0]?.u)).size)
  expect(hourly.total.avgSeconds).toBeCloseTo(mean(lengths), 6)
  expect(hourly.total.medianSeconds).toBeCloseTo(median(lengths), 6)
  expect(hourly.total.eventsPerSession).toBeCloseTo(mean(byHand.map((s) => s.length)), 6)
  expect(hourly.total.bounceRate).toBeCloseTo(byHand.filter((s) => s.length === 1).length / byHand.length, 9)
  const inHour = (at: string) => byHand.filter((s) => new Date(s[0]?.at ?? 0).toISOString().startsWith(at.slice(0, 13)))
  expect(hourly.series[0]?.values).toEqual(hourly.buckets.map((b) => inHour(b).length))
  const busy = hourly.series[1]?.values.findIndex((n) => (n ?? 0) > 0) ?? -1
  expect(await who(w, 'sessions', { ...random, interval: 'hour' }, hourly.series[1]?.cells[busy] ?? '')).toEqual(
    names(inHour(hourly.buckets[busy] ?? '')),
  )
  expect(await who(w, 'sessions', random, hourly.bounceCell)).toEqual(names(byHand.filter((s) => s.length === 1)))
  const buying = (await ask('sessions', { ...random, event: 'Buy' })) as Sessions
  expect(buying.total.sessions).toBe(byHand.filter((s) => s.some((a) => a.e === 'Buy')).length)

  const shapes = [
    { steps: 5, top: 20 },
    { steps: 4, top: 2 },
    { steps: 3, top: 2, start: 'View' },
    { steps: 4, top: 3, end: 'Buy', exclude: ['Ad'] },
    { steps: 4, top: 20, start: 'View', end: 'Buy' },
    { steps: 2, top: 20, start: 'View', end: 'Post' },
  ]
  for (const shape of shapes) {
    const answer = (await ask('paths', { ...random, ...shape })) as Paths
    const hand = pathsByHand(byHand, shape)
    const sizes = (met: Map<string, string[]>) => Object.fromEntries([...met].map(([k, us]) => [k, us.length]))
    expect(Object.fromEntries(answer.nodes.map((n) => [n.id, n.count])), JSON.stringify(shape)).toEqual(
      sizes(hand.nodes),
    )
    expect(linksOf(answer)).toEqual(sizes(hand.links))
    expect(Object.fromEntries(answer.dropOff.map((d) => [d.node, d.count]))).toEqual(sizes(hand.ends))
    expect(answer.total).toBe(hand.total)
    for (const node of answer.nodes) {
      const into = answer.links.filter((l) => l.to === node.id).reduce((sum, l) => sum + l.count, 0)
      const out = answer.links.filter((l) => l.from === node.id).reduce((sum, l) => sum + l.count, 0)
      const ends = answer.dropOff.find((d) => d.node === node.id)?.count ?? 0
      expect(node.count).toBe(out + ends)
      if (node.step > 1) expect(node.count).toBe(into)
      expect(node.members).toBe(new Set(hand.nodes.get(node.id)).size)
    }
    for (const [list, met, key] of [
      [answer.nodes.slice(0, 1), hand.nodes, (x: never) => (x as Paths['nodes'][0]).id],
      [
        answer.links.slice(-1),
        hand.links,
        (x: never) => `${(x as Paths['links'][0]).from} -> ${(x as Paths['links'][0]).to}`,
      ],
      [answer.dropOff.slice(-1), hand.ends, (x: never) => (x as Paths['dropOff'][0]).node],
    ] as const)
      for (const one of list)
        expect(await who(w, 'paths', { ...random, ...shape }, one.cell)).toEqual(
          [...new Set(met.get(key(one as never)))].sort(),
        )
  }
  const folded = { ...random, steps: 4, top: 2 }
  const other = ((await ask('paths', folded)) as Paths).nodes.find((n) => n.id === '2_$other')
  expect(await who(w, 'paths', folded, other?.cell ?? '')).toHaveLength(other?.members ?? -1)
})

const names = (sessions: readonly (readonly Act[])[]) => [...new Set(sessions.map((s) => s[0]?.u ?? ''))].sort()

interface Attribution {
  rows: {
    name: string | null
    conversions: number
    value: number | null
    share: number
    members: number
    cell: string
  }[]
  unattributed: number
  unattributedCell: string
  total: number
  totalCell: string
}

test.each(['first', 'last', 'linear'])('%s touch: as counted by hand, and the shares are the total', async (model) => {
  const query = {
    ...random,
    ...{ conversion: { event: 'Buy' }, touch: [{ event: 'Ad', by: 'from' }], model, window: '2h' },
  }
  const answer = (await ask('attribution', query)) as Attribution
  const hand = creditsByHand(history, {
    ...{ conversion: 'Buy', touch: 'Ad', by: 'from', model, windowMs: 7_200_000 },
    ...{ from: Date.parse(FROM), to: Date.parse(TO) },
  })
  const of = (group: string | null) => hand.filter((c) => c.group === group)
  expect(answer.rows.length).toBe(3)
  for (const row of answer.rows) {
    expect(row.conversions).toBeCloseTo(
      of(row.name).reduce((sum, c) => sum + c.share, 0),
      4,
    )
    expect(await who(w, 'attribution', query, row.cell)).toEqual([...new Set(of(row.name).map((c) => c.u))].sort())
    expect(row.members).toBe(new Set(of(row.name).map((c) => c.u)).size)
  }
  expect(answer.unattributed).toBe(of(null).length)
  expect(answer.rows.reduce((sum, r) => sum + r.conversions, 0) + answer.unattributed).toBe(answer.total)
  expect(await who(w, 'attribution', query, answer.unattributedCell)).toEqual(
    [...new Set(of(null).map((c) => c.u))].sort(),
  )
})

test('credits: the window’s ends are in it, an event is no touch of itself, value is shared', async () => {
  const at = (u: string, e: string, t: string, p = {}) => ({ u, e, t: `2026-02-20T${t}Z`, p })
  await ingest('credit', [
    at('in', 'Ad', '10:00:00.000', { from: 'x' }),
    at('in', 'Buy', '11:00:00.000', { amount: 100 }),
    at('out', 'Ad', '09:59:59.999', { from: 'x' }),
    at('out', 'Buy', '11:00:00.000', { amount: 10 }),
    at('same', 'Buy', '11:00:00.000', { amount: 7 }),
    at('same', 'Ad', '11:00:00.000', { from: 'y' }),
    at('three', 'Ad', '10:10:00.000', { from: 'x' }),
    at('three', 'Ad', '10:20:00.000'),
    at('three', 'Ad', '10:30:00.000', { from: 'x' }),
    at('three', 'Buy', '10:40:00.000', { amount: 99 }),
  ])
  const query = {
    ...{ from: '2026-02-20T00:00:00Z', to: '2026-02-21T00:00:00Z', filter: only('credit'), value: 'amount' },
    ...{ conversion: { event: 'Buy' }, touch: [{ event: 'Ad', by: 'from' }], window: '1h', model: 'linear' },
  }
  const answer = (await ask('attribution', query)) as Attribution
  expect(answer).toMatchObject({ unattributed: 1, unattributedValue: 10, total: 4, totalValue: 216 })
  expect(answer.rows.map((r) => [r.name, r.conversions.toFixed(4), r.value?.toFixed(3), r.members])).toEqual([
    ['x', '1.6667', '166.000', 2],
    ['y', '1.0000', '7.000', 1],
    [null, '0.3333', '33.000', 1],
  ])
  expect(await who(w, 'attribution', query, answer.rows[2]?.cell ?? '')).toEqual(['three'])
  const itself = { ...query, touch: [{ event: 'Buy' }] }
  expect(await ask('attribution', itself)).toMatchObject({ unattributed: 4, rows: [] })
})

test('what cannot be asked says so', async () => {
  const refused = async (kind: string, query: object) =>
    ((await w.as(w.owner, `insight.${kind}`, { ...random, ...query })) as { code: string }).code
  expect(await refused('paths', { steps: 11 })).toBe('input.invalid')
  expect(await refused('paths', { steps: 1 })).toBe('input.invalid')
  expect(await refused('paths', { session: '2d' })).toBe('input.invalid')
  expect(await refused('attribution', { conversion: { event: 'Buy' }, touch: [] })).toBe('input.invalid')
  const wrong = { insight: { kind: 'paths', query: random, cell: 'node/99/View' } }
  expect(await w.as(w.owner, 'segment.preview', { definition: wrong })).toMatchObject({ code: 'input.invalid' })
})
