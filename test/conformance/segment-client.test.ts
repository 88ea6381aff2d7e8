import { deflateSync, gzipSync } from 'node:zlib'
// The stock Segment client, with a host and a write key alone.
import { Analytics } from '@segment/analytics-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'

let w: World
let base: string
let writeKey: string
beforeAll(async () => {
  w = await world()
  base = await w.http()
  const source = (await w.as(w.owner, 'source.create', { name: 'Website', key: 'website' })) as { id: string }
  writeKey = ((await w.as(w.owner, 'source.create_key', { sourceId: source.id })) as { writeKey: string }).writeKey
})
afterAll(() => w.end())

const stored = async () => {
  await w.settle()
  return w.warehouse.query<{ name: string; class: string; properties: string; messageId: string; root: number }>(
    `SELECT name, class, properties, messageId, dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member)) AS root
     FROM events WHERE source = 'website' ORDER BY seq`,
  )
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${base}/v1/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

test('all six call types arrive, and belong to one member', async () => {
  const errors: unknown[] = []
  const analytics = new Analytics({ writeKey, host: base, flushAt: 10, maxRetries: 0 })
  analytics.on('error', (e) => errors.push(e))
  analytics.track({ anonymousId: 'anon-1', event: 'Product Viewed', properties: { sku: 'LJ-50', price: 168 } })
  analytics.identify({ userId: 'mei', anonymousId: 'anon-1', traits: { email: 'mei@example.com', city: '杭州' } })
  analytics.page({ userId: 'mei', name: 'Home', properties: { url: 'https://tea.example/' } })
  analytics.screen({ userId: 'mei', name: 'Cup' })
  analytics.group({ userId: 'mei', groupId: 'tea-house-1', traits: { name: 'Tea house' } })
  analytics.alias({ userId: 'mei', previousId: 'anon-9' })
  await analytics.closeAndFlush()
  expect(errors).toEqual([])
  const events = await stored()
  expect(events.map((e) => [e.name, e.class])).toEqual([
    ['Product Viewed', 'client'],
    ['member.identified', 'system'],
    ['page.viewed', 'client'],
    ['screen.viewed', 'client'],
    ['member.grouped', 'system'],
    ['member.aliased', 'system'],
  ])
  expect(new Set(events.map((e) => e.root)).size).toBe(1)
  expect(JSON.parse(events[0]?.properties ?? '')).toEqual({ sku: 'LJ-50', price: 168 })
  const list = (await w.as(w.owner, 'event.list', { source: 'website' })) as { items: { name: string }[] }
  expect(list.items).toHaveLength(6)
})

test('a messageId counts once, in one batch, in two, and in parallel', async () => {
  const item = { type: 'track', event: 'Once', userId: 'mei', messageId: 'm-1' }
  await Promise.all([
    post('batch', { batch: [item, item, { ...item, messageId: 'm-2' }] }),
    post('batch', { batch: [item] }),
    post('track', item),
  ])
  await w.settle()
  await post('track', item)
  const events = (await stored()).filter((e) => e.name === 'Once')
  expect(events.map((e) => e.messageId).sort()).toEqual(['m-1', 'm-2'])
  expect(await w.as(w.owner, 'health.conservation')).toMatchObject({ duplicate: 4, difference: 0, pending: 0 })
})

test('400 only for what is the client’s fault; one bad item does not harm its neighbours', async () => {
  expect((await post('track', '{')).status).toBe(400)
  expect((await post('track', { userId: 'mei' })).status).toBe(400)
  expect((await post('track', { userId: 'mei', event: 'x'.repeat(33_000) })).status).toBe(400)
  expect((await post('track', { userId: 'mei', event: 'checkin.completed' })).status).toBe(400)
  expect((await post('batch', { batch: Array(2501).fill({}) })).status).toBe(400)
  expect((await post('batch', `{"batch":[${'1'.repeat(600_000)}]}`)).status).toBe(400)
  expect((await post('track', { userId: 'mei', event: 'e' }, { authorization: 'Basic bm9uZTo=' })).status).toBe(401)
  const good = (n: number) => ({ type: 'track', event: 'Neighbour', userId: 'lin', messageId: `n-${n}` })
  const answer = await post('batch', {
    batch: [good(1), { type: 'track', userId: 'guest', event: 'e' }, good(2), 7, good(3)],
  })
  expect([answer.status, await answer.json()]).toEqual([200, { success: true }])
  expect((await stored()).filter((e) => e.name === 'Neighbour')).toHaveLength(3)
  const letters = (await w.as(w.owner, 'event.dead_letters', { kind: 'rejected' })) as {
    items: { id: string; reason: string }[]
  }
  expect(letters.items.map((l) => l.reason).sort()).toEqual(['item.not_object', 'userId.shared'])
})

test('a rejected item can be mended and replayed', async () => {
  const letters = (await w.as(w.owner, 'event.dead_letters', { search: 'guest' })) as { items: { id: string }[] }
  const id = letters.items[0]?.id
  expect(await w.as(w.owner, 'event.replay', { id })).toMatchObject({ code: 'event.refused_again' })
  const item = { type: 'track', userId: 'mended', event: 'Mended' }
  expect(await w.as(w.owner, 'event.replay', { id, item })).toEqual({ id })
  expect((await stored()).filter((e) => e.name === 'Mended')).toHaveLength(1)
})

test('times are corrected by what the client’s clock says', async () => {
  await w.at('2026-03-02T00:00:00.000Z')
  const item = (n: number, times: object) => ({
    type: 'track',
    event: 'Timed',
    userId: 'lin',
    messageId: `t-${n}`,
    ...times,
  })
  await post('batch', {
    batch: [
      item(1, { timestamp: '2026-03-02T03:00:00.000Z', sentAt: '2026-03-02T03:00:10.000Z' }),
      item(2, { timestamp: '2026-03-09T00:00:00.000Z' }),
      item(3, { timestamp: '1989-01-01T00:00:00.000Z' }),
      item(4, { timestamp: '2016-12-31T23:59:60Z' }),
      item(5, { timestamp: '2011-06-21T20:19:34.730Z' }),
      item(6, { timestamp: '2026-03-02T10:00:00+14:00' }),
      item(7, { timestamp: '2020-02-30T10:00:00Z' }),
    ],
  })
  await w.settle()
  const rows = await w.warehouse.query<{ messageId: string; timestamp: string }>(
    `SELECT messageId, timestamp FROM events WHERE name = 'Timed' ORDER BY messageId`,
  )
  expect(Object.fromEntries(rows.map((r) => [r.messageId, r.timestamp]))).toEqual({
    't-1': '2026-03-01T23:59:50.000Z',
    't-2': '2026-03-02T00:00:00.000Z',
    't-3': '2026-03-02T00:00:00.000Z',
    't-4': '2026-03-02T00:00:00.000Z',
    't-5': '2011-06-21T20:19:34.730Z',
    't-6': '2026-03-01T20:00:00.000Z',
    't-7': '2026-03-02T00:00:00.000Z',
  })
})

test('bodies come packed as clients pack them; what is too large is answered, not cut off', async () => {
  const base = await w.http()
  const headers = { authorization: `Basic ${btoa(`${writeKey}:`)}`, 'content-type': 'application/json' }
  const send = (body: Uint8Array<ArrayBuffer>, encoding?: string) =>
    fetch(`${base}/v1/batch`, {
      method: 'POST',
      headers: { ...headers, ...(encoding ? { 'content-encoding': encoding } : {}) },
      body,
    })
  const plain = (n: number, size = 0) =>
    Buffer.from(
      JSON.stringify({
        batch: [
          { type: 'track', event: 'Packed', userId: 'lin', messageId: `z-${n}`, properties: { x: 'x'.repeat(size) } },
        ],
      }),
    )
  const bytes = (buffer: Buffer) => new Uint8Array(buffer)
  expect((await send(bytes(gzipSync(plain(1))), 'GZIP')).status).toBe(200)
  expect((await send(bytes(deflateSync(plain(2))), 'deflate')).status).toBe(200)
  expect((await send(bytes(plain(3)), 'identity')).status).toBe(200)
  for (const [body, encoding] of [
    [gzipSync(plain(4)).subarray(0, 40), 'gzip'],
    [plain(5), 'gzip'],
    [plain(6), 'br'],
  ] as const) {
    const answer = await send(bytes(body), encoding)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'input.not_json'])
  }
  expect((await send(bytes(gzipSync(plain(7, 1_000_000))), 'gzip')).status).toBe(400)
  for (const size of [600_000, 5_000_000, 10_000_000])
    for (let i = 0; i < 4; i++) expect((await send(bytes(plain(8, size)))).status).toBe(400)
  const preflight = await fetch(`${base}/v1/track`, { method: 'OPTIONS' })
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
  await w.settle()
  const [{ n } = { n: 0 }] = await w.warehouse.query<{ n: number }>(
    `select toUInt32(count()) as n from events where name = 'Packed'`,
  )
  expect(n).toBe(3)
})
