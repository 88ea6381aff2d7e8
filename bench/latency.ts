// How long after an event was accepted it can be seen: on the member's timeline, in a live segment, and in what a journey
// does about it (a message in the inbox), while others send RATE events a second. BENCH_SECONDS (default 30).
import { quantile, startServer, until } from './server.fixture.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 30)
const RATE = Number(process.env.BENCH_RATE ?? 2000)
const BATCH = 20
const LANES = 4

const server = await startServer(4792)
try {
  const { id: segment } = await server.ask<{ id: string }>('segment.create', {
    name: 'Pinged',
    definition: { event: 'Ping', within: '1d' },
  })
  const nodes = {
    in: { type: 'trigger', on: { event: 'Ping' }, next: 'say' },
    say: {
      type: 'action',
      action: 'message.send',
      input: { channel: 'inbox', purpose: 'service', content: { title: 'Pong', body: 'Pong' } },
      next: 'out',
    },
    out: { type: 'exit' },
  }
  const { id: journey } = await server.ask<{ id: string }>('journey.create', {
    name: 'Pong',
    graph: { nodes, start: 'in' },
    settings: {},
  })
  await server.ask('journey.publish', { id: journey })

  const end = performance.now() + SECONDS * 1000
  let sent = 0
  const lane = async (lane: number) => {
    const connection = await server.connect()
    for (let n = lane; performance.now() < end; n += LANES) {
      const due = end - SECONDS * 1000 + (n * BATCH * 1000) / RATE
      const early = due - performance.now()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      const batch = Array.from({ length: BATCH }, (_, i) => ({
        type: 'track',
        event: ['Product Viewed', 'Product Added', 'Search', 'Share'][i % 4],
        userId: `u-${(n * BATCH + i) % 20_000}`,
        messageId: `l-${n}-${i}`,
        properties: { sku: `SKU-${i}`, price: i },
      }))
      if ((await connection.post('/v1/batch', JSON.stringify({ batch }))) === 200) sent += BATCH
    }
    connection.end()
  }
  const seen: Record<'timeline' | 'segment' | 'journey', number[]> = { timeline: [], segment: [], journey: [] }
  const probes = async () => {
    const connection = await server.connect()
    for (let n = 0; performance.now() < end; n++) {
      const userId = `probe-${n}`
      await connection.post('/v1/identify', JSON.stringify({ userId, traits: { name: 'Probe' } }))
      await new Promise((resolve) => setTimeout(resolve, 500))
      await connection.post('/v1/track', JSON.stringify({ userId, event: 'Ping', properties: {} }))
      const accepted = performance.now()
      let memberId = ''
      await until(async () => {
        memberId = (await server.ask<{ memberId: string }>('member.get', { externalId: userId })).memberId
        return true
      })
      const when = async (what: keyof typeof seen, is: () => Promise<boolean>) => {
        await until(is)
        seen[what].push(performance.now() - accepted)
      }
      const items = (operation: string, input: object) => server.ask<{ items: unknown[] }>(operation, input)
      await Promise.all([
        when('timeline', async () => (await items('member.timeline', { memberId, names: ['Ping'] })).items.length > 0),
        when(
          'segment',
          async () => (await server.ask<{ member: boolean }>('segment.explain', { id: segment, memberId })).member,
        ),
        when('journey', async () => (await items('message.list', { memberId })).items.length > 0),
      ])
    }
    connection.end()
  }
  const cpu = server.cpuSeconds()
  await Promise.all([...Array.from({ length: LANES }, (_, i) => lane(i)), probes()])
  const share = (100 * (server.cpuSeconds() - cpu)) / SECONDS
  console.log(
    `${Math.round(sent / SECONDS)} events/s sent, ${Math.round(share)} % of one core used by server and stores`,
  )
  for (const [what, times] of Object.entries(seen)) {
    times.sort((a, b) => a - b)
    const ms = (q: number) => `${Math.round(quantile(times, q))} ms`
    console.log(`accepted → ${what}: p50 ${ms(0.5)} p95 ${ms(0.95)} (${times.length} probes; reach p95 2000 ms)`)
  }
} finally {
  await server.stop()
}
