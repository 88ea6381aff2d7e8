import { afterAll, beforeAll, expect, it } from 'vitest'
import { type World, world } from '#test/world'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())

it('counts who chose, and who is subscribed agrees with segments', async () => {
  for (const [key, preset] of [
    ['news', 'optIn'],
    ['care', 'optOut'],
  ])
    await w.as(w.owner, 'topic.create', { key, title: key, default: preset })
  const [a, b, c] = [
    await w.member({ externalId: 't-1' }),
    await w.member({ externalId: 't-2' }),
    await w.member({ externalId: 't-3' }),
  ]
  await w.as(a, 'topic.subscribe', { topic: 'news' })
  await w.as(b, 'topic.subscribe', { topic: 'news' })
  await w.as(b, 'topic.unsubscribe', { topic: 'news' })
  await w.as(c, 'topic.unsubscribe', { topic: 'care' })
  await w.settle()
  expect(await w.as(w.owner, 'topic.overview')).toEqual({
    items: [
      { key: 'care', title: 'care', default: 'optOut', subscribed: 0, unsubscribed: 1 },
      { key: 'news', title: 'news', default: 'optIn', subscribed: 1, unsubscribed: 1 },
    ],
    nextCursor: null,
  })
  expect(await w.as(w.owner, 'topic.overview', { limit: 1 })).toMatchObject({ nextCursor: expect.any(String) })
  for (const [topic, count] of [
    ['news', 1],
    ['care', 2],
  ])
    expect(await w.as(w.owner, 'segment.preview', { definition: { subscribed: topic } })).toMatchObject({ count })
  const narrow = w.operator('store', { kind: 'own', operatorId: '00000000-0000-4000-8000-000000000001' })
  expect(await w.as(narrow, 'topic.overview')).toMatchObject({ items: [{ unsubscribed: 0 }, { subscribed: 0 }] })
  expect(await w.as(a, 'topic.overview')).toMatchObject({ code: 'access.denied' })
})
