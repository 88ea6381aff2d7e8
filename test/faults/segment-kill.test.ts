// kill -9 while a segment and a trait are being redefined and while events move members and values: membership, values
// and what was told of them end exactly as without it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProcess, type Server, until } from './server.ts'

const KILLS = Number(process.env.BANYAN_KILLS ?? 2)
const MEMBERS = 2500
const BATCH = 500

let server: Server
beforeAll(async () => {
  server = await createProcess()
  await server.start()
})
afterAll(() => server.stop())

/** Repeats until it is accepted, as clients do. */
const send = (batch: readonly object[]) => until(() => server.send(batch), 120)
/** The same after a restart: done twice it changes nothing. */
async function insist(operation: string, input: object): Promise<void> {
  await until(async () => {
    const answer = await server.ask<{ code?: string }>(operation, input)
    return answer.code === undefined
  }, 120)
}

const externalId = (i: number) => `m-${i}`
const plays = (round: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => ({
    type: 'track',
    event: 'Play',
    userId: externalId(from + k),
    messageId: `p-${round}-${from + k}`,
    properties: { level: (from + k) % 10 },
  }))
const LEVELS = (level: number) => ({ event: 'Play', where: [{ path: 'level', op: 'gte', value: level }] })
const SUM = (level: number) => ({
  measure: { event: 'Play', where: [{ path: 'level', op: 'gte', value: level }], fn: 'sum', of: 'level' },
})
const TIMES = (times: number) => ({ event: 'Play', count: { op: 'gte', value: times } })

async function membersOf(id: string): Promise<string[]> {
  const all: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: { items: { externalId: string }[]; nextCursor: string | null } = await server.ask('segment.members', {
      id,
      limit: 200,
      ...(cursor ? { cursor } : {}),
    })
    all.push(...page.items.map((m) => m.externalId))
    cursor = page.nextCursor
  }
  return all.sort()
}

interface Told {
  memberId: string
  properties: { key: string; value: unknown; before: unknown }
}

/** What was told of each member's value of a trait, from the first to the last. */
async function toldOf(key: string): Promise<Map<string, { value: unknown; before: unknown }[]>> {
  const all: Told[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: { items: Told[]; nextCursor: string | null } = await server.ask('event.list', {
      name: 'trait.changed',
      limit: 200,
      ...(cursor ? { cursor } : {}),
    })
    all.push(...page.items.filter((e) => e.properties.key === key))
    cursor = page.nextCursor
  }
  const inOrder = all.reverse().map(({ memberId, properties: { value, before } }) => ({ memberId, value, before }))
  return Map.groupBy(inOrder, (e) => e.memberId)
}

async function valuesOf(id: string): Promise<Map<string, unknown>> {
  const all = new Map<string, unknown>()
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: { items: { externalId: string; value: unknown }[]; nextCursor: string | null } = await server.ask(
      'trait.members',
      { id, limit: 200, ...(cursor ? { cursor } : {}) },
    )
    for (const m of page.items) all.set(m.externalId, m.value)
    cursor = page.nextCursor
  }
  return all
}

async function transitionsOf(id: string): Promise<Map<string, string[]>> {
  const all = new Map<string, string[]>()
  for (const name of ['segment.entered', 'segment.left'])
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: {
        items: { memberId: string; properties: { segmentId: string } }[]
        nextCursor: string | null
      } = await server.ask('event.list', { name, limit: 200, ...(cursor ? { cursor } : {}) })
      for (const e of page.items)
        if (e.properties.segmentId === id) all.set(e.memberId, [...(all.get(e.memberId) ?? []), name])
      cursor = page.nextCursor
    }
  return all
}

test(`${KILLS} kills while segments and traits are filled and followed: all is as the definitions say, told once`, {
  timeout: 1_200_000,
}, async () => {
  for (let from = 0; from < MEMBERS; from += BATCH) await send(plays(0, from, from + BATCH))
  await server.settle()
  const { id: redefined } = await server.ask<{ id: string }>('segment.create', { name: 'A', definition: LEVELS(5) })
  /** A job that died with its process is taken up again when its lease has run out. */
  const filled = async () => {
    for (const id of [redefined, followed, onTrait])
      await until(async () => (await server.ask<{ state: string }>('segment.get', { id })).state === 'live', 120)
    for (const id of [counted, levels])
      await until(async () => (await server.ask<{ state: string }>('trait.get', { id })).state === 'live', 120)
    await server.settle()
  }
  const { id: followed } = await server.ask<{ id: string }>('segment.create', { name: 'B', definition: TIMES(2) })
  const trait = async (key: string, definition: object) =>
    (await server.ask<{ id: string }>('trait.create', { key, name: key, definition })).id
  const counted = await trait('plays', { measure: { event: 'Play', fn: 'count' } })
  const levels = await trait('levels', SUM(5))
  const { id: onTrait } = await server.ask<{ id: string }>('segment.create', {
    name: 'C',
    definition: { property: 'trait.plays', op: 'gte', value: 2 },
  })
  await server.settle()
  let expected = 5
  for (let kill = 0; kill < KILLS; kill++) {
    expected = kill % 2 === 0 ? 3 : 7
    const moving = (async () => {
      await insist('segment.update', { id: redefined, definition: LEVELS(expected) })
      await insist('trait.update', { id: levels, definition: SUM(expected) })
      const from = (kill * BATCH) % MEMBERS
      await send(plays(1, from, from + BATCH))
    })()
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 1200))
    await server.kill()
    await server.start()
    await moving
    if (kill % 2 === 1) await filled()
  }
  await filled()
  const all = Array.from({ length: MEMBERS }, (_, i) => i)
  const twice = new Set(
    Array.from({ length: KILLS }, (_, k) => (k * BATCH) % MEMBERS).flatMap((f) => all.slice(f, f + BATCH)),
  )
  expect(await membersOf(redefined)).toEqual(
    all
      .filter((i) => i % 10 >= expected)
      .map(externalId)
      .sort(),
  )
  expect(await membersOf(followed)).toEqual([...twice].map(externalId).sort())
  for (const id of [redefined, followed]) {
    const inside = (await server.ask<{ size: number }>('segment.get', { id })).size
    let balance = 0
    for (const names of (await transitionsOf(id)).values()) {
      const entered = names.filter((n) => n === 'segment.entered').length
      // In and out take turns, beginning with in: so many more in than out, never two of a kind.
      expect([0, 1]).toContain(2 * entered - names.length)
      balance += 2 * entered - names.length
    }
    expect(balance).toBe(inside)
  }
  const told = [...(await transitionsOf(followed)).values()]
  expect(told.every((names) => names.length === 1)).toBe(true)

  const timesOf = (i: number) => (twice.has(i) ? 2 : 1)
  expect(await valuesOf(counted)).toEqual(new Map(all.map((i) => [externalId(i), timesOf(i)])))
  const sums = await valuesOf(levels)
  for (const i of all)
    expect([i, sums.get(externalId(i)) ?? 0]).toEqual([i, i % 10 >= expected ? (i % 10) * timesOf(i) : 0])
  for (const [key, values] of [
    ['plays', [...(await valuesOf(counted)).values()]],
    ['levels', [...sums.values()]],
  ] as const) {
    const tales = [...(await toldOf(key)).values()]
    // Each is told from what was told before, nothing twice and nothing left out.
    for (const tale of tales)
      expect(tale.map((e) => e.before)).toEqual([null, ...tale.slice(0, -1).map((e) => e.value)])
    const ends = tales.map((tale) => tale.at(-1)?.value).filter((v) => v !== null)
    expect(ends.map(Number).sort((a, b) => a - b)).toEqual(values.map(Number).sort((a, b) => a - b))
  }
  // What conditions read is what was told.
  expect(await membersOf(onTrait)).toEqual([...twice].map(externalId).sort())
})
