// What analyses cost and whom they tell: scopes, kept answers, turns, memory, and an end with their asker.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureWriteKey } from '#data/ingest'
import type { Actor } from '#kernel/context'
import { ensureOwner } from '#people/operator'
import { laneLimits } from '#platform/clickhouse/lane'
import { type World, world } from '#test/world'
import { turns } from './gate.ts'
import { type Kept, Memory } from './memory.ts'

let w: World
let clubs: Actor[]
const people: Record<string, Actor & { memberId: string }> = {}
const day = (n: number) => `2026-02-${String(n).padStart(2, '0')}T04:00:00.000Z`
beforeAll(async () => {
  w = await world({ at: '2026-03-01T02:00:00.000Z' })
  await ensureWriteKey(w.host.db, 'wk_cost', w.now())
  await ensureOwner(w.host.db, { apiKey: API_KEY, now: w.now() })
  for (const externalId of ['mei', 'lin', 'chen', 'twin']) people[externalId] = await w.member({ externalId })
  clubs = []
  for (const [i, members] of [['mei', 'lin'], ['chen']].entries()) {
    const made = (await w.as(w.owner, 'community.create', { name: `C${i}`, type: 'interest', admission: 'open' })) as {
      id: string
    }
    for (const member of members) await w.as(people[member] as Actor, 'community.join', { communityId: made.id })
    clubs.push(w.operator('analyst', { kind: 'communities', ids: [made.id] }))
  }
  await send([
    ...[1, 2, 3].map((n) => ['mei', 'View', day(n)] as const),
    ['lin', 'View', day(2)],
    ['chen', 'View', day(2)],
    ['twin', 'View', day(2)],
    ['chen', 'Buy', day(3)],
  ])
})
afterAll(() => w.end())

const API_KEY = 'key-of-the-environment'
let sent = 0
async function send(rows: readonly (readonly [who: string, event: string, at: string, properties?: object])[]) {
  const batch = rows.map(([userId, event, timestamp, properties = {}]) => ({
    ...{ type: 'track', messageId: `c-${sent++}`, userId, event, timestamp, properties },
  }))
  await fetch(`${await w.http()}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey: 'wk_cost', batch }) })
  await w.settle()
}

const range = { from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z', timezone: 'UTC' }
const members = { series: [{ event: 'View', measure: 'members' }] }
async function total(who: Actor, query: object = members, over: object = range) {
  const answer = (await w.as(who, 'insight.trend', { ...over, ...query })) as { series?: { total: number }[] }
  if (!answer.series) throw new Error(JSON.stringify(answer))
  return answer.series[0]?.total
}
const listed = async (who: Actor, query: object = members) => {
  const insight = { kind: 'trend', query: { ...range, ...query }, cell: '0/~' }
  const { count, sample } = (await w.as(who, 'segment.preview', { definition: { insight } })) as {
    count: number
    sample: { externalId: string }[]
  }
  expect(sample).toHaveLength(count)
  return sample.map((s) => s.externalId).sort()
}

test('numbers, lists and kept answers end at the scope of who asks, whoever asked before', async () => {
  const own = w.operator('store', { kind: 'own', operatorId: '0191f5b0-0000-7000-8000-000000000001' })
  const [first, second] = clubs as [Actor, Actor]
  for (const round of ['cold', 'kept', 'kept']) {
    const seen = []
    for (const who of [w.owner, first, second, own]) seen.push(await total(who))
    expect([round, seen]).toEqual([round, [4, 2, 1, 0]])
  }
  // At once, and the narrow ones first, on a question nobody has asked.
  const again = { series: [{ event: ['View', 'Never'], measure: 'members' }] }
  const all = await Promise.all([own, second, first, w.owner, first, second, own].map((who) => total(who, again)))
  expect(all).toEqual([0, 1, 2, 4, 2, 1, 0])
  expect(await listed(w.owner)).toEqual(['chen', 'lin', 'mei', 'twin'])
  expect(await listed(first)).toEqual(['lin', 'mei'])
  expect(await listed(own)).toEqual([])
  const narrowed = (await w.as(second, 'insight.funnel', {
    ...range,
    steps: [{ event: 'View' }, { event: 'Buy' }],
  })) as { steps: { entered: number }[] }
  expect(narrowed.steps.map((s) => s.entered)).toEqual([1, 1])
})

test('a kept answer ends when what its filter refers to means something else', async () => {
  const made = (await w.as(w.owner, 'segment.create', { name: 'Buyers', definition: { event: 'Buy' } })) as {
    id: string
  }
  const filtered = { ...members, filter: { segment: made.id } }
  expect(await total(w.owner, filtered)).toBe(1)
  expect(await total(w.owner, filtered)).toBe(1)
  const definition = { event: 'View', count: { op: 'gte', value: 1 } }
  await w.as(w.owner, 'segment.update', { id: made.id, definition })
  expect(await total(w.owner, filtered)).toBe(4)
  const metric = { key: 'viewed', name: { en: 'Viewed', zh: '浏览' }, definition: { event: 'Buy' } }
  await w.as(w.owner, 'metric.create', metric)
  const byMetric = { ...members, filter: { metric: 'viewed', op: 'gte', value: 1 } }
  const ofMetric = { series: [{ event: { metric: 'viewed' } }] }
  expect([await total(w.owner, byMetric), await total(w.owner, ofMetric)]).toEqual([1, 1])
  await w.as(w.owner, 'metric.update', { key: 'viewed', definition: { event: 'View' } })
  expect([await total(w.owner, byMetric), await total(w.owner, ofMetric)]).toEqual([4, 6])
})

test('a kept answer ends with a merge, its undoing, an erasure and another place in a community', async () => {
  const [first] = clubs as [Actor]
  const { memberId: keepId } = people.mei as { memberId: string }
  const { memberId: mergeId } = people.twin as { memberId: string }
  expect(await total(w.owner)).toBe(4)
  const merged = (await w.as(w.owner, 'member.merge', { keepId, mergeId })) as { mergeId: string }
  await w.settle()
  expect(await total(w.owner)).toBe(3)
  expect(await listed(w.owner)).toEqual(['chen', 'lin', 'mei'])
  await w.as(w.owner, 'member.unmerge', { mergeId: merged.mergeId })
  await w.settle()
  expect(await total(w.owner)).toBe(4)
  expect(await total(first)).toBe(2)
  const { communityId } = (await w.as(people.lin as Actor, 'community.mine', {}).then((mine) => {
    const [one] = (mine as { items: { communityId: string }[] }).items
    return one
  })) as { communityId: string }
  await w.as(people.lin as Actor, 'community.leave', { communityId })
  await w.settle()
  expect(await total(first)).toBe(1)
  await w.as(w.owner, 'member.erase', { memberId: people.lin?.memberId })
  await w.settle()
  expect(await total(w.owner)).toBe(3)
  expect(await listed(w.owner)).toEqual(['chen', 'mei', 'twin'])
})

test('a kept answer by groups of members ends when one of them changes', async () => {
  const groups = async () => {
    const breakdown = { property: 'city' }
    const { series } = (await w.as(w.owner, 'insight.trend', {
      ...range,
      to: '2026-03-02T00:00:00Z',
      ...members,
      breakdown,
    })) as {
      series: { group: string | null; total: number }[]
    }
    return Object.fromEntries(series.map((s) => [s.group ?? '', s.total]))
  }
  const before = (await groups())['']
  await w.as(w.owner, 'member.upsert', { externalId: 'chen', properties: { city: 'Suzhou' } })
  await w.settle()
  expect(await groups()).toEqual({ '': Number(before) - 1, Suzhou: 1 })
})

test('a kept answer ends when the clock comes to what was told ahead', async () => {
  const over = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', timezone: 'UTC' }
  await send([['mei', 'Ahead', '2026-03-01T08:00:00.000Z']])
  const ahead = { series: [{ event: 'Ahead' }] }
  expect(await total(w.owner, ahead, over)).toBe(0)
  await w.at('2026-03-01T09:00:00.000Z')
  expect(await total(w.owner, ahead, over)).toBe(1)
  await w.at('2026-03-03T00:00:00.000Z')
  expect(await total(w.owner, ahead, over)).toBe(1)
  await w.at('2026-03-01T07:00:00.000Z')
  expect(await total(w.owner, ahead, over)).toBe(0)
})

test('who asks the same at once waits for one answer, which ends with the last of them', async () => {
  const memory = new Memory()
  const kept: Kept = { answer: {}, size: 2, asOf: w.now(), batch: 1, until: w.now() }
  const asked: AbortSignal[] = []
  const done = Promise.withResolvers<Kept>()
  const answer = (signal: AbortSignal) => {
    asked.push(signal)
    signal.addEventListener('abort', () => done.reject(signal.reason))
    return done.promise
  }
  const [a, b, c] = [new AbortController(), new AbortController(), new AbortController()]
  const [first, second] = [memory.once('k', a.signal, answer), memory.once('k', b.signal, answer)]
  a.abort()
  await expect(first).rejects.toThrow()
  expect(asked.map((s) => s.aborted)).toEqual([false])
  done.resolve(kept)
  expect(await second).toBe(kept)
  const other = memory.once('j', c.signal, (signal) => {
    asked.push(signal)
    return new Promise<Kept>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  c.abort()
  await expect(other).rejects.toThrow()
  expect(asked.map((s) => s.aborted)).toEqual([false, true])
})

test('queries wait their turn, and one too many is told to come again', async () => {
  const turn = turns(1, 1)
  const idle = new AbortController().signal
  const first = Promise.withResolvers<string>()
  const running = turn(idle, () => first.promise)
  const leaves = new AbortController()
  const waiting = turn(leaves.signal, async () => 'never')
  await expect(turn(idle, async () => 'refused')).rejects.toMatchObject({ code: 'insight.busy', status: 503 })
  leaves.abort()
  await expect(waiting).rejects.toThrow()
  const next = turn(idle, async () => 'next')
  first.resolve('first')
  expect([await running, await next]).toEqual(['first', 'next'])
})

test('analyses stay within their memory, in an engine of our own and on a server', async () => {
  const GB = 1024 ** 3
  const limit = (memory: number, analysis: number) =>
    Number(laneLimits(2, memory, analysis).interactive.settings.max_memory_usage) / GB
  expect(limit(16 * GB, 1.5 * GB)).toBe(0.75)
  // A small machine gives less.
  expect(limit(1 * GB, 1.5 * GB)).toBeCloseTo(0.3)
  const asked = async (lane: 'interactive' | 'background') => {
    const [row] = await w.warehouse.query<{ m: number }>("SELECT getSetting('max_memory_usage') AS m", {}, { lane })
    return Number(row?.m) / GB
  }
  expect(await asked('interactive')).toBe(0.75)
  expect(await asked('background')).not.toBe(0.75)
})

test('a client that goes away stops its queries in the engine', async () => {
  // A member with so many events that each of the series takes longer than the test waits.
  await w.clickhouse.command(
    `INSERT INTO events (member, timestamp, seq, name, class, properties) SELECT 1, toDateTime64('2026-02-10 00:00:00', 3, 'UTC'),
     number + 1000000, 'Heavy', 'client', '{"a":"some text that no pattern fits, of some length","b":"another one"}'
     FROM numbers(1500000)`,
  )
  const where = Array.from({ length: 20 }, (_, i) => ({ path: 'a', op: 'notIn', value: [`${i}`] })).map((f, i) =>
    i % 2 ? f : { path: `a`, op: 'matches', value: `.*t.*x.*t.*(o|f).*${'[a-z ,]*'.repeat(i + 1)}` },
  )
  const query = { ...range, series: Array.from({ length: 8 }, (_, i) => ({ event: 'Heavy', where: where.slice(i) })) }
  const running = async () => {
    const [row] = await w.clickhouse.query<{ n: number }>(
      `SELECT count() AS n FROM system.processes WHERE current_database = currentDatabase()
       AND query LIKE '%JSONExtractRaw%' AND query NOT LIKE '%system.processes%'`,
      {},
      { lane: 'live' },
    )
    return Number(row?.n ?? 0)
  }
  const until = async (holds: () => Promise<boolean>) => {
    for (const deadline = Date.now() + 50_000; !(await holds()); )
      if (Date.now() > deadline) throw new Error('it did not come to that')
  }
  const [stop, other] = [new AbortController(), new AbortController()]
  const ask = async (signal: AbortSignal) =>
    fetch(`${await w.http()}/api/insight.trend`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(query),
      signal,
    })
  const [one, two] = [ask(stop.signal), ask(other.signal)]
  one.catch(() => {})
  two.catch(() => {})
  await until(async () => (await running()) > 0)
  stop.abort()
  await expect(one).rejects.toThrow()
  // The other still waits for the same answer.
  await until(async () => (await running()) > 0)
  other.abort()
  await until(async () => (await running()) === 0)
  expect(await total(w.owner, { series: [{ event: 'Buy' }] })).toBe(1)
})
