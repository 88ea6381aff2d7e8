// How soon live segments follow while RATE events a second come in and SEGMENTS segments stand on their names, and what
// that costs. First the same load without segments; the difference is theirs. Then the same for TRAITS traits beside them.
// BENCH_SECONDS (default 60), BENCH_MEMBERS (default 20000, who then do something every ten seconds each: a look takes
// longer the more its members have done), BENCH_HISTORY (default 10, what each has done before).
import { setTimeout as after } from 'node:timers/promises'
import { quantile, startServer, until } from './server.fixture.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 60)
const BASE_SECONDS = 20
const TRAIT_SECONDS = Math.min(SECONDS, 60)
const RATE = Number(process.env.BENCH_RATE ?? 2000)
const SEGMENTS = Number(process.env.BENCH_SEGMENTS ?? 200)
const TRAITS = Number(process.env.BENCH_TRAITS ?? 20)
const BATCH = 20
const LANES = 4
const MEMBERS = Number(process.env.BENCH_MEMBERS ?? 20_000)
const HISTORY = Number(process.env.BENCH_HISTORY ?? 10)
const NAMES = Array.from({ length: 40 }, (_, i) => `Act ${i}`)
/** 0 ≤ x < 1, each `of` as if of its own: who acts says nothing of what is done. */
function chance(n: number, of: number): number {
  const mixed = Math.imul((n + 1) ^ (of * 0x9e3779b9), 0x85ebca6b)
  const again = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)
  return ((again ^ (again >>> 13)) >>> 0) / 2 ** 32
}
/** Each has habits: four names, which come from the few that make most of what happens. */
function habitOf(member: number, n: number): string {
  const habit = chance(member * 4 + (n % 4), 1)
  return NAMES[Math.floor(NAMES.length * habit ** 2)] ?? 'Act 0'
}
function eventOf(n: number) {
  const member = Math.floor(MEMBERS * chance(n, 2))
  return {
    type: 'track',
    event: habitOf(member, n),
    userId: `u-${member}`,
    messageId: `l-${n}`,
    properties: { price: n % 300, channel: ['app', 'web', 'shop'][n % 3] },
  }
}

/** Eight kinds of definitions, all windows, each name in many. */
function definitionOf(i: number): object {
  const event = NAMES[i % NAMES.length]
  const other = NAMES[(i + 5) % NAMES.length]
  const within = ['1d', '7d', '30d', '90d'][i % 4]
  const kinds: object[] = [
    {
      all: [
        { event, within, count: { op: 'gte', value: 1 + (i % 3) } },
        { property: 'city', op: 'eq', value: `c${i % 50}` },
      ],
    },
    { all: [{ event, within }, { not: { event: other, within: '7d' } }] },
    { event, within, where: [{ path: 'price', op: 'gte', value: i }] },
    { event, within, measure: { of: 'price', fn: 'sum' }, op: 'gt', value: 100 },
    { lastEvent: event, has: [{ path: 'channel', op: 'eq', value: 'app' }] },
    { sequence: [{ event }, { event: other }], within },
    { stopped: event, active: '60d', quiet: '14d' },
    {
      any: [
        { property: 'level', op: 'gte', value: 3 },
        { event, within, where: [{ path: 'channel', op: 'in', value: ['app', 'web'] }] },
      ],
    },
  ]
  return kinds[i % kinds.length] as object
}

/** Kinds of measures, as a brand has them; most over a window. */
function measureOf(i: number): object {
  const source = { event: NAMES[i % NAMES.length], ...(i % 3 === 0 ? {} : { within: ['30d', '90d'][i % 2] }) }
  const kinds: object[] = [
    { ...source, fn: 'count' },
    { ...source, fn: 'sum', of: 'price' },
    { ...source, fn: 'last' },
    { ...source, fn: 'days' },
    { ...source, fn: 'mostFrequent', of: 'channel' },
  ]
  return { measure: kinds[i % kinds.length] }
}

const ms = (times: readonly number[], q: number) =>
  `${Math.round(
    quantile(
      times.toSorted((a, b) => a - b),
      q,
    ),
  )} ms`

const server = await startServer(4794)
let serial = 0
/** Each is of somebody new. */
let probes = 0
try {
  await history(HISTORY * MEMBERS)
  const base = await load(BASE_SECONDS, null)
  console.log(`without segments: ${base.rate} events/s, ${base.share} % of one core`)
  const ids: string[] = []
  for (let i = 0; i < SEGMENTS; i++) {
    const { id } = await server.ask<{ id: string }>('segment.create', {
      name: `Live ${i}`,
      definition: definitionOf(i),
    })
    ids.push(id)
  }
  const { id: pinged } = await server.ask<{ id: string }>('segment.create', {
    name: 'Pinged',
    definition: { event: 'Ping', within: '1d' },
  })
  const began = performance.now()
  for (const id of [...ids, pinged])
    await until(async () => (await server.ask<{ state: string }>('segment.get', { id })).state === 'live', 600)
  console.log(`${SEGMENTS} segments filled in ${Math.round((performance.now() - began) / 1000)} s`)
  const live = await load(SECONDS, pinged)
  console.log(`with ${SEGMENTS} segments: ${live.rate} events/s, ${live.share} % of one core`)
  console.log(`segments: ${live.share - base.share} % of one core (reach 60 %)`)
  console.log(`accepted → in the segment: p50 ${ms(live.seen, 0.5)} p95 ${ms(live.seen, 0.95)} (reach p95 2000 ms)`)
  const traits: string[] = []
  for (let i = 0; i < TRAITS; i++) traits.push(await makeTrait(`t_${i}`, measureOf(i)))
  traits.push(await makeTrait('pings', { measure: { event: 'Ping', fn: 'count' } }))
  for (const id of traits)
    await until(async () => (await server.ask<{ state: string }>('trait.get', { id })).state === 'live')
  const both = await load(TRAIT_SECONDS, pinged, 'pings')
  console.log(`with ${TRAITS} traits beside them: ${both.rate} events/s, ${both.share - live.share} % of one core more`)
  console.log(`accepted → in the segment, with traits: p50 ${ms(both.seen, 0.5)} p95 ${ms(both.seen, 0.95)}`)
  console.log(`accepted → in the trait: p50 ${ms(both.told, 0.5)} p95 ${ms(both.told, 0.95)} (reach p95 2000 ms)`)
} finally {
  await server.stop()
}

/** What they did before: without a past every event would make somebody enter something. */
async function history(events: number) {
  const lane = async () => {
    const connection = await server.connect()
    while (serial < events) {
      const batch = Array.from({ length: 500 }, () => eventOf(serial++))
      while ((await connection.post('/v1/batch', JSON.stringify({ batch }))) !== 200) await after(100)
    }
    connection.end()
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: LANES }, lane))
  const userId = 'u-last'
  const connection = await server.connect()
  await connection.post('/v1/track', JSON.stringify({ userId, event: 'Ping', properties: {} }))
  connection.end()
  await until(async () => (await server.ask<{ id: string }>('member.get', { externalId: userId })).id !== '', 300)
  console.log(`${serial} events of ${MEMBERS} members before, in ${Math.round((performance.now() - began) / 1000)} s`)
}

async function makeTrait(key: string, definition: object): Promise<string> {
  return (await server.ask<{ id: string }>('trait.create', { key, name: key, definition })).id
}

/** How long until each probe stood in the segment, and until the trait of that key had a value. */
async function load(seconds: number, segment: string | null, trait?: string) {
  const start = performance.now()
  const end = start + seconds * 1000
  let sent = 0
  let next = 0
  const lane = async () => {
    const connection = await server.connect()
    while (performance.now() < end) {
      const early = start + (next++ * BATCH * 1000) / RATE - performance.now()
      if (early > 0) await after(early)
      const batch = Array.from({ length: BATCH }, () => eventOf(serial++))
      if ((await connection.post('/v1/batch', JSON.stringify({ batch }))) === 200) sent += BATCH
    }
    connection.end()
  }
  const seen: number[] = []
  let minute = { ends: start + 60_000, since: 0 }
  const told: number[] = []
  const stands = async (externalId: string, key: string) =>
    (await server.ask<{ items: { key: string; value: unknown }[] }>('trait.of_member', { externalId })).items.some(
      (t) => t.key === key && t.value !== null,
    )
  const probe = async () => {
    while (segment && performance.now() < end) {
      // The server closes one that has been idle for longer than a slow probe takes.
      const connection = await server.connect()
      const userId = `u-${(probes++ * 977) % MEMBERS}-p`
      await connection.post('/v1/track', JSON.stringify({ userId, event: 'Ping', properties: {} }))
      const accepted = performance.now()
      const valued = trait
        ? until(() => stands(userId, trait)).then(() => told.push(performance.now() - accepted))
        : null
      await until(
        async () =>
          (
            await server.ask<{ items: { externalId: string }[] }>('segment.members', { id: segment, limit: 5 })
          ).items.some((m) => m.externalId === userId),
        SECONDS,
      )
      seen.push(performance.now() - accepted)
      if (performance.now() > minute.ends) {
        const times = seen.slice(minute.since)
        console.log(
          `  minute ${Math.round((minute.ends - start) / 60_000)}: p50 ${ms(times, 0.5)} p95 ${ms(times, 0.95)}`,
        )
        minute = { ends: minute.ends + 60_000, since: seen.length }
      }
      await valued
      connection.end()
    }
  }
  const cpu = server.cpuSeconds()
  await Promise.all([...Array.from({ length: LANES }, lane), probe()])
  const share = Math.round((100 * (server.cpuSeconds() - cpu)) / ((performance.now() - start) / 1000))
  return { rate: Math.round(sent / seconds), share, seen, told }
}
