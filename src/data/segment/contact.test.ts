// Who may not see phone and e-mail cannot find them out by asking piece by piece; and whoever sees a part of the brand
// is told the size of that part.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'

type Json = Record<string, unknown>
let w: World
beforeAll(async () => {
  w = await world()
  await ask('member.upsert', { externalId: 'c-1', properties: { phone: '13812345678', email: 'a@example.com' } })
  await ask('member.upsert', { externalId: '13912345678', properties: { city: '上海', 'second phone': 4_155_550_100 } })
  await w.settle()
})
afterAll(() => w.end())

const ask = async (operation: string, input: Json = {}, who = w.owner) => (await w.as(who, operation, input)) as Json
const refused = { code: 'segment.contact_hidden', status: 403 }
const range = { from: '2026-02-01T00:00:00Z', to: '2026-03-05T00:00:00Z' }

test.each([
  {
    all: [
      { property: 'externalId', op: 'eq', value: 'c-1' },
      { property: 'phone', op: 'startsWith', value: '138' },
    ],
  },
  { any: [{ not: { property: 'email', op: 'matches', value: '^a' } }] },
  { property: 'externalId', op: 'startsWith', value: '139' },
  { property: ['second phone'], op: 'gt', value: 4_000_000_000 },
  { event: 'Lead', where: [{ path: 'form.mobile', op: 'contains', value: '8' }] },
  { event: 'Lead', measure: { of: 'phone', fn: 'max' }, op: 'gt', value: 13_800_000_000 },
])('a part of a contact is not compared: %j', async (definition) => {
  const analyst = w.operator('analyst')
  expect(await ask('segment.preview', { definition }, analyst)).toMatchObject(refused)
  expect(await ask('segment.preview_change', { definition }, analyst)).toMatchObject(refused)
  expect(await ask('segment.create', { name: randomUUID(), definition }, analyst)).toMatchObject(refused)
  const series = [{ event: 'Lead', measure: 'total' }]
  expect(await ask('insight.trend', { ...range, series, filter: definition }, analyst)).toMatchObject(refused)
  expect((await ask('segment.preview', { definition }, w.operator('manager'))).code).toBeUndefined()
})

test('a measure of a contact is not answered, a change of a segment is refused too', async () => {
  const analyst = w.operator('analyst')
  const series = [{ event: 'Lead', measure: 'max', of: 'phone' }]
  expect(await ask('insight.trend', { ...range, series }, analyst)).toMatchObject(refused)
  expect((await ask('insight.trend', { ...range, series }, w.operator('support'))).code).toBeUndefined()
  const { id } = await ask(
    'segment.create',
    { name: 'Shanghai', definition: { property: 'city', op: 'exists' } },
    analyst,
  )
  const definition = { property: 'phone', op: 'endsWith', value: '8' }
  expect(await ask('segment.update', { id, definition }, analyst)).toMatchObject(refused)
  const step = { event: 'Lead', where: [{ path: 'phone', op: 'startsWith', value: '1' }] }
  const steps = [step, { event: 'Paid' }]
  expect(await ask('insight.funnel', { ...range, steps }, analyst)).toMatchObject(refused)
})

test('no size of several is told where one of them asks for parts of a contact', async () => {
  const definitions = [
    { property: 'city', op: 'exists' },
    { all: [{ property: 'phone', op: 'startsWith', value: '138' }] },
  ]
  expect(await ask('segment.sizes', { definitions }, w.operator('analyst'))).toMatchObject(refused)
  expect((await ask('segment.sizes', { definitions }, w.operator('support'))).code).toBeUndefined()
})

test('whole contacts may be asked for, and are shown masked', async () => {
  const analyst = w.operator('analyst')
  const whole = { property: 'phone', op: 'eq', value: '13812345678' }
  expect(await ask('segment.preview', { definition: whole }, analyst)).toMatchObject({ count: 1 })
  const definition = { property: 'externalId', op: 'in', value: ['13912345678'] }
  expect(await ask('segment.preview', { definition }, analyst)).toMatchObject({
    count: 1,
    sample: [{ externalId: '139****5678' }],
  })
  expect(await ask('segment.preview', { definition: { property: 'email', op: 'exists' } }, analyst)).toMatchObject({
    count: 1,
  })
})

test('why a member is in a segment tells no contact', async () => {
  const definition = {
    any: [
      { property: 'phone', op: 'startsWith', value: '138' },
      { property: 'email', op: 'exists' },
    ],
  }
  const { id } = await ask('segment.create', { name: 'By phone', definition })
  await w.settle()
  const why = await ask('segment.explain', { id, externalId: 'c-1' }, w.operator('analyst'))
  expect(why).toMatchObject({ member: true })
  expect(JSON.stringify(why)).not.toMatch(/13812345678|a@example/)
  expect(JSON.stringify(await ask('segment.explain', { id, externalId: 'c-1' }))).toContain('13812345678')
})

test('sizes are those of what the caller may see', async () => {
  const community = await ask('community.create', { name: 'Tea' })
  await ask('community.add_member', { communityId: community.id, externalId: 'c-1' })
  const { id } = await ask('segment.create', {
    name: 'Everybody',
    definition: { property: 'externalId', op: 'exists' },
  })
  await w.settle()
  await w.at('2026-03-03T02:00:00.000Z')
  const part = w.operator('manager', { kind: 'communities', ids: [String(community.id)] })
  expect(await ask('segment.get', { id })).toMatchObject({ size: 2 })
  expect((await ask('segment.history', { id })).items).toHaveLength(3)
  expect(await ask('segment.get', { id }, part)).toMatchObject({ size: 1 })
  const listed = (await ask('segment.list', { search: 'Everybody' }, part)).items as Json[]
  expect(listed).toMatchObject([{ size: 1 }])
  expect(await ask('segment.history', { id }, part)).toEqual({ partial: true, items: [{ day: '2026-03-03', size: 1 }] })
})

test('lists and properties count what the caller may see', async () => {
  const community = await ask('community.create', { name: 'Coffee' })
  await ask('community.add_member', { communityId: community.id, externalId: 'c-1' })
  await ask('list.create', { name: 'Two and one', externalIds: ['c-1', '13912345678', 'nobody'] })
  await w.settle()
  const part = w.operator('manager', { kind: 'communities', ids: [String(community.id)] })
  expect((await ask('list.list')).items).toMatchObject([{ size: 2, unknown: 1 }])
  expect((await ask('list.list', {}, part)).items).toMatchObject([{ size: 1, unknown: 0 }])
  const counts = (answer: Json) =>
    (answer.items as { path: string; kinds: { count: number | null }[] }[]).find((p) => p.path === 'phone')?.kinds
  expect(counts(await ask('member.properties'))).toMatchObject([{ count: 1 }])
  expect(counts(await ask('member.properties', {}, part))).toMatchObject([{ count: null }])
  expect(await ask('import.list', {}, part)).toMatchObject({ code: 'import.narrowed_scope' })
})
