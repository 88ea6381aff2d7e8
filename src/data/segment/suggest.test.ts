// What is offered while a definition is written: counted from what is really there, inside the caller's scope, and
// without contact details for who may not see them.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'
import { tracker } from './tracker.fixture.ts'

type Json = Record<string, unknown>
let w: World
let mine: ReturnType<World['operator']>

const ask = async (operation: string, input: Json = {}, who = w.owner) => (await w.as(who, operation, input)) as Json
const items = async (operation: string, input: Json = {}, who = w.owner) =>
  (await ask(operation, input, who)).items as Json[]

beforeAll(async () => {
  w = await world()
  const track = await tracker(w)
  const now = w.now().toISOString()
  const order = (user: string, at: string, properties: Json) =>
    track({ user, at, event: 'Order Completed', properties })
  await order('s-1', now, {
    revenue: 99.5,
    channel: 'app',
    'ship.to': 'home',
    buyer: { city: '上海', phone: '13812345678' },
  })
  await order('s-1', now, { revenue: 10, channel: 'web', coupons: ['spring', 'new'], paidOn: '2026-02-28' })
  await order('s-2', now, { revenue: 20, channel: 'app', coupons: ['spring'], gift: true, note: 'call 13900001111' })
  await order('s-2', '2025-06-01T00:00:00.000Z', { channel: 'app' })
  await track({ user: 's-3', at: '2025-06-01T00:00:00.000Z', event: 'Signed Up', properties: { plan: 'pro' } })
  for (const [externalId, properties] of [
    ['s-1', { city: '上海', age: 30, tags: ['a', 'b'], birthday: '1990-05-01', mobile: '13812345678', vip: true }],
    ['s-2', { city: '上海', age: 41, tags: ['a'], contact: '13900001111' }],
    ['s-3', { city: '杭州', age: 25 }],
  ] as const)
    await ask('member.upsert', { externalId, properties })
  await w.settle()
  mine = w.operator('store', { kind: 'own', operatorId: '0190d000-0000-7000-8000-000000000001' })
})
afterAll(() => w.end())

test('events come with how often and by how many, the frequent first; old ones stay offered', async () => {
  const found = (await items('segment.suggest_events')).filter((e) => e.class === 'client')
  expect(found).toMatchObject([
    { name: 'Order Completed', events: 3, members: 2 },
    { name: 'Signed Up', events: 0, members: 0 },
  ])
})

test('a metric is looked into by its events; one that is not there has nothing', async () => {
  const definition = { event: 'Order Completed', measure: 'sum', of: 'revenue' }
  expect(
    await ask('metric.create', { key: 'turnover', name: { en: 'Turnover', zh: '营业额' }, definition }),
  ).toMatchObject({ version: 1 })
  const paths = (event: unknown) => items('segment.suggest_paths', { event })
  expect(await paths({ metric: 'turnover' })).toEqual(await paths('Order Completed'))
  expect(await paths({ metric: 'nowhere' })).toEqual([])
  expect(await items('segment.suggest_values', { event: { metric: 'turnover' }, path: 'channel' })).toContainEqual({
    value: 'app',
    count: 2,
  })
})

test('properties come with their type and who has them', async () => {
  const found = await items('segment.suggest_keys', { of: 'property' })
  expect(
    Object.fromEntries(found.map((p) => [p.key, [p.members, ((p.kinds as Json[])[0] as Json).kind]])),
  ).toMatchObject({
    city: [3, 'text'],
    age: [3, 'number'],
    tags: [2, 'list'],
    birthday: [1, 'date'],
    vip: [1, 'bool'],
  })
})

test('fields of an event come with type and share, nested ones and those with dots too', async () => {
  const found = await items('segment.suggest_paths', { event: 'Order Completed' })
  expect(found).toContainEqual({ path: 'channel', kind: 'text', share: 1 })
  expect(found).toContainEqual({ path: 'buyer.city', kind: 'text', share: 1 / 3 })
  expect(found).toContainEqual({ path: ['ship.to'], kind: 'text', share: 1 / 3 })
  expect(found).toContainEqual({ path: 'coupons', kind: 'list', share: 2 / 3 })
  expect(found).toContainEqual({ path: 'paidOn', kind: 'date', share: 1 / 3 })
  // Nothing of it is new, so the old ones are looked into.
  expect(await items('segment.suggest_paths', { event: 'Signed Up' })).toEqual([
    { path: 'plan', kind: 'text', share: 1 },
  ])
  expect(await items('segment.suggest_paths', { event: 'Never' })).toEqual([])
})

test('values come with their counts, in their own types, and are found by a part', async () => {
  const of = (input: Json) => ask('segment.suggest_values', input)
  expect(await of({ property: 'city' })).toEqual({
    items: [
      { value: '上海', count: 2 },
      { value: '杭州', count: 1 },
    ],
    range: null,
    hidden: false,
  })
  expect((await of({ property: 'city', search: '杭' })).items).toEqual([{ value: '杭州', count: 1 }])
  expect((await of({ property: 'tags' })).items).toEqual([
    { value: 'a', count: 2 },
    { value: 'b', count: 1 },
  ])
  expect((await of({ property: 'vip' })).items).toEqual([{ value: true, count: 1 }])
  expect(await of({ property: 'age' })).toMatchObject({ range: { min: 25, median: 30, max: 41 } })
  const event = 'Order Completed'
  expect((await of({ event, path: 'channel' })).items).toEqual([
    { value: 'app', count: 2 },
    { value: 'web', count: 1 },
  ])
  expect((await of({ event, path: ['ship.to'] })).items).toEqual([{ value: 'home', count: 1 }])
  expect((await of({ event: ['Order *', event], path: 'buyer.city' })).items).toEqual([{ value: '上海', count: 1 }])
  expect((await of({ event, path: 'coupons' })).items).toContainEqual({ value: 'spring', count: 2 })
  expect(await of({ event, path: 'revenue' })).toMatchObject({ range: { min: 10, max: 99.5 } })
  expect(await of({ property: 'city', event, path: 'channel' })).toMatchObject({ code: 'input.invalid' })
})

test('contact details are offered to nobody who may not see them, by their key or by their look', async () => {
  const analyst = w.operator('analyst')
  const of = (input: Json, who = analyst) => ask('segment.suggest_values', input, who)
  const hidden = { items: [], range: null, hidden: true }
  expect(await of({ property: 'mobile' })).toEqual(hidden)
  expect(await of({ property: ['mobile'] })).toEqual(hidden)
  expect(await of({ property: 'externalId' })).toEqual(hidden)
  expect(await of({ event: 'Order Completed', path: 'buyer.phone' })).toEqual(hidden)
  expect((await of({ property: 'contact' })).items).toEqual([])
  expect((await of({ event: 'Order Completed', path: 'note' })).items).toEqual([])
  expect((await of({ property: 'contact' }, w.operator('manager'))).items).toEqual([{ value: '13900001111', count: 1 }])
})

test('who sees a part of the brand is told of that part', async () => {
  expect((await items('segment.suggest_events', {}, mine)).filter((e) => e.class === 'client')).toEqual([])
  expect(await items('segment.suggest_keys', { of: 'property' }, mine)).toEqual([])
  expect(await items('segment.suggest_paths', { event: 'Order Completed' }, mine)).toEqual([])
  expect(await items('segment.suggest_values', { property: 'city' }, mine)).toEqual([])
  const nobody = await w.member({ externalId: 's-9' })
  expect(await ask('segment.suggest_values', { property: 'city' }, nobody)).toMatchObject({ code: 'access.denied' })
})

test('erased members leave no value behind', async () => {
  await ask('member.upsert', { externalId: 's-4', properties: { city: '拉萨' } })
  await w.settle()
  expect((await ask('segment.suggest_values', { property: 'city', search: '拉萨' })).items).toHaveLength(1)
  await ask('member.erase', { externalId: 's-4' })
  await w.settle()
  expect((await ask('segment.suggest_values', { property: 'city', search: '拉萨' })).items).toEqual([])
})
