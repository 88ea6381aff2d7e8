import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'
import { who } from '../case.fixture.ts'
import { type Deed, giniByHand, makeTown, PEOPLE, repliesByHand, townStory } from './town.fixture.ts'

let w: World
let ids: Record<string, string>
const FROM = Date.parse('2026-01-10T00:00:00Z')
const TO = Date.parse('2026-02-20T00:00:00Z')
const range = { from: new Date(FROM).toISOString(), to: new Date(TO).toISOString(), timezone: 'UTC' }
const story = townStory(Date.parse('2026-01-01T00:00:00Z'), 11).filter((d) => d.at < Date.parse('2026-03-01T00:00:00Z'))
const during = story.filter((d) => d.at >= FROM && d.at < TO)
const replied = repliesByHand(story).filter((r) => r.at >= FROM && r.at < TO)

beforeAll(async () => {
  w = await world({ at: '2026-03-01T02:00:00.000Z' })
  ids = await makeTown(w, story, Date.parse('2026-01-01T00:00:00Z'))
})
afterAll(() => w.end())

const ask = async <A>(lens: string, query: object = {}): Promise<A> => {
  const answer = (await w.as(w.owner, `insight.lens_${lens}`, { ...range, ...query })) as A & { code?: string }
  if (answer.code) throw new Error(JSON.stringify(answer))
  return answer
}
const behind = (lens: string, cell: string, query: object = {}) => who(w, `lens_${lens}`, { ...range, ...query }, cell)
const set = (names: Iterable<string>) => [...new Set(names)].sort()
const RECEIVED = ['vote.received', 'badge.awarded']
const north = () => ({ community: ids.north })

test('depth: everybody on the deepest step they reached, by their own acts only', async () => {
  const steps = ['lurk', 'react', 'comment', 'post', 'answer', 'lead']
  const deepest = (deeds: readonly Deed[], replies: typeof replied) => {
    const at = new Map<string, number>()
    const reach = (u: string, step: number) => at.set(u, Math.max(at.get(u) ?? 0, step))
    for (const { u, e, actor } of deeds) {
      if (e === 'vote.received') reach(actor ?? '', 1)
      else if (e !== 'badge.awarded') reach(u, { 'comment.created': 2, 'post.created': 3, 'answer.created': 4 }[e] ?? 0)
    }
    for (const [u, step] of at) {
      const others = new Set(replies.flatMap((r) => (r.by === u && r.to !== u ? [r.to] : [])))
      if (step === 4 && others.size >= 5) at.set(u, 5)
    }
    return at
  }
  const early = { from: '2025-12-31T00:00:00Z' }
  const all = deepest(
    story.filter((d) => d.at < TO),
    repliesByHand(story).filter((r) => r.at < TO),
  )
  const places = [
    [{}, deepest(during, replied)],
    // They joined, so that whoever did nothing else looked on.
    [early, new Map([...PEOPLE.map((u) => [u, 0] as const), ...all])],
    [
      north(),
      deepest(
        during.filter((d) => d.community === 'north'),
        replied.filter((r) => r.community === 'north'),
      ),
    ],
  ] as const
  for (const [query, hand] of places) {
    const { levels, members } = await ask<{
      levels: { level: string; members: number; reached: number; cell: string }[]
      members: number
    }>('depth', query)
    expect(levels.map((l) => l.level)).toEqual(steps)
    expect(members).toBe(hand.size)
    for (const [i, level] of levels.entries()) {
      const there = [...hand].flatMap(([u, step]) => (step === i ? [u] : []))
      expect([level.level, level.members, level.reached]).toEqual([
        ...[steps[i], there.length, [...hand.values()].filter((step) => step >= i).length],
      ])
      expect(await behind('depth', level.cell, query)).toEqual(set(there))
    }
  }
})

interface Response {
  questions: number
  answered: number
  open: number
  unanswered: number
  medianSeconds: number
  responders: number
  respondersCell: string
  unansweredCell: string
  waits: { questions: number; cell: string }[]
  buckets: { questions: number }[]
}

test('response: the first reply by another member within the window; what is not over is open', async () => {
  const now = Date.parse('2026-03-01T02:00:00.000Z')
  const window = 3 * 86_400_000
  const all = repliesByHand(story)
  const asked = story.filter((d) => d.e === 'post.created' && d.at >= FROM && d.at < now)
  const hand = asked.map((q) => {
    const first = all
      .filter((r) => r.question === q.data.postId && r.by !== q.u && r.at >= q.at && r.at <= q.at + window)
      .sort((a, b) => a.at - b.at)[0]
    return { u: q.u, by: first?.by, wait: first ? (first.at - q.at) / 1000 : null, open: !first && q.at + window > now }
  })
  const query = { to: '2026-03-10T00:00:00Z', window: '3d' }
  const answer = await ask<Response>('response', query)
  const of = (keep: (q: (typeof hand)[0]) => boolean) => hand.filter(keep)
  const answered = of((q) => q.wait !== null)
  expect(answered.length).toBeGreaterThan(10)
  expect([answer.questions, answer.answered, answer.open, answer.unanswered]).toEqual([
    ...[hand.length, answered.length, of((q) => q.open).length, of((q) => q.wait === null && !q.open).length],
  ])
  const waits = answered.map((q) => q.wait ?? 0).sort((a, b) => a - b)
  const mid = (waits.length - 1) / 2
  expect(answer.medianSeconds).toBeCloseTo(((waits[Math.floor(mid)] ?? 0) + (waits[Math.ceil(mid)] ?? 0)) / 2, 3)
  expect(answer.responders).toBe(set(answered.map((q) => q.by ?? '')).length)
  expect(await behind('response', answer.respondersCell, query)).toEqual(set(answered.map((q) => q.by ?? '')))
  expect(await behind('response', answer.unansweredCell, query)).toEqual(
    set(of((q) => q.wait === null && !q.open).map((q) => q.u)),
  )
  expect(answer.waits.reduce((sum, b) => sum + b.questions, 0)).toBe(answered.length)
  expect(answer.buckets.reduce((sum, b) => sum + b.questions, 0)).toBe(hand.length)
  const slow = answered.filter((q) => (q.wait ?? 0) > 86_400 && (q.wait ?? 0) <= 259_200)
  expect(answer.waits[4]?.questions).toBe(slow.length)
  expect(await behind('response', answer.waits[4]?.cell ?? '', query)).toEqual(set(slow.map((q) => q.u)))
})

const WORTH: Record<string, number> = {
  'answer.created': 8,
  'post.created': 5,
  'comment.created': 2,
  'vote.received': 1,
}
const pointsOf = (deeds: readonly Deed[], worth = WORTH) => {
  const points = new Map<string, number>()
  for (const d of deeds)
    if (worth[d.e] !== undefined && (d.e !== 'vote.received' || d.data.kind === 'up'))
      points.set(d.u, (points.get(d.u) ?? 0) + (worth[d.e] ?? 0))
  return points
}

test('value: weighed contributions, with weights of one’s own', async () => {
  interface Value {
    total: number
    members: number
    median: number
    byEvent: { event: string; count: number; points: number; cell: string }[]
    bands: { from: number; members: number; cell: string }[]
    top: { points: number; cell: string }[]
  }
  const hand = pointsOf(during)
  const sum = [...hand.values()].reduce((a, b) => a + b, 0)
  const answer = await ask<Value>('value')
  expect([answer.total, answer.members]).toEqual([sum, hand.size])
  expect(answer.top[0]?.points).toBe(Math.max(...hand.values()))
  expect(await behind('value', answer.top[0]?.cell ?? '')).toHaveLength(1)
  expect(answer.byEvent.reduce((a, e) => a + e.points, 0)).toBe(sum)
  for (const [i, band] of answer.bands.entries()) {
    const inside = [...hand].filter(
      ([, x]) => x >= band.from && x < (answer.bands[i + 1]?.from ?? Number.POSITIVE_INFINITY),
    )
    expect(band.members).toBe(inside.length)
    expect(await behind('value', band.cell)).toEqual(set(inside.map(([u]) => u)))
  }
  const query = { ...north(), weights: { 'comment.created': 3 } }
  const comments = during.filter((d) => d.e === 'comment.created' && d.community === 'north')
  const own = await ask<Value>('value', query)
  expect([own.total, own.members]).toEqual([3 * comments.length, set(comments.map((c) => c.u)).length])
  expect(await behind('value', own.byEvent[0]?.cell ?? '', query)).toEqual(set(comments.map((c) => c.u)))
})

test('concentration: Gini as the mean difference of all pairs, the top’s share, the curve', async () => {
  const written = { 'post.created': 1, 'answer.created': 1, 'comment.created': 1 }
  interface Concentration {
    contributors: number
    total: number
    gini: number
    top: { percent: number; members: number; share: number; cell: string }[]
    lorenz: { members: number; contributions: number }[]
  }
  for (const [query, deeds] of [
    [{}, during],
    [north(), during.filter((d) => d.community === 'north')],
  ] as const) {
    const hand = [...pointsOf(deeds, written)].sort((a, b) => b[1] - a[1])
    const xs = hand.map(([, x]) => x)
    const answer = await ask<Concentration>('concentration', query)
    expect(answer.contributors).toBe(xs.length)
    expect(answer.gini).toBeCloseTo(giniByHand(xs), 9)
    const k = Math.ceil(xs.length / 5)
    const fifth = answer.top[2]
    expect([fifth?.percent, fifth?.members]).toEqual([20, k])
    expect(fifth?.share).toBeCloseTo(xs.slice(0, k).reduce((a, b) => a + b, 0) / answer.total, 9)
    expect(await behind('concentration', fifth?.cell ?? '', query)).toHaveLength(k)
    expect(answer.lorenz[0]).toEqual({ members: 0, contributions: 0 })
    expect(answer.lorenz.at(-1)).toEqual({ members: 1, contributions: 1 })
    for (const [i, p] of answer.lorenz.entries())
      expect(p.contributions).toBeGreaterThanOrEqual(answer.lorenz[i - 1]?.contributions ?? 0)
    expect(answer.lorenz.every((p) => p.contributions <= p.members + 1e-9)).toBe(true)
  }
  expect(await ask('concentration', { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' })).toMatchObject({
    ...{ contributors: 0, gini: null, lorenz: [] },
  })
})

test('network: ties, their strength, and everybody within two steps', async () => {
  interface Graph {
    members: number
    pairs: number
    mutual: number
    replies: number
    averageReach: number
    nodes: {
      memberId: string
      given: number
      received: number
      reach1: number
      reach2: number
      reach2Cell: string
      reach1Cell: string
    }[]
    edges: { from: string; to: string; replies: number; cell: string }[]
  }
  const others = replied.filter((r) => r.by !== r.to)
  const near = new Map(
    PEOPLE.map((u) => [u, new Set(others.flatMap((r) => (r.by === u ? [r.to] : r.to === u ? [r.by] : [])))]),
  )
  const answer = await ask<Graph>('graph')
  const tied = [...near].filter(([, ties]) => ties.size > 0)
  expect([answer.members, answer.replies]).toEqual([tied.length, others.length])
  expect(answer.pairs).toBe(tied.reduce((sum, [, ties]) => sum + ties.size, 0) / 2)
  expect(answer.averageReach).toBeCloseTo((2 * answer.pairs) / answer.members, 9)
  expect(answer.nodes).toHaveLength(tied.length)
  for (const node of answer.nodes) {
    const { externalId: u } = (await w.as(w.owner, 'member.get', { memberId: node.memberId })) as { externalId: string }
    const ties = near.get(u) ?? new Set()
    const second = new Set([...ties].flatMap((v) => [...(near.get(v) ?? [])]).concat([...ties]))
    second.delete(u)
    const counts = [
      others.filter((r) => r.by === u).length,
      others.filter((r) => r.to === u).length,
      ties.size,
      second.size,
    ]
    expect([node.given, node.received, node.reach1, node.reach2], u).toEqual(counts)
    if (node === answer.nodes[0] || node === answer.nodes.at(-1)) {
      expect(await behind('graph', node.reach1Cell)).toEqual(set(ties))
      expect(await behind('graph', node.reach2Cell)).toEqual(set(second))
    }
  }
  const [strongest] = answer.edges
  expect(answer.edges.reduce((sum, e) => sum + e.replies, 0)).toBe(others.length)
  expect(await behind('graph', strongest?.cell ?? '')).toHaveLength(2)
  const few = await ask<Graph>('graph', { nodes: 3, edges: 2 })
  expect([few.nodes.length, few.edges.length, few.members]).toEqual([3, 2, tied.length])
  expect(few.nodes.map((n) => n.reach2)).toEqual(answer.nodes.slice(0, 3).map((n) => n.reach2))
})

test('gravity: love that fades, times reach; levels part everybody', async () => {
  interface Gravity {
    members: number
    levels: { level: string; members: number; gravity: number; cell: string }[]
    top: { level: string; love: number; reach: number; gravity: number; cell: string }[]
  }
  const others = replied.filter((r) => r.by !== r.to)
  const hand = PEOPLE.flatMap((u) => {
    const love = during
      .filter((d) => d.u === u && WORTH[d.e] !== undefined && (d.e !== 'vote.received' || d.data.kind === 'up'))
      .reduce((sum, d) => sum + (WORTH[d.e] ?? 0) * 0.5 ** ((TO - d.at) / (30 * 86_400_000)), 0)
    const partners = set(others.flatMap((r) => (r.by === u ? [r.to] : r.to === u ? [r.by] : []))).length
    return love > 0 ? [{ u, gravity: love * (1 + Math.log2(1 + partners)) }] : []
  }).sort((a, b) => b.gravity - a.gravity)
  const answer = await ask<Gravity>('gravity', { weights: WORTH })
  expect(answer.members).toBe(hand.length)
  expect(answer.levels.reduce((sum, l) => sum + l.members, 0)).toBe(hand.length)
  for (const [i, one] of answer.top.entries()) expect(one.gravity).toBeCloseTo(hand[i]?.gravity ?? 0, 6)
  const advocates = hand.filter((h) => h.gravity >= 150)
  expect(answer.levels[0]).toMatchObject({ level: 'advocate', members: advocates.length })
  expect(await behind('gravity', answer.levels[0]?.cell ?? '', { weights: WORTH })).toEqual(
    set(advocates.map((h) => h.u)),
  )
})

interface State {
  counts: Record<string, number>
  cells: Record<string, string>
  activeShare: number
  answerRate: number
  gini: number
}

test('health: communities beside each other and beside themselves before, and by city', async () => {
  const { groups } = await ask<{ groups: { group: string; now: State; before: State }[] }>('health')
  expect(groups.map((g) => g.group)).toEqual([ids.north, ids.south])
  const length = TO - FROM
  for (const { group, now, before } of groups) {
    const key = group === ids.north ? 'north' : 'south'
    const living = PEOPLE.filter((_, i) => key === 'north' || i % 2 === 0)
    for (const [state, from, to] of [
      [now, FROM, TO],
      [before, FROM - length, FROM],
    ] as const) {
      const deeds = story.filter((d) => d.community === key && d.at >= from && d.at < to)
      const own = deeds.filter((d) => !RECEIVED.includes(d.e) && living.includes(d.u)).map((d) => d.u)
      const joined = from <= Date.parse('2026-01-01T00:00:00Z') ? living : []
      expect(state.counts.members).toBe(living.length)
      expect(await behind('health', state.cells.active ?? '')).toEqual(set([...own, ...joined]))
      expect(state.counts.active).toBe(set([...own, ...joined]).length)
      expect(state.counts.newcomers).toBe(joined.length)
      const posts = deeds.filter((d) => d.e === 'post.created')
      expect((state.counts.answered ?? 0) + (state.counts.unanswered ?? 0)).toBe(posts.length)
      const written = pointsOf(
        deeds.filter((d) => living.includes(d.u)),
        { 'post.created': 1, 'answer.created': 1, 'comment.created': 1 },
      )
      expect(state.counts.contributors).toBe(written.size)
      expect(state.gini).toBeCloseTo(giniByHand([...written.values()]), 9)
    }
  }
  // Joined on 1 January, 50 days before the end.
  const cohort = groups[1]?.now
  const kept = set(
    story
      .filter((d) => d.community === 'south' && !RECEIVED.includes(d.e) && d.at >= TO - 30 * 86_400_000 && d.at < TO)
      .filter((d) => PEOPLE.indexOf(d.u) % 2 === 0)
      .map((d) => d.u),
  )
  expect([cohort?.counts.joiners, cohort?.counts.retained]).toEqual([7, kept.length])
  expect(await behind('health', cohort?.cells.retained ?? '')).toEqual(kept)

  const cities = await ask<{ groups: { group: string; now: State }[] }>('health', { by: { property: 'city' } })
  expect(cities.groups.map((g) => g.group).sort()).toEqual(['Hangzhou', 'Suzhou'])
  const members = cities.groups.map((g) => g.now.counts.members ?? 0)
  expect(members.reduce((a, b) => a + b, 0)).toBe(PEOPLE.length)
  const [first] = cities.groups
  const query = { by: { property: 'city' } }
  expect(await behind('health', first?.now.cells.members ?? '', query)).toHaveLength(members[0] ?? -1)
})

test('a narrow scope sees its own only, and a cell that is none says so', async () => {
  const nobody = w.operator('analyst', { kind: 'communities', ids: ['0191f5b0-0000-7000-8000-000000000001'] })
  expect(await w.as(nobody, 'insight.lens_graph', range)).toMatchObject({ members: 0, nodes: [], edges: [] })
  expect(await w.as(nobody, 'insight.lens_depth', range)).toMatchObject({ members: 0 })
  expect(await w.as(nobody, 'insight.lens_health', range)).toMatchObject({ groups: [] })
  for (const [kind, cell] of [
    ['lens_graph', 'reach1/x'],
    ['lens_depth', 'is/dive'],
    ['lens_health', 'members/x/then'],
    ['lens_value', 'band/-1'],
  ] as const) {
    const definition = { insight: { kind, query: range, cell } }
    expect(await w.as(w.owner, 'segment.preview', { definition })).toMatchObject({ code: 'input.invalid' })
  }
})
