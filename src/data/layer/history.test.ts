// Flows and trends against the plain reading: each member's layer at an instant, found one condition at a time by
// `segment.preview` as of then.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sent, type Shop, shop } from './shop.fixture.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-03-01T02:00:00.000Z')
const MEMBERS = 40
const NAMES = ['Lesson Read', 'Photo Shared', 'Question Asked']
/** Told apart by what they ask: windows, counts, pure negation, first events, regular ones. */
const CONDITIONS = [
  { firstEvent: '*', within: '7d' },
  { not: { event: '*', within: '30d' } },
  { event: 'Photo Shared', within: '21d', count: { op: 'gte', value: 2 } },
  { regularly: { event: '*' }, every: '7d', of: 4, atLeast: 3 },
  { event: 'Question Asked', count: { op: 'lt', value: 1 } },
  { bucket: { salt: 'layers', from: 0, to: 0.4 } },
  { any: [{ event: 'Lesson Read', within: '14d' }, { not: { event: 'Photo Shared' } }] },
]

let s: Shop
/** The first instant anything was heard of each member. */
const first = new Map<string, number>()

/** Numbers that look random and are the same every time (a linear congruential generator). */
function sequence(seed: number) {
  let x = seed
  return (below: number) => {
    x = (x * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((x / 2 ** 32) * below)
  }
}

beforeAll(async () => {
  s = await shop(new Date(NOW).toISOString())
  const draw = sequence(20_261_122)
  const sent: Sent[] = []
  for (let m = 0; m < MEMBERS; m++) {
    const user = `h:${m}`
    const began = 1 + draw(70)
    for (let n = 0; n <= draw(12); n++) {
      // Whole days, so that some fall exactly on the edges of windows.
      const at = NOW - (n === 0 ? began : draw(began)) * DAY
      sent.push({ user, event: NAMES[draw(NAMES.length)] ?? '', at: new Date(at).toISOString() })
      first.set(user, Math.min(at, first.get(user) ?? at))
    }
  }
  await s.track(...sent)
  // Made today, with no past.
  await s.w.member({ externalId: 'h:today' })
  first.set('h:today', NOW)
  await s.w.settle()
})
afterAll(() => s.w.end())

type Layered = { key: string; condition: object | null }

/** Who is in which layer at an instant, from previews; whoever was not here yet is left out. */
async function layersAt(layers: readonly Layered[], at: number): Promise<Map<string, string>> {
  const placed = new Map<string, string>()
  const here = [...first].filter(([, since]) => since <= at).map(([user]) => user)
  for (const { key, condition } of layers) {
    const asked = { asOf: new Date(at).toISOString(), limit: 200 }
    const holding = condition
      ? ((await s.ask('segment.preview', { definition: condition, ...asked })).sample as { externalId: string }[])
      : here.map((externalId) => ({ externalId }))
    for (const { externalId } of holding)
      if (here.includes(externalId) && !placed.has(externalId)) placed.set(externalId, key)
  }
  expect(placed.size).toBe(here.length)
  return placed
}

const sizesOf = (layers: readonly Layered[], placed: ReadonlyMap<string, string>) =>
  layers.map(({ key }) => ({ key, size: [...placed.values()].filter((k) => k === key).length }))

async function make(name: string, conditions: readonly object[]): Promise<{ id: string; layers: Layered[] }> {
  const layers = conditions.map((condition, i) => ({ key: `l${i}`, name: { en: `l${i}`, zh: `l${i}` }, condition }))
  const { id } = await s.ask('layer.create', { name: { en: name, zh: name }, layers })
  await s.w.settle()
  return { id: id as string, layers: [...layers, { key: 'other', condition: null }] }
}

interface Flow {
  before: { key: string; size: number }[]
  after: { key: string; size: number }[]
  links: { from: string | null; to: string; members: number }[]
}
const sum = (list: readonly { members: number }[]) => list.reduce((n, l) => n + l.members, 0)
const at = (days: number) => NOW - days * DAY
const span = (from: number, to: number) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })

describe('flow', () => {
  const draw = sequence(42)
  const cases = Array.from({ length: 6 }, (_, i) => {
    const order = CONDITIONS.toSorted(() => draw(3) - 1).slice(0, 2 + draw(3))
    const from = 10 + draw(60)
    return [`case ${i}`, order, at(from), at(draw(from))] as const
  })

  it.each(cases)('%s: rows add up to the start, columns to the end, every cell as read one by one', async (...row) => {
    const [name, conditions, from, to] = row
    const { id, layers } = await make(name, conditions)
    const flow = (await s.ask('layer.flow', { id, ...span(from, to) })) as unknown as Flow
    const [then, later] = [await layersAt(layers, from), await layersAt(layers, to)]
    expect(flow.before).toEqual(sizesOf(layers, then))
    expect(flow.after).toEqual(sizesOf(layers, later))
    const expected = new Map<string, number>()
    for (const [user, key] of later) {
      const way = `${then.get(user) ?? null} → ${key}`
      expected.set(way, (expected.get(way) ?? 0) + 1)
    }
    expect(new Map(flow.links.map((l) => [`${l.from} → ${l.to}`, l.members]))).toEqual(expected)
    for (const { key, size } of flow.before) expect(sum(flow.links.filter((l) => l.from === key))).toBe(size)
    for (const { key, size } of flow.after) expect(sum(flow.links.filter((l) => l.to === key))).toBe(size)
  })

  it('says who, page by page', async () => {
    const { id, layers } = await make('who', [CONDITIONS[1] ?? {}])
    const [from, to] = [at(35), at(1)]
    const [then, later] = [await layersAt(layers, from), await layersAt(layers, to)]
    for (const source of [null, 'l0', 'other'])
      for (const target of ['l0', 'other']) {
        const found: (string | null)[] = []
        for (let cursor: string | null = ''; cursor !== null; ) {
          const asked = { id, ...span(from, to), source, target, limit: 3, ...(cursor ? { cursor } : {}) }
          const page = (await s.ask('layer.flow_members', asked)) as {
            items: { externalId: string | null }[]
            nextCursor: string | null
          }
          found.push(...page.items.map((m) => m.externalId))
          cursor = page.nextCursor
        }
        const expected = [...later].filter(([user, key]) => key === target && (then.get(user) ?? null) === source)
        expect(found.toSorted()).toEqual(expected.map(([user]) => user).toSorted())
      }
    expect(
      await s.refused('layer.flow_members', { id, ...span(from, to), source: 'nothing', target: 'l0' }),
    ).toMatchObject({
      code: 'object.unknown',
    })
  })

  it('refuses the future and a span that runs backwards', async () => {
    const { id } = await make('span', [CONDITIONS[0] ?? {}])
    const invalid = { code: 'input.invalid', status: 400 }
    expect(await s.refused('layer.flow', { id, ...span(at(1), at(-1)) })).toMatchObject(invalid)
    expect(await s.refused('layer.trend', { id, ...span(at(1), at(2)) })).toMatchObject(invalid)
  })
})

describe('trend', () => {
  it('has at every point what a preview as of then has, and ends with the live sizes', async () => {
    const { id, layers } = await make('trend', CONDITIONS.slice(0, 3))
    const asked = { id, ...span(at(60), at(0)), points: 5 }
    const { points } = (await s.ask('layer.trend', asked)) as { points: { at: string; sizes: object[] }[] }
    expect(points.map((p) => p.at)).toEqual([60, 45, 30, 15, 0].map((d) => new Date(at(d)).toISOString()))
    for (const point of points)
      expect(point.sizes).toEqual(sizesOf(layers, await layersAt(layers, Date.parse(point.at))))
    const live = await s.scheme(id)
    expect(points.at(-1)?.sizes).toEqual(live.layers.map(({ key, size }) => ({ key, size })))
    for (const [i, layer] of live.layers.entries()) {
      const definition = { segment: layer.segmentId }
      expect(await s.ask('segment.preview', { definition })).toMatchObject({ count: live.layers[i]?.size })
    }
  })
})

describe('a narrowed scope', () => {
  it('sees its own members in every number and list', async () => {
    const { id } = await make('narrow', [CONDITIONS[1] ?? {}])
    const operatorId = '0190d000-0000-7000-8000-000000000001'
    const store = s.w.operator('store', { kind: 'own', operatorId })
    const ask = (operation: string, input: object) =>
      s.w.as(store, operation, { id, ...input }) as Promise<Record<string, unknown>>
    expect(await ask('layer.get', {})).toMatchObject({ members: 0 })
    const mine = ['h:1', 'h:2', 'h:3', 'h:today']
    const members = []
    for (const externalId of mine) members.push({ externalId, memberId: await s.idOf(externalId) })
    for (const { memberId } of members) await s.ask('member.set_owner', { memberId, ownerId: operatorId })
    await s.w.settle()
    const scheme = (await ask('layer.get', {})) as { members: number; layers: { key: string; size: number }[] }
    expect(scheme.members).toBe(mine.length)
    const flow = (await ask('layer.flow', span(at(35), at(0)))) as unknown as Flow
    expect(flow.after).toEqual(scheme.layers.map(({ key, size }) => ({ key, size })))
    expect(sum(flow.links)).toBe(mine.length)
    const { points } = (await ask('layer.trend', { ...span(at(35), at(0)), points: 2 })) as {
      points: { sizes: object[] }[]
    }
    expect(points[1]?.sizes).toEqual(flow.after)
    const seen: (string | null)[] = []
    for (const { key } of scheme.layers) {
      const page = (await ask('layer.members', { key })) as { items: { memberId: string }[] }
      seen.push(...page.items.map((m) => m.memberId))
    }
    expect(seen.toSorted()).toEqual(members.map((m) => m.memberId).toSorted())
    const { items } = (await ask('layer.list', { search: 'narrow' })) as { items: object[] }
    expect(items).toMatchObject([{ members: mine.length }])
  })
})

it('revenue is what the members of each layer paid in a year, in the currency of the brand', async () => {
  const { id, layers } = await make('paid', [CONDITIONS[1] ?? {}])
  const placed = await layersAt(layers, NOW)
  const [silent, present] = ['l0', 'other'].map((key) => [...placed].find(([, k]) => k === key)?.[0] ?? '')
  const paid = (externalId: string | undefined, orderId: string, amount: number, days: number, currency = 'CNY') =>
    s.ask('order.import', { externalId, orderId, amount, currency, paidAt: new Date(at(days)).toISOString() })
  await paid(silent, 'r-1', 3000, 40)
  await paid(present, 'r-2', 900, 3)
  await paid(present, 'r-3', 100, 364)
  // Too long ago, and not money of the brand.
  await paid(present, 'r-4', 70_000, 366)
  await paid(present, 'r-5', 70_000, 3, 'USD')
  await s.w.settle()
  expect(await s.ask('layer.revenue', { id })).toEqual({
    currency: 'CNY',
    total: 4000,
    layers: [
      { key: 'l0', amount: 3000, share: 0.75 },
      { key: 'other', amount: 1000, share: 0.25 },
    ],
  })
})

it('a merge makes two members one, in the past too', async () => {
  const { id } = await make('merged', [CONDITIONS[1] ?? {}])
  const before = (await s.ask('layer.flow', { id, ...span(at(30), at(0)) })) as unknown as Flow
  const [keepId, mergeId] = [await s.idOf('h:10'), await s.idOf('h:11')]
  await s.ask('member.merge', { keepId, mergeId })
  await s.w.settle()
  const { links } = (await s.ask('layer.flow', { id, ...span(at(30), at(0)) })) as unknown as Flow
  expect(sum(links)).toBe(sum(before.links) - 1)
})
