import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '#test/world'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())

type Json = Record<string, unknown>
const ask = async (operation: string, input: Json = {}, who = w.owner) => (await w.as(who, operation, input)) as Json
const items = async (operation: string, input: Json = {}, who = w.owner) =>
  (await ask(operation, input, who)).items as Json[]

describe('upsert', () => {
  test('creates, then updates what changed, and says so on the timeline', async () => {
    const first = await ask('member.upsert', {
      externalId: 'up-1',
      properties: { name: '王小明', email: 'ming@example.com', city: '上海', address: { zip: '200000' } },
    })
    expect(first).toMatchObject({ externalId: 'up-1', created: true })
    const again = await ask('member.upsert', { externalId: 'up-1', properties: { city: '杭州', address: { zip: null } } })
    expect(again).toEqual({ memberId: first.memberId, externalId: 'up-1', created: false })
    expect(await ask('member.get', { externalId: 'up-1' })).toMatchObject({
      memberId: first.memberId,
      status: 'known',
      name: '王小明',
      email: 'ming@example.com',
      properties: { name: '王小明', city: '杭州' },
    })
    await w.settle()
    const told = await items('member.timeline', { externalId: 'up-1' })
    expect(told.map((t) => [t.name, t.properties])).toEqual([
      ['member.updated', { properties: { city: '杭州', 'address.zip': null } }],
      [
        'member.created',
        {
          externalId: 'up-1',
          properties: { name: '王小明', email: 'ming@example.com', city: '上海', 'address.zip': '200000' },
        },
      ],
    ])
    const facts = await w.warehouse.query<{ key: string; value: string }>(
      `select key, argMax(value, (validFrom, seq)) as value from facts
       where member = (select number from members where memberId = {id:UUID}) group by key order by key`,
      { id: first.memberId },
    )
    expect(facts).toEqual([
      { key: 'property:address.zip', value: '' },
      { key: 'property:city', value: '杭州' },
      { key: 'property:email', value: 'ming@example.com' },
      { key: 'property:externalId', value: 'up-1' },
      { key: 'property:name', value: '王小明' },
    ])
  })

  test('an identity leads to the same member, one of another known member becomes a proposal', async () => {
    const wecom = { kind: 'wecom', value: 'wmA' }
    const a = await ask('member.upsert', { identities: [wecom] })
    expect(a).toMatchObject({ externalId: null, created: true })
    const b = await ask('member.upsert', { externalId: 'id-b', identities: [wecom] })
    expect(b).toEqual({ memberId: a.memberId, externalId: 'id-b', created: false })
    const c = await ask('member.upsert', { externalId: 'id-c', identities: [wecom] })
    expect(c.created).toBe(true)
    const [proposal] = await items('member.proposals')
    expect(proposal).toMatchObject({ keepId: c.memberId, mergedId: b.memberId, reason: 'identity' })
    await ask('member.dismiss_proposal', { id: proposal?.id })
    expect(await items('member.proposals')).toEqual([])
  })

  test('many at once, the same one twice among them', async () => {
    const results = await w.host.transaction(async (tx) => {
      const emitted: never[] = []
      return callMany(
        w.host,
        tx,
        emitted,
        w.owner,
        upsert,
        ['m1', 'm2', 'm1'].map((externalId, i) => ({ cause: `c${i}`, input: { externalId, properties: { n: i } } })),
      )
    })
    expect(results.map((r) => r.ok && [r.output.externalId, r.output.created])).toEqual([
      ['m1', true],
      ['m2', true],
      ['m1', false],
    ])
    expect(await ask('member.get', { externalId: 'm1' })).toMatchObject({ properties: { n: 2 } })
  })

  test('hostile ids and properties are refused or kept as text', async () => {
    for (const externalId of ['', 'guest', 'null', '[object Object]', 'a\0b', 'x'.repeat(201), 7, [], null, {}])
      expect([externalId, (await ask('member.upsert', { externalId })).code]).toEqual([externalId, 'input.invalid'])
    expect((await ask('member.upsert', {})).code).toBe('input.invalid')
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`k${i}`, i]))
    expect((await ask('member.upsert', { externalId: 'h1', properties: many })).code).toBe('input.invalid')
    const hostile = JSON.parse(
      `{"__proto__":{"admin":true},"constructor":{"prototype":{"role":"owner"}},"name":"<script>alert(1)</script>","q":"'; drop table members; --"}`,
    ) as Json
    await ask('member.upsert', { externalId: 'h1', properties: hostile })
    expect(await ask('member.get', { externalId: 'h1' })).toMatchObject({
      name: '<script>alert(1)</script>',
      properties: { constructor: { prototype: { role: 'owner' } }, q: "'; drop table members; --" },
    })
    expect(({} as Json).admin).toBeUndefined()
  })
})

describe('events from outside', () => {
  test('a property said by an event and one set by an action: the later wins, at the same instant too', async () => {
    await ask('member.upsert', { externalId: 'ev-1', properties: { plan: 'a' } })
    await w.identify('ev-1', { plan: 'b' })
    expect(await ask('member.get', { externalId: 'ev-1' })).toMatchObject({ properties: { plan: 'b' } })
    await ask('member.upsert', { externalId: 'ev-1', properties: { plan: 'c' } })
    await w.settle()
    expect(await ask('member.get', { externalId: 'ev-1' })).toMatchObject({ properties: { plan: 'c' } })
  })
})
