import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Emitted } from '#kernel/host'
import { callMany } from '#kernel/invoke'
import { type World, world } from '#test/world'
import { warehouseScope } from './contribution.ts'
import { upsert } from './upsert.ts'

let w: World
let writeKey = ''
beforeAll(async () => {
  w = await world()
  const source = await ask('source.create', { key: 'shop', name: 'Shop' })
  writeKey = String((await ask('source.create_key', { sourceId: source.id })).writeKey)
})
afterAll(() => w.end())

/** Sends one tracking call and waits until it can be read everywhere. */
async function track(type: string, body: Json) {
  const response = await fetch(`${await w.http()}/v1/${type}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${writeKey}:`)}` },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  await w.settle()
}

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
    const again = await ask('member.upsert', {
      externalId: 'up-1',
      properties: { city: '杭州', address: { zip: null } },
    })
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
      const emitted: Emitted[] = []
      return callMany(
        w.host,
        tx,
        emitted,
        w.owner,
        upsert,
        ['m1', 'm2', 'm1'].map((externalId, i) => ({ cause: `c${i}`, input: { externalId, properties: { n: i } } })),
      )
    })
    expect(results.map((r) => r.ok && Object.values(r.output as Json).slice(1))).toEqual([
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
    const plan = async () => ((await ask('member.get', { externalId: 'ev-1' })).properties as Json).plan
    await ask('member.upsert', { externalId: 'ev-1', properties: { plan: 'a' } })
    await track('identify', { userId: 'ev-1', traits: { plan: 'b' } })
    expect(await plan()).toBe('b')
    await ask('member.upsert', { externalId: 'ev-1', properties: { plan: 'c' } })
    await w.settle()
    expect(await plan()).toBe('c')
    const [fact] = await w.warehouse.query<{ value: string }>(
      `select argMax(value, (validFrom, seq)) as value from facts where key = 'property:plan'
        and member = (select number from members where memberId = {id:UUID})`,
      { id: (await ask('member.get', { externalId: 'ev-1' })).memberId },
    )
    expect(fact?.value).toBe('c')
  })

  test('a visitor who signs in takes the visit along; the timeline and the alias know', async () => {
    await track('track', { anonymousId: 'visit-1', event: 'Looked' })
    await ask('member.upsert', { externalId: 'visitor' })
    await w.settle()
    await track('track', { anonymousId: 'visit-1', userId: 'visitor', event: 'Bought' })
    const told = await items('member.timeline', { externalId: 'visitor', classes: ['client'] })
    expect(told.map((t) => t.name)).toEqual(['Bought', 'Looked'])
    const names = (await items('member.timeline', { externalId: 'visitor' })).map((t) => t.name)
    expect(names.filter((n) => n === 'member.merged')).toHaveLength(1)
    const rows = await w.warehouse.query<{ member: number; root: number }>(
      `select distinct member, dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member)) as root
        from events where name in ('Looked', 'Bought')`,
    )
    expect(rows).toHaveLength(2)
    expect(new Set(rows.map((r) => Number(r.root))).size).toBe(1)
    expect((await ask('member.get', { externalId: 'visitor' })).lastSeenAt).not.toBeNull()
  })

  test('the schema grows by itself and tells types; pages of the timeline follow each other', async () => {
    await track('identify', { userId: 'typed', traits: { typedA: 1, typedB: '2026-01-01', typedC: [1] } })
    await track('identify', { userId: 'typed', traits: { typedA: 'x' } })
    const listed = (await items('member.properties')).filter((p) => String(p.path).startsWith('typed'))
    expect(listed.map((p) => [p.path, (p.kinds as Json[]).map((k) => k.kind).sort()])).toEqual([
      ['typedA', ['number', 'text']],
      ['typedB', ['date']],
      ['typedC', ['list']],
    ])
    const first = await ask('member.timeline', { externalId: 'typed', limit: 1 })
    const second = await ask('member.timeline', { externalId: 'typed', limit: 5, cursor: first.nextCursor })
    const all = await items('member.timeline', { externalId: 'typed' })
    expect([...(first.items as Json[]), ...(second.items as Json[])]).toEqual(all)
    expect((await ask('member.timeline', { externalId: 'typed', cursor: 'x' })).code).toBe('input.invalid')
  })
})

describe('merge and unmerge', () => {
  const state = async (externalId: string) => {
    const { lastSeenAt: _, ...rest } = await ask('member.get', { externalId })
    return { ...rest, notes: await items('member.notes', { externalId }) }
  }

  test('an unmerge gives both back exactly what they had', async () => {
    const keep = await ask('member.upsert', { externalId: 'mg-a', properties: { city: '上海', phone: '13800000001' } })
    await w.at(new Date(w.now().getTime() + 1000).toISOString())
    const other = await ask('member.upsert', {
      externalId: 'mg-b',
      properties: { city: '杭州', email: 'b@example.com' },
      identities: [{ kind: 'wecom', value: 'mg' }],
    })
    await ask('member.add_note', { externalId: 'mg-b', text: 'likes tea' })
    const owner = '01900000-0000-7000-8000-000000000001'
    await ask('member.set_owner', { externalId: 'mg-b', ownerId: owner })
    expect(await ask('member.set_owner', { externalId: 'mg-b', ownerId: null })).toMatchObject({ ownerId: null })
    expect(await state('mg-b')).toMatchObject({ ownerId: null })
    await ask('member.set_owner', { externalId: 'mg-b', ownerId: owner })
    const [a, b] = [await state('mg-a'), await state('mg-b')]

    const done = await ask('member.merge', { keepId: keep.memberId, mergeId: other.memberId })
    expect(done).toMatchObject({ keepId: keep.memberId, mergedId: other.memberId })
    const both = await state('mg-b')
    expect(both).toMatchObject({
      memberId: keep.memberId,
      ownerId: owner,
      properties: { city: '杭州', email: 'b@example.com', phone: '13800000001' },
      mergedIds: [other.memberId],
      notes: [{ text: 'likes tea' }],
    })
    expect(await ask('member.get', { memberId: other.memberId })).toMatchObject({ memberId: keep.memberId })
    expect((await ask('member.merge', { keepId: keep.memberId, mergeId: other.memberId })).code).toBe('member.same')
    await w.settle()
    expect((await items('member.timeline', { externalId: 'mg-a' })).length).toBeGreaterThan(3)

    expect((await items('member.merges', { memberId: keep.memberId }))[0]).toMatchObject({ undoneAt: null })
    await ask('member.unmerge', { mergeId: done.mergeId })
    expect([await state('mg-a'), await state('mg-b')]).toEqual([a, b])
    expect((await ask('member.unmerge', { mergeId: done.mergeId })).code).toBe('member.not_merged')
    await w.settle()
    const numbers = await w.warehouse.query<{ member: string; root: string }>(
      `select number, dictGetOrDefault('alias', 'root', toUInt64(number), toUInt64(number)) as root
        from members where memberId = {id:UUID} and root <> number`,
      { id: other.memberId },
    )
    expect(numbers).toEqual([])
  })

  test('merges are undone in the order in which they stand on each other', async () => {
    const [a, b, c] = await Promise.all(
      ['ch-a', 'ch-b', 'ch-c'].map((externalId) => ask('member.upsert', { externalId })),
    )
    const first = await ask('member.merge', { keepId: b?.memberId, mergeId: c?.memberId })
    const second = await ask('member.merge', { keepId: a?.memberId, mergeId: b?.memberId })
    expect(await ask('member.get', { externalId: 'ch-c' })).toMatchObject({ memberId: a?.memberId })
    expect((await ask('member.unmerge', { mergeId: first.mergeId })).code).toBe('member.merged_since')
    await ask('member.unmerge', { mergeId: second.mergeId })
    expect(await ask('member.get', { externalId: 'ch-c' })).toMatchObject({ memberId: b?.memberId })
    await ask('member.unmerge', { mergeId: c?.memberId })
    expect(await ask('member.get', { externalId: 'ch-c' })).toMatchObject({ memberId: c?.memberId })
  })

  test('a known member is not merged into an anonymous one', async () => {
    const known = await ask('member.upsert', { externalId: 'kn' })
    const visitor = await ask('member.upsert', { identities: [{ kind: 'anonymousId', value: 'kn-anon' }] })
    const input = { keepId: visitor.memberId, mergeId: known.memberId }
    expect((await ask('member.merge', input)).code).toBe('member.keep_known')
  })
})

describe('who sees what', () => {
  const PHONE = '13812341234'
  const MAIL = 'alice@example.com'
  beforeAll(async () => {
    await ask('member.upsert', {
      externalId: 'alice',
      properties: { name: 'Alice', phone: PHONE, email: MAIL, backupMobile: 13912341234, remark: `call ${PHONE}` },
      identities: [{ kind: 'email', value: MAIL }],
    })
    await w.settle()
  })

  test('phone and e-mail are masked everywhere but for those who may see them', async () => {
    for (const role of ['content', 'moderator', 'analyst', 'store'] as const) {
      const who = w.operator(role)
      const seen = await ask('member.get', { externalId: 'alice' }, who)
      expect(seen).toMatchObject({ phone: '138****1234', email: 'a***@example.com', masked: true })
      const told = await items('member.timeline', { externalId: 'alice' }, who)
      const listed = await items('member.find', { search: 'alice', columns: ['backupMobile', 'remark'] }, who)
      expect(listed[0]).toMatchObject({ properties: { backupMobile: '139****1234', remark: 'call 138****1234' } })
      expect(JSON.stringify([seen, told, listed])).not.toMatch(/13812341234|13912341234|alice@/)
    }
    for (const role of ['manager', 'support'] as const)
      expect(await ask('member.get', { externalId: 'alice' }, w.operator(role))).toMatchObject({
        phone: PHONE,
        email: MAIL,
        masked: false,
      })
  })

  test('an address or a number that serves as the id of a member is masked too', async () => {
    await ask('member.upsert', { externalId: 'email:carol@example.com', properties: { name: 'Carol' } })
    for (const [role, externalId] of [
      ['store', 'email:c***@example.com'],
      ['support', 'email:carol@example.com'],
    ] as const) {
      const who = w.operator(role)
      expect(await items('member.find', { search: 'Carol' }, who)).toMatchObject([{ externalId }])
      expect(await ask('member.get', { externalId: 'email:carol@example.com' }, who)).toMatchObject({ externalId })
    }
  })

  test('who may not see a number cannot find it out step by step', async () => {
    const store = w.operator('store')
    const search = async (input: Json) => (await items('member.find', input, store)).length
    expect(await search({ search: '1381234' })).toBe(0)
    expect(await search({ search: PHONE })).toBe(1)
    expect(await search({ search: '1234' })).toBeGreaterThan(0)
    for (const op of ['contains', 'gte', 'lte']) {
      expect(await search({ filters: [{ field: 'phone', op, value: '138' }] })).toBe(0)
      expect(await search({ filters: [{ property: 'email', op, value: 'a' }] })).toBe(0)
    }
    expect((await items('member.find', { search: '1381234' }, w.operator('support'))).length).toBe(1)
  })

  test('saving a form that shows masked values does not change them', async () => {
    const store = w.operator('store')
    await ask(
      'member.update',
      { externalId: 'alice', name: 'Alice W', phone: '138****1234', email: 'a***@example.com' },
      store,
    )
    expect(await ask('member.get', { externalId: 'alice' })).toMatchObject({
      name: 'Alice W',
      phone: PHONE,
      email: MAIL,
    })
    expect((await ask('member.update', { externalId: 'alice', phone: '139****1234' }, store)).code).toBe(
      'member.masked_value',
    )
  })

  test('outside the scope a member is not there', async () => {
    const staff = w.operator('store', { kind: 'own', operatorId: '01900000-0000-7000-8000-00000000000a' })
    const mine = await ask('member.upsert', { externalId: 'own-1', properties: { name: 'Mine' } }, staff)
    expect(await ask('member.get', { externalId: 'own-1' }, staff)).toMatchObject({ memberId: mine.memberId })
    await w.settle()
    const scope = warehouseScope({ kind: 'own', operatorId: '01900000-0000-7000-8000-00000000000a' })
    const seen = await w.warehouse.query<{ memberId: string }>(
      `select memberId from members where number in (${scope?.sql})`,
      scope?.params,
    )
    expect(seen).toEqual([{ memberId: mine.memberId }])
    for (const operation of ['member.get', 'member.timeline', 'member.notes', 'member.update'])
      expect([operation, (await ask(operation, { externalId: 'alice' }, staff)).code]).toEqual([
        operation,
        'member.unknown',
      ])
    expect((await ask('member.upsert', { externalId: 'alice', properties: { x: 1 } }, staff)).code).toBe(
      'member.unknown',
    )
    expect((await items('member.find', {}, staff)).map((m) => m.externalId)).toEqual(['own-1'])
    const manager = w.operator('manager', { kind: 'own', operatorId: '01900000-0000-7000-8000-00000000000a' })
    const alice = await ask('member.get', { externalId: 'alice' })
    const pair = { keepId: mine.memberId, mergeId: alice.memberId }
    expect((await ask('member.merge', pair, manager)).code).toBe('member.unknown')
    expect(await items('member.merges', {}, manager)).toEqual([])
  })

  test('a member sees and edits itself, and nobody else', async () => {
    const bob = await w.member({ externalId: 'bob', email: 'bob@example.com' })
    expect(await ask('member.me', {}, bob)).toMatchObject({ externalId: 'bob', email: 'bob@example.com' })
    await ask('member.update_me', { name: 'Bob', birthday: '1990-05-17' }, bob)
    expect(await ask('member.me', {}, bob)).toMatchObject({ name: 'Bob', birthday: '1990-05-17' })
    expect((await ask('member.update_me', { birthday: '1990-02-30' }, bob)).code).toBe('input.invalid')
    expect((await ask('member.get', { externalId: 'alice' }, bob)).code).toBe('access.denied')
  })

  test('notes are kept by those who may write them', async () => {
    const support = w.operator('support')
    const note = await ask('member.add_note', { externalId: 'alice', text: '偏好顺丰' }, support)
    expect(await items('member.notes', { externalId: 'alice' }, w.operator('analyst'))).toEqual([note])
    expect((await ask('member.add_note', { externalId: 'alice', text: 'x' }, w.operator('analyst'))).code).toBe(
      'access.denied',
    )
    expect((await ask('member.delete_note', { externalId: 'own-1', noteId: note.id })).code).toBe('object.unknown')
    await ask('member.delete_note', { externalId: 'alice', noteId: note.id }, support)
    expect(await items('member.notes', { externalId: 'alice' })).toEqual([])
  })
})

describe('find', () => {
  beforeAll(async () => {
    const people = [
      { externalId: 'f-1', properties: { name: '欧阳娜娜', team: 'f', score: 10, tags: ['a', 'b'], level: '10' } },
      { externalId: 'f-2', properties: { name: '李娜', team: 'f', score: 20, level: 10, since: '2026-01-05' } },
      { externalId: 'f-3', properties: { name: 'Nana Smith 100%', team: 'f', score: 30, deep: { a: { b: true } } } },
      { externalId: 'f-4', properties: { team: 'f', since: '2026-02-01' } },
    ]
    for (const person of people) await ask('member.upsert', person)
  })
  const team = { property: 'team', op: 'eq', value: 'f' }
  const found = async (input: Json) => (await items('member.find', input)).map((m) => m.externalId)

  test('searches parts of names in every script, beginnings of ids, and takes no pattern signs', async () => {
    expect((await found({ search: '娜娜' })).sort()).toEqual(['f-1'])
    expect((await found({ search: '娜', filters: [team] })).length).toBe(0)
    expect((await found({ search: '李' })).includes('f-2')).toBe(true)
    expect(await found({ search: 'NANA s' })).toEqual(['f-3'])
    expect(await found({ search: '100%' })).toEqual(['f-3'])
    expect(await found({ search: '1%%', filters: [team] })).toEqual([])
    expect((await found({ search: 'f-' })).sort()).toEqual(['f-1', 'f-2', 'f-3', 'f-4'])
  })

  test('filters on fields and properties', async () => {
    const by = async (...filters: Json[]) => (await found({ filters: [team, ...filters] })).sort()
    expect(await by({ property: 'score', op: 'gte', value: 20 })).toEqual(['f-2', 'f-3'])
    expect(await by({ property: 'score', op: 'lte', value: '10' })).toEqual(['f-1'])
    expect(await by({ property: 'level', op: 'eq', value: '10' })).toEqual(['f-1', 'f-2'])
    expect(await by({ property: 'deep.a.b', op: 'eq', value: true })).toEqual(['f-3'])
    expect(await by({ property: 'tags', op: 'contains', value: 'b' })).toEqual(['f-1'])
    expect(await by({ property: 'since', op: 'gte', value: '2026-01-31' })).toEqual(['f-4'])
    expect(await by({ property: 'score', op: 'notExists' })).toEqual(['f-4'])
    expect(await by({ field: 'name', op: 'exists' })).toEqual(['f-1', 'f-2', 'f-3'])
    expect(await by({ field: 'name', op: 'contains', value: '娜' })).toEqual(['f-1', 'f-2'])
    expect(await by({ property: 'name', op: 'eq', value: '李娜' })).toEqual(['f-2'])
    expect(await by({ field: 'createdAt', op: 'lte', value: '2000-01-01' })).toEqual([])
    expect(await by({ field: 'lastSeenAt', op: 'notExists' })).toEqual(['f-1', 'f-2', 'f-3', 'f-4'])
    for (const filter of [
      { op: 'eq', value: 1 },
      { field: 'name', op: 'eq' },
      { field: 'x', op: 'exists' },
    ])
      expect((await ask('member.find', { filters: [filter] })).code).toBe('input.invalid')
    expect(await by({ property: "a'b", op: 'eq', value: "'; --" }, { property: '__proto__', op: 'exists' })).toEqual([])
  })

  test('pages of every order hold everybody once', async () => {
    for (const sort of ['createdAt', 'lastSeenAt', 'name'])
      for (const order of ['asc', 'desc']) {
        const whole = await ask('member.find', { sort, order, limit: 200, count: true })
        const all = (whole.items as Json[]).map((m) => m.memberId)
        expect(whole.count).toEqual({ value: all.length, exact: true })
        const paged: unknown[] = []
        for (let cursor: unknown = null; ; ) {
          const page = await ask('member.find', { sort, order, limit: 7, ...(cursor ? { cursor } : {}) })
          paged.push(...(page.items as Json[]).map((m) => m.memberId))
          cursor = page.nextCursor
          if (!cursor) break
        }
        expect(paged).toEqual(all)
      }
    const names = (await items('member.find', { sort: 'name', filters: [team] })).map((m) => m.name)
    expect(names).toEqual(['Nana Smith 100%', '李娜', '欧阳娜娜', null])
    const forged = Buffer.from(JSON.stringify(['2026-99-99T00:00:00Z', 'x'])).toString('base64url')
    expect((await ask('member.find', { cursor: forged })).code).toBe('input.invalid')
  })
})

test('an erased member is gone at once, for everybody and under every id', async () => {
  const anna = await ask('member.upsert', {
    externalId: 'er-1',
    properties: { name: 'Anna Gone', email: 'anna@example.com' },
    identities: [{ kind: 'wecom', value: 'er' }],
  })
  const twin = await ask('member.upsert', { externalId: 'er-2' })
  await ask('member.merge', { keepId: anna.memberId, mergeId: twin.memberId })
  await ask('member.add_note', { externalId: 'er-1', text: 'private' })
  await w.settle()
  const gone = await ask('member.erase', { externalId: 'er-2' })
  expect(gone).toMatchObject({ memberId: anna.memberId })
  expect(new Set(gone.erasedIds as string[])).toEqual(new Set([anna.memberId, twin.memberId]))
  for (const by of [
    { externalId: 'er-1' },
    { externalId: 'er-2' },
    { memberId: anna.memberId },
    { memberId: twin.memberId },
  ])
    for (const operation of ['member.get', 'member.timeline', 'member.notes'])
      expect((await ask(operation, by)).code).toBe('member.unknown')
  expect(await items('member.find', { search: 'Anna Gone' })).toEqual([])
  const left = await w.db.selectFrom('members').selectAll().where('id', '=', String(anna.memberId)).execute()
  expect(JSON.stringify(left)).not.toMatch(/Anna|example|er-1/)
  await w.settle()
  const again = await ask('member.upsert', { externalId: 'er-1' })
  expect(again.created).toBe(true)
  expect(again.memberId).not.toBe(anna.memberId)
})
