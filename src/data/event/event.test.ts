// Who may not see phone and e-mail sees them nowhere in what was sent, and cannot find them out by searching.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '#kernel/capability'
import type { Actor } from '#kernel/context'
import { maskDeep } from '#people/member'
import { type World, world } from '#test/world'

type Json = Record<string, unknown>
let w: World
let writeKey = ''
beforeAll(async () => {
  w = await world()
  const source = (await w.as(w.owner, 'source.create', { key: 'shop', name: 'Shop' })) as Json
  writeKey = String(((await w.as(w.owner, 'source.create_key', { sourceId: source.id })) as Json).writeKey)
})
afterAll(() => w.end())

const items = async (who: Actor, operation: string, input: Json = {}) =>
  ((await w.as(who, operation, input)) as { items: Json[] }).items

async function send(batch: readonly Json[]) {
  const response = await fetch(`${await w.http()}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${writeKey}:`)}` },
    body: JSON.stringify({ batch }),
  })
  expect(response.status).toBe(200)
}

const PERSONAL = /13812345678|13987654321|wangxm@|hidden@|15011112222/
const MASKED: readonly Role[] = ['analyst', 'content', 'moderator']
const lead = {
  type: 'track',
  userId: '15011112222',
  event: 'Lead',
  messageId: 'lead-hidden@example.com',
  properties: { phone: '13812345678', email: 'wangxm@example.com', form: { note: 'call 13987654321', n: 13812345678 } },
  context: { traits: { email: 'hidden@example.com' } },
}

test('events and dead letters are masked, and searching does not tell what is masked', async () => {
  await send([lead, { ...lead, event: '', messageId: 'refused' }])
  await w.settle()
  for (const role of ['support', 'manager'] as const) {
    const seen = await items(w.operator(role), 'event.list', { search: '1381234' })
    expect(seen.map((e) => e.name)).toEqual(['Lead'])
    expect(seen[0]?.properties).toEqual(lead.properties)
    expect(await items(w.operator(role), 'event.dead_letters', { search: '1381234' })).toHaveLength(1)
  }
  for (const role of MASKED) {
    const who = w.operator(role)
    const all = await items(who, 'event.list')
    expect(all.find((e) => e.name === 'Lead')).toMatchObject({
      messageId: 'lead-hidden@example.com'.replace(/^.*@/, 'l***@'),
      properties: { phone: '138****5678', email: 'w***@example.com', form: { note: 'call 139****4321' } },
    })
    expect(JSON.stringify(all)).not.toMatch(PERSONAL)
    const letters = await items(who, 'event.dead_letters')
    expect(letters).toHaveLength(1)
    expect(JSON.stringify(letters)).not.toMatch(PERSONAL)
    for (const search of ['1381', '13812345678', 'wangxm', '@example']) {
      expect(await items(who, 'event.list', { search })).toEqual([])
      expect(await items(who, 'event.dead_letters', { search })).toEqual([])
    }
    expect(await items(who, 'event.list', { search: 'lea' })).toHaveLength(1)
  }
})

test('the live stream is masked for whom the list is', async () => {
  const stream = w.host.registry.capabilities.flatMap((c) => c.routes ?? []).find((r) => r.path === '/api/live')
  const heard = async (who: Actor) => {
    const closing = new AbortController()
    const request = new Request('http://localhost/api/live', { signal: closing.signal })
    const response = await stream?.handle(request, { host: w.host, actor: who, address: '127.0.0.1' })
    const reader = response?.body?.getReader()
    return {
      async until(mark: string): Promise<string> {
        let text = ''
        while (!text.includes(mark)) {
          const { value, done } = (await reader?.read()) ?? { done: true, value: undefined }
          if (done) throw new Error(`the stream ended before ${mark}`)
          text += new TextDecoder().decode(value)
        }
        closing.abort()
        return text
      },
    }
  }
  const [analyst, support] = await Promise.all([heard(w.operator('analyst')), heard(w.operator('support'))])
  await send([{ ...lead, event: 'Lead again', messageId: 'live' }])
  expect(await support.until('Lead again')).toContain('13812345678')
  expect(await analyst.until('Lead again')).not.toMatch(PERSONAL)
})

test('keys that are addresses are masked as values are', () => {
  expect(maskDeep({ 'wangxm@example.com': 1, list: ['13812345678'] })).toEqual({
    'w***@example.com': 1,
    list: ['138****5678'],
  })
})

test('numbers of the whole brand are not told to who may see a part of it', async () => {
  const part = w.operator('manager', { kind: 'communities', ids: ['0199aaaa-0000-7000-8000-00000000000a'] })
  expect(await w.as(part, 'health.conservation')).toMatchObject({ code: 'access.denied', status: 403 })
  expect(await w.as(w.operator('manager'), 'health.conservation')).toMatchObject({ difference: 0 })
})
