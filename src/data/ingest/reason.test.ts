import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureWriteKey, reasonText } from '#data/ingest'
import { type World, world } from '#test/world'

const KEY = 'wk_reasons'
let w: World
let base = ''
beforeAll(async () => {
  w = await world()
  base = await w.http()
  await ensureWriteKey(w.host.db, KEY, w.now())
})
afterAll(() => w?.end())

async function post(key: string | null, body: object, language = 'en') {
  const answer = await fetch(`${base}/v1/batch`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'accept-language': language,
      ...(key ? { authorization: `Basic ${btoa(`${key}:`)}` } : {}),
    },
    body: JSON.stringify(body),
  })
  return { status: answer.status, ...((await answer.json()) as { code?: string; detail?: string }) }
}

test('who sends without a good write key is told where to find one', async () => {
  const batch = { batch: [] }
  const refused = { status: 401, code: 'access.unauthenticated' }
  expect(await post('wk_gone', batch)).toMatchObject({ ...refused, detail: expect.stringMatching(/revoked.*Sources/) })
  expect(await post('wk_gone', batch, 'zh')).toMatchObject({
    ...refused,
    detail: expect.stringMatching(/吊销.*数据来源/),
  })
  expect(await post(null, batch)).toMatchObject({ ...refused, detail: expect.stringMatching(/^No write key/) })
  expect(await post(KEY, batch)).toMatchObject({ status: 200 })
})

test('a rejected event says in words what to do, before and after it was mended in vain', async () => {
  const item = { type: 'track', userId: 'lin', event: 'Tasted', timestamp: 'yesterday' }
  await post(KEY, { batch: [item, { ...item, timestamp: undefined, event: 'order.paid' }] })
  await w.settle()
  const { items } = (await w.as(w.owner, 'event.dead_letters')) as {
    items: { id: string; reason: string; explanation: unknown }[]
  }
  expect(items.map((l) => [l.reason, l.explanation]).sort()).toEqual([
    ['event.reserved', reasonText('event.reserved')],
    ['timestamp.invalid', reasonText('timestamp.invalid')],
  ])
  expect(reasonText('timestamp.invalid')?.en).toContain('ISO 8601')
  const id = items.find((l) => l.reason === 'timestamp.invalid')?.id
  expect(await w.as(w.owner, 'event.replay', { id })).toMatchObject({
    code: 'event.refused_again',
    detail: reasonText('timestamp.invalid')?.en,
  })
})
