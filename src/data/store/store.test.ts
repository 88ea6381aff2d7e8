// Stores, the places members tell of under their consent, and the conditions that set the two side by side.
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type World, world } from '#test/world'

type Answer = Record<string, unknown>
let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())

const ask = async (operation: string, input: Answer = {}) => (await w.as(w.owner, operation, input)) as Answer
const membersOf = async (id: string) =>
  ((await ask('segment.members', { id })).items as { externalId: string }[]).map((m) => m.externalId).sort()
const HERE: [number, number] = [31.2304, 121.4737]
/** 1,000 m due north of it: along a meridian the distance is the angle alone. */
const NORTH: [number, number] = [HERE[0] + ((1000 / 6_371_008.8) * 180) / Math.PI, HERE[1]]
const AWAY: [number, number] = [39.9042, 116.4074]

it('a store is made, found, moved and deleted; two cannot have one name', async () => {
  const { id } = await ask('store.create', { name: '静安店', point: HERE, address: '南京西路 1 号' })
  expect(id).toBeTypeOf('string')
  expect(await ask('store.create', { name: '静安店', point: AWAY })).toMatchObject({ code: 'store.name_taken' })
  expect(await ask('store.create', { name: '无处', point: [91, 0] })).toMatchObject({ code: 'input.invalid' })
  const { id: other } = await ask('store.create', { name: '王府井店', point: AWAY })
  expect(await ask('store.update', { id: other, name: '静安店' })).toMatchObject({ code: 'store.name_taken' })
  expect(await ask('store.update', { id: other, address: '王府井大街 1 号' })).toEqual({ id: other })
  expect(await ask('store.list')).toMatchObject({
    items: [
      { name: '王府井店', point: AWAY, address: '王府井大街 1 号' },
      { name: '静安店', point: HERE },
    ],
  })
  expect((await ask('store.list', { search: '南京' })).items).toMatchObject([{ id }])
  expect((await ask('store.list', { search: '%' })).items).toEqual([])
  const first = await ask('store.list', { limit: 1 })
  expect((await ask('store.list', { limit: 1, cursor: first.nextCursor })).items).toMatchObject([{ id }])
  const names = async (input: Answer) =>
    ((await ask('store.list', input)).items as { name: string }[]).map((s) => s.name)
  expect(await names({ sort: 'name', order: 'desc' })).toEqual(['静安店', '王府井店'])
  await w.at(new Date(w.now().getTime() + 1000).toISOString())
  await ask('store.update', { id, address: '南京西路 2 号' })
  expect(await names({ sort: 'updatedAt' })).toEqual(['王府井店', '静安店'])
  const newest = await ask('store.list', { sort: 'updatedAt', order: 'desc', limit: 1 })
  expect(newest.items).toMatchObject([{ id }])
  expect(await names({ sort: 'updatedAt', order: 'desc', cursor: newest.nextCursor })).toEqual(['王府井店'])
  expect(await ask('store.list', { sort: 'name', cursor: 'x' })).toMatchObject({ code: 'input.invalid' })
  expect(await ask('store.delete', { id: other })).toEqual({ id: other })
  expect(await ask('store.delete', { id: other })).toMatchObject({ status: 404 })
  expect(await ask('store.update', { id: other, name: 'x' })).toMatchObject({ status: 404 })
})

it('a place is known under consent only, and forgotten when that is taken back', async () => {
  const mei = await w.member({ externalId: 'consent' })
  const as = async (operation: string, input: Answer = {}) => (await w.as(mei, operation, input)) as Answer
  expect(await as('location.get')).toEqual({ allowed: null, point: null, toldAt: null })
  expect(await as('location.tell', { point: HERE })).toMatchObject({ code: 'location.not_allowed', status: 409 })
  expect(await as('location.allow')).toEqual({ allowed: true })
  expect(await as('location.tell', { point: HERE })).toEqual({ point: HERE })
  expect(await ask('location.get', { externalId: 'consent' })).toEqual({
    allowed: true,
    point: HERE,
    toldAt: w.now().toISOString(),
  })
  expect(await w.as(w.operator('analyst'), 'location.get', { externalId: 'consent' })).toMatchObject({ status: 403 })
  expect(await as('location.withdraw')).toEqual({ allowed: false })
  expect(await as('location.get')).toEqual({ allowed: false, point: null, toldAt: null })
  expect(await as('location.tell', { point: HERE })).toMatchObject({ code: 'location.not_allowed' })
  await w.settle()
  const near = { near: { point: HERE }, radius: '1km' }
  expect(await ask('segment.preview', { definition: near })).toMatchObject({ count: 0 })
  // Allowed again, the old place does not come back.
  await as('location.allow')
  await w.settle()
  expect(await ask('segment.preview', { definition: near })).toMatchObject({ count: 0 })
  const { items } = (await ask('event.list', { name: 'location.told' })) as { items: unknown[] }
  expect(items).toHaveLength(1)
})

it('who is near a store is followed live, at the metre, and says why; a store that moves moves its segments', async () => {
  const { id: store } = await ask('store.create', { name: '徐汇店', point: HERE })
  const make = async (name: string, radius: string) =>
    (await ask('segment.create', { name, definition: { near: { store }, radius } })).id as string
  const [metre, less] = [await make('1 km', '1000.01m'), await make('under 1 km', '999.99m')]
  const lin = await w.member({ externalId: 'near' })
  await w.settle()
  expect(await membersOf(metre)).toEqual([])
  await w.as(lin, 'location.allow')
  await w.as(lin, 'location.tell', { point: NORTH })
  await w.settle()
  expect(await membersOf(metre)).toEqual(['near'])
  expect(await membersOf(less)).toEqual([])
  expect(await ask('segment.explain', { id: metre, externalId: 'near' })).toMatchObject({
    member: true,
    nextChangeAt: null,
    because: [
      {
        value: '1000',
        words: {
          en: 'Was last within 1 km of 徐汇店: yes (1 km)',
          zh: '最近一次位置距「徐汇店」不超过 1 km：是（1 km）',
        },
      },
    ],
  })
  expect(await ask('store.delete', { id: store })).toMatchObject({ code: 'store.in_use' })
  const before = ((await ask('segment.get', { id: metre })) as { version: number }).version
  await ask('store.update', { id: store, name: '徐家汇店' })
  await w.settle()
  expect(await ask('segment.get', { id: metre })).toMatchObject({ version: before })
  await ask('store.update', { id: store, point: NORTH })
  await w.settle()
  expect(await membersOf(less)).toEqual(['near'])
  await w.as(lin, 'location.withdraw')
  await w.settle()
  expect([await membersOf(metre), await membersOf(less)]).toEqual([[], []])
  const told = async (name: string) =>
    ((await ask('event.list', { name })) as { items: { properties: { segmentId: string } }[] }).items.filter(
      (e) => e.properties.segmentId === metre,
    ).length
  expect([await told('segment.entered'), await told('segment.left')]).toEqual([1, 1])
})

it('a merge keeps what was told last, an unmerge gives back, an erasure forgets', async () => {
  const [keep, gone] = [await w.member({ externalId: 'k-1' }), await w.member({ externalId: 'k-2' })]
  for (const [who, point] of [
    [keep, AWAY],
    [gone, HERE],
  ] as const) {
    await w.as(who, 'location.allow')
    await w.as(who, 'location.tell', { point })
    await w.at(new Date(w.now().getTime() + 60_000).toISOString())
  }
  const whereIs = async (memberId: string) => (await ask('location.get', { memberId })).point
  const found = async () => {
    await w.settle()
    const near = {
      all: [
        { near: { point: HERE }, radius: '1km' },
        { property: 'externalId', op: 'startsWith', value: 'k-' },
      ],
    }
    return (await ask('segment.preview', { definition: near })).count
  }
  const { mergeId } = await ask('member.merge', { keepId: keep.memberId, mergeId: gone.memberId })
  expect(await whereIs(keep.memberId)).toEqual(HERE)
  expect(await found()).toBe(1)
  await ask('member.unmerge', { mergeId })
  expect(await whereIs(keep.memberId)).toEqual(AWAY)
  expect(await whereIs(gone.memberId)).toEqual(HERE)
  expect(await found()).toBe(1)
  // Taken back on one side, later than anything on the other.
  await w.as(keep, 'location.withdraw')
  await ask('member.merge', { keepId: keep.memberId, mergeId: gone.memberId })
  expect(await ask('location.get', { memberId: keep.memberId })).toMatchObject({ allowed: false, point: null })
  expect(await found()).toBe(0)
  await ask('member.erase', { memberId: keep.memberId })
  await w.settle()
  const { rows } = await sql`select 1 from member_locations where member_id = ${keep.memberId}`.execute(w.db)
  expect(rows).toEqual([])
})

it('where somebody was is shown to nobody else, and not found out by asking around it', async () => {
  const mei = await w.member({ externalId: 'c-place' })
  const { id: store } = await ask('store.create', { name: '江宁店', point: [31.2289, 121.4481] })
  await w.as(mei, 'location.allow')
  await w.as(mei, 'location.tell', { point: [31.2345, 121.4567] })
  await w.settle()
  const analyst = w.operator('analyst')
  const around = { all: [{ not: { near: { point: [31.2, 121.4] }, radius: '9km' } }] }
  expect(await w.as(analyst, 'segment.preview', { definition: around })).toMatchObject({
    ...{ code: 'segment.place_hidden', status: 403 },
  })
  const near = { near: { store }, radius: '3km' }
  expect(await w.as(analyst, 'segment.preview', { definition: near })).toMatchObject({ count: 1 })
  const { id } = await ask('segment.create', { name: 'Near', definition: near })
  await w.settle()
  const about = { id, externalId: 'c-place' }
  const sql = "SELECT toString(groupArray(properties)) AS v FROM events WHERE name = 'location.told'"
  const facts = "SELECT toString(groupArray(value)) AS v FROM facts WHERE key = 'coordinates'"
  for (const [who, sees] of [
    [analyst, false],
    [w.owner, true],
  ] as const) {
    const told = JSON.stringify([
      await w.as(who, 'segment.explain', about),
      await w.as(who, 'event.list', { name: 'location.told' }),
      await w.as(who, 'member.timeline', { externalId: 'c-place' }),
      await w.as(who, 'sql.query', { sql }),
      await w.as(who, 'sql.query', { sql: facts }),
    ])
    expect([who.roles, /31\.2345/.test(told), /[(（][\d.]+ k?m[)）]/.test(told)]).toEqual([who.roles, sees, sees])
  }
})
