import { afterAll, beforeAll, expect, it } from 'vitest'
import { transact } from '#kernel/run'
import { undo } from '#kernel/undo'
import { type World, world } from '#test/world'

let w: World
const ids: string[] = []
beforeAll(async () => {
  w = await world()
  for (let i = 0; i < 4; i++) ids.push((await w.member({ externalId: `m-${i}` })).memberId)
})
afterAll(() => w.end())

type Answer = Record<string, unknown> & { items?: Record<string, unknown>[] }
async function ask(operation: string, input: object = {}, who = w.owner): Promise<Answer> {
  const answer = (await w.as(who, operation, input)) as Answer
  if ('code' in answer) throw new Error(`${operation}: ${JSON.stringify(answer)}`)
  return answer
}
const keysOf = async (memberId: string) => ((await ask('tag.of_member', { memberId })).items ?? []).map((i) => i.key)

it('creates, changes, lists, finds, sorts and pages', async () => {
  await ask('tag.set_dimension', { key: 'taste', title: { en: 'Taste', zh: '口味' } })
  await ask('tag.create', {
    key: 'green-tea',
    title: { en: 'Green tea', zh: '绿茶' },
    dimension: 'taste',
    colour: 'green',
  })
  expect(await ask('tag.create', { title: '爱喝 普洱' })).toEqual({ key: '爱喝-普洱' })
  expect(await w.as(w.owner, 'tag.create', { key: 'green-tea', title: 'x' })).toMatchObject({ code: 'tag.key_taken' })
  expect(await w.as(w.owner, 'tag.create', { key: 'y', title: 'y', dimension: 'nowhere' })).toMatchObject({
    code: 'input.invalid',
    errors: [{ path: 'dimension' }],
  })
  expect(
    await w.as(w.owner, 'tag.create', { key: 'y', title: 'y', condition: { event: 'a' }, lapsesAfter: '7d' }),
  ).toMatchObject({ code: 'tag.lapse_dynamic' })
  await ask('tag.update', {
    key: 'green-tea',
    description: { en: 'Prefers green', zh: '偏爱绿茶' },
    lapsesAfter: '365d',
  })
  expect(await ask('tag.get', { key: 'green-tea' })).toMatchObject({
    title: { en: 'Green tea', zh: '绿茶' },
    description: { zh: '偏爱绿茶' },
    dimension: { key: 'taste', single: false },
    lapsesAfter: '365d',
    colour: 'green',
    size: 0,
  })
  expect(await w.as(w.owner, 'tag.update', { key: 'green-tea', condition: { event: 'a' } })).toMatchObject({
    code: 'tag.fixed',
  })
  expect((await ask('tag.list', { search: '绿茶' })).items).toHaveLength(1)
  expect((await ask('tag.list', { dimension: 'none' })).items).toMatchObject([{ key: '爱喝-普洱' }])
  const first = await ask('tag.list', { limit: 1, sort: 'title' })
  const second = await ask('tag.list', { limit: 1, sort: 'title', cursor: first.nextCursor })
  expect([first.items?.[0]?.key, second.items?.[0]?.key, second.nextCursor]).toEqual(['爱喝-普洱', 'green-tea', null])
  expect((await ask('tag.dimensions')).items).toMatchObject([{ key: 'taste', tags: 1 }])
})

it('tells sources apart, keeps who verified what and when', async () => {
  await ask('tag.create', { key: 'pro', title: '专业人士' })
  const key = { ...w.operator('manager'), id: 'key:crm' }
  await ask('tag.apply', { key: 'pro', externalId: 'm-0' })
  await ask('tag.apply', { key: 'pro', externalId: 'm-0' }, key)
  await ask('tag.apply', { key: 'pro', externalId: 'm-1' }, key)
  await ask('tag.apply_many', { key: 'pro', externalIds: ['m-1', 'm-2', 'nobody'], source: 'import' })
  const support = w.operator('support')
  await ask('tag.verify', { key: 'pro', memberId: ids[0], verification: 'confirmed' }, support)
  await ask('tag.verify', { key: 'pro', memberId: ids[1], verification: 'disputed' }, support)
  const rows = (await ask('tag.members', { key: 'pro' })).items ?? []
  const row = (memberId?: string) => rows.find((r) => r.memberId === memberId)
  expect(row(ids[0])).toMatchObject({
    source: 'operator',
    sources: ['api', 'operator'],
    verification: 'confirmed',
    verifiedBy: support.id,
    verifiedAt: w.now().toISOString(),
  })
  expect(row(ids[1])).toMatchObject({ source: 'api', sources: ['api', 'import'], verification: 'disputed' })
  expect(row(ids[2])).toMatchObject({
    source: 'import',
    sources: ['import'],
    verification: 'unverified',
    verifiedBy: null,
  })
  expect(await ask('tag.get', { key: 'pro' })).toMatchObject({
    size: 3,
    sources: { operator: 1, api: 1, import: 1 },
    verifications: { confirmed: 1, disputed: 1, unverified: 1 },
    crossChecked: 2,
  })
  expect((await ask('tag.members', { key: 'pro', verification: 'disputed' })).items).toMatchObject([
    { memberId: ids[1] },
  ])
  expect((await ask('tag.members', { key: 'pro', source: 'import' })).items).toHaveLength(2)
  expect(await w.as(w.owner, 'tag.verify', { key: 'pro', memberId: ids[3], verification: 'confirmed' })).toMatchObject({
    code: 'object.unknown',
  })
})

it('a single dimension leaves a member one of its tags, and cannot be made single over members that have two', async () => {
  await ask('tag.set_dimension', { key: 'grade', title: '客户等级', single: true })
  for (const key of ['grade-a', 'grade-b']) await ask('tag.create', { key, title: key, dimension: 'grade' })
  await ask('tag.apply', { key: 'grade-a', memberId: ids[0] })
  await ask('tag.apply', { key: 'grade-b', memberId: ids[0] })
  expect((await keysOf(ids[0] ?? '')).filter((k) => String(k).startsWith('grade'))).toEqual(['grade-b'])
  expect(await ask('tag.get', { key: 'grade-a' })).toMatchObject({ size: 0 })
  expect(await ask('tag.preview_many', { key: 'grade-a', memberIds: [ids[0], ids[1]] })).toMatchObject({
    matched: 2,
    changes: 2,
    replaces: 1,
  })
  await w.settle()
  const told = await w.warehouse.query<{ name: string; reason: string }>(
    `SELECT name, JSONExtractString(properties, 'reason') AS reason FROM events
     WHERE JSONExtractString(properties, 'tag') = 'grade-a' AND name LIKE 'tag.%' ORDER BY seq`,
  )
  expect(told.map((t) => `${t.name} ${t.reason}`.trim())).toEqual([
    'tag.created',
    'tag.applied',
    'tag.removed replaced',
  ])

  await ask('tag.set_dimension', { key: 'free', title: '自由' })
  for (const key of ['free-a', 'free-b']) {
    await ask('tag.create', { key, title: key, dimension: 'free' })
    await ask('tag.apply', { key, memberId: ids[2] })
  }
  expect(await w.as(w.owner, 'tag.set_dimension', { key: 'free', title: '自由', single: true })).toMatchObject({
    code: 'tag.dimension_overlap',
    detail: '1 members',
  })
  expect(await w.as(w.owner, 'tag.update', { key: 'free-a', dimension: 'grade' })).toEqual({ key: 'free-a' })
  expect(await w.as(w.owner, 'tag.update', { key: 'free-b', dimension: 'grade' })).toMatchObject({
    code: 'tag.dimension_overlap',
  })
  await ask('tag.delete_dimension', { key: 'free' })
  expect(await ask('tag.get', { key: 'free-b' })).toMatchObject({ dimension: null, size: 1 })
})

it('many at once leave one tag of a single dimension, and sizes that add up', async () => {
  await ask('tag.set_dimension', { key: 'race', title: '竞争', single: true })
  const keys = ['race-a', 'race-b', 'race-c']
  for (const key of keys) await ask('tag.create', { key, title: key, dimension: 'race' })
  const tries = Array.from({ length: 24 }, (_, i) => {
    const input = { key: keys[i % 3], memberIds: ids.slice(0, 1 + (i % 4)) }
    return i % 5 === 4 ? w.as(w.owner, 'tag.remove_many', input) : w.as(w.owner, 'tag.apply_many', input)
  })
  for (const answer of await Promise.all(tries)) expect(answer).toMatchObject({ jobId: null })
  await ask('tag.apply_many', { key: 'race-a', memberIds: ids })
  const held = await Promise.all(ids.map(keysOf))
  for (const mine of held) expect(mine.filter((k) => String(k).startsWith('race'))).toEqual(['race-a'])
  const sizes = await Promise.all(keys.map(async (key) => (await ask('tag.get', { key })).size))
  expect(sizes).toEqual([4, 0, 0])
})

it('is not deleted or merged away while something uses it; then it goes, with its facts', async () => {
  for (const key of ['old', 'new']) await ask('tag.create', { key, title: key })
  const { id } = await ask('segment.create', { name: 'has old', definition: { not: { tag: 'old' } } })
  await ask('tag.create', {
    key: 'older',
    title: 'older',
    condition: { all: [{ tag: 'old' }, { event: 'order.paid' }] },
  })
  expect((await ask('tag.usage', { key: 'old' })).items).toEqual(
    expect.arrayContaining([
      { kind: 'segment', id, name: 'has old' },
      { kind: 'tag', id: 'older', name: 'older' },
    ]),
  )
  expect((await ask('tag.list', { search: 'old', uses: true })).items).toContainEqual(
    expect.objectContaining({ key: 'old', uses: 2 }),
  )
  for (const [operation, input] of [
    ['tag.delete', { key: 'old' }],
    ['tag.merge', { key: 'old', into: 'new' }],
  ] as const)
    expect(await w.as(w.owner, operation, input)).toMatchObject({ code: 'tag.in_use', status: 409 })
  await ask('tag.delete', { key: 'older' })
  await ask('segment.delete', { id })

  for (const memberId of [ids[0], ids[1]]) await ask('tag.apply', { key: 'old', memberId })
  await ask('tag.verify', { key: 'old', memberId: ids[0], verification: 'confirmed' })
  await ask('tag.apply', { key: 'new', memberId: ids[1] })
  expect(await w.as(w.owner, 'tag.merge', { key: 'old', into: 'old' })).toMatchObject({ code: 'tag.same' })
  expect(await ask('tag.merge', { key: 'old', into: 'new' })).toMatchObject({ members: 2 })
  await w.settle()
  expect(await ask('tag.get', { key: 'new' })).toMatchObject({
    size: 2,
    verifications: { confirmed: 1, unverified: 1 },
  })
  expect(await w.as(w.owner, 'tag.get', { key: 'old' })).toMatchObject({ code: 'object.unknown' })
  expect(await holders('old')).toEqual([])
  expect(await holders('new')).toEqual([ids[0], ids[1]].sort())

  expect(await ask('tag.delete', { key: 'new' })).toMatchObject({ members: 2 })
  await w.settle()
  expect(await holders('new')).toEqual([])
  expect(await w.as(w.owner, 'tag.delete', { key: 'new' })).toMatchObject({ code: 'object.unknown' })
  // The name is free again, and nobody has it.
  await ask('tag.create', { key: 'new', title: 'new' })
  expect((await ask('tag.members', { key: 'new' })).items).toEqual([])
})

const holders = async (tag: string) => {
  const { sample } = (await ask('segment.preview', { definition: { tag } })) as unknown as {
    sample: { memberId: string }[]
  }
  return sample.map((s) => s.memberId).sort()
}

it('is a step of journeys', async () => {
  await ask('tag.create', { key: 'welcomed', title: '已欢迎' })
  const { id: communityId } = await ask('community.create', { name: '茶友会', type: 'interest', admission: 'open' })
  const { id } = await ask('journey.create', {
    name: 'tagging',
    graph: {
      start: 'a',
      nodes: {
        a: { type: 'trigger', on: { event: 'community.joined' }, next: 'b' },
        b: { type: 'action', action: 'tag.apply', input: { key: 'welcomed' }, next: 'c' },
        c: { type: 'exit' },
      },
    },
  })
  await ask('journey.publish', { id })
  for (const memberId of ids) await ask('community.add_member', { communityId, memberId })
  await w.settle()
  const rows = (await ask('tag.members', { key: 'welcomed' })).items ?? []
  expect(rows).toHaveLength(4)
  expect(rows[0]).toMatchObject({ source: 'journey' })
})

it('is taken back with what caused it', async () => {
  await ask('tag.create', { key: 'caused', title: '有因' })
  expect(await w.as(w.owner, 'tag.apply', { key: 'caused', memberId: ids[0] }, 'once')).toMatchObject({ applied: true })
  await ask('tag.apply', { key: 'caused', memberId: ids[1] })
  const by = { actor: w.owner, cause: `key:${w.owner.id}:once`, at: w.now(), depth: 0 }
  const undone = () => transact(w.host, (tx, emitted) => undo(w.host, tx, emitted, by))
  expect(await undone()).toMatchObject([{ capability: 'tag', consequences: [{ count: 1 }] }])
  expect(await undone()).toEqual([])
  await w.settle()
  expect(await holders('caused')).toEqual([ids[1]])
})

it('shows who may see a part of the brand that part, and lets nobody tag beyond it', async () => {
  await ask('tag.create', { key: 'local', title: '本地' })
  const { id: communityId } = await ask('community.create', { name: '闵行', type: 'interest', admission: 'open' })
  await ask('community.add_member', { communityId, memberId: ids[0] })
  await ask('tag.apply_many', { key: 'local', memberIds: ids })
  const narrow = w.operator('moderator', { kind: 'communities', ids: [String(communityId)] })
  await w.settle()
  expect((await ask('tag.members', { key: 'local' }, narrow)).items).toMatchObject([{ memberId: ids[0] }])
  expect(await ask('tag.get', { key: 'local' }, narrow)).toMatchObject({ size: 1, verifications: { unverified: 1 } })
  expect(await ask('tag.remove_many', { key: 'local', memberIds: ids }, narrow)).toMatchObject({
    matched: 1,
    unknown: 3,
    changed: 1,
  })
  expect(
    await ask('tag.preview_many', { key: 'local', condition: { event: 'community.joined' } }, narrow),
  ).toMatchObject({
    matched: 1,
    changes: 1,
  })
  expect(await ask('tag.apply_many', { key: 'local', condition: { event: 'community.joined' } }, narrow)).toMatchObject(
    {
      matched: 1,
      changed: 1,
    },
  )
  expect(await w.as(narrow, 'tag.apply', { key: 'local', memberId: ids[1] })).toMatchObject({ code: 'member.unknown' })
  expect(await w.as(narrow, 'tag.create', { key: 'x', title: 'x' })).toMatchObject({ code: 'access.denied' })
})

it('notes sizes as days end', async () => {
  const day = (n: number) => new Date(Date.UTC(2026, 2, 1 + n)).toISOString().slice(0, 10)
  await ask('tag.create', { key: 'counted', title: '计数' })
  await ask('tag.create', { key: 'joiners', title: '入群者', condition: { event: 'community.joined' } })
  await ask('tag.apply_many', { key: 'counted', memberIds: ids.slice(0, 2) })
  await w.at(`${day(1)}T10:00:00.000Z`)
  await ask('tag.apply', { key: 'counted', memberId: ids[2] })
  await w.at(`${day(2)}T10:00:00.000Z`)
  await ask('tag.remove_many', { key: 'counted', memberIds: ids })
  expect((await ask('tag.history', { key: 'counted' })).items).toEqual([
    { day: day(0), size: 2 },
    { day: day(1), size: 3 },
    { day: day(2), size: 0 },
  ])
  expect((await ask('tag.history', { key: 'joiners', days: 2 })).items).toEqual([
    { day: day(1), size: 4 },
    { day: day(2), size: 4 },
  ])
})

it('every operation has its address', async () => {
  const base = await w.http()
  const names = [...w.host.registry.operations.keys()].filter((name) => name.startsWith('tag.'))
  expect(names.length).toBeGreaterThan(15)
  for (const name of names) {
    const answer = await fetch(`${base}/api/${name}`, { method: 'POST', body: '{}' })
    expect([name, answer.status]).not.toEqual([name, 404])
  }
})
