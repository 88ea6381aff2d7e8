// What a definition may name beside events and properties, through the public operations.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type World, world } from '#test/world'
import { later, tracker } from './tracker.fixture.ts'

let w: World
let track: Awaited<ReturnType<typeof tracker>>
beforeAll(async () => {
  w = await world()
  track = await tracker(w)
})
afterAll(() => w.end())

type Answer = Record<string, unknown>
const ask = async (operation: string, input: Answer = {}) => (await w.as(w.owner, operation, input)) as Answer
async function make(name: string, definition: Answer): Promise<string> {
  const answer = await ask('segment.create', { name, definition })
  expect(answer).not.toHaveProperty('code')
  await w.settle()
  return answer.id as string
}
async function membersOf(id: string, prefix: string): Promise<string[]> {
  const { items } = (await ask('segment.members', { id, limit: 200 })) as { items: { externalId: string | null }[] }
  return items.flatMap((m) => (m.externalId?.startsWith(prefix) ? [m.externalId.slice(prefix.length)] : [])).sort()
}
const transitions = async (segmentId: string) => {
  const rows = await w.warehouse.query<{ name: string; flag: number }>(
    `SELECT name, JSONHas(properties, 'definition') AS flag FROM events
     WHERE name IN ('segment.entered', 'segment.left') AND JSONExtractString(properties, 'segmentId') = {segmentId:String}
     ORDER BY timestamp, seq`,
    { segmentId },
  )
  return rows.map((r) => `${r.name.slice('segment.'.length)}${Number(r.flag) === 1 ? '*' : ''}`)
}

describe('static lists', () => {
  it('keep ids nobody goes by yet, and take them in as soon as they turn up', async () => {
    await track({ user: 'list:a', event: 'Seen' })
    const { id: list } = await ask('list.create', { name: 'Guests' })
    expect(await ask('list.add', { id: list, externalIds: ['list:a', 'list:b', 'list:a'] })).toMatchObject({
      matched: 1,
      unknown: 1,
      added: 2,
      removed: 0,
    })
    await w.settle()
    const id = await make('guests', { list })
    expect(await membersOf(id, 'list:')).toEqual(['a'])
    await track({ user: 'list:b', event: 'Seen' })
    expect(await membersOf(id, 'list:')).toEqual(['a', 'b'])
    expect(await ask('list.replace', { id: list, externalIds: ['list:b', 'list:c'] })).toMatchObject({
      matched: 1,
      unknown: 1,
      removed: 1,
    })
    await w.settle()
    expect(await membersOf(id, 'list:')).toEqual(['b'])
    expect(await ask('list.remove', { id: list, externalIds: ['list:b'] })).toMatchObject({ removed: 1 })
    await w.settle()
    expect(await membersOf(id, 'list:')).toEqual([])
    expect(await transitions(id)).toEqual(['entered*', 'entered', 'left', 'left'])
    const { items } = (await ask('list.members', { id: list })) as { items: Answer[] }
    expect(items).toMatchObject([{ externalId: 'list:c', memberId: null }])
    expect(await ask('list.list')).toMatchObject({ items: [{ name: 'Guests', size: 0, unknown: 1 }] })
  })

  it('refuse a name twice, and an unknown list', async () => {
    expect(await ask('list.create', { name: 'Twice' })).toHaveProperty('id')
    expect(await ask('list.create', { name: 'twice' })).toMatchObject({ code: 'list.name_taken', status: 409 })
    const id = '0190b000-0000-7000-8000-000000000009'
    expect(await ask('list.add', { id, externalIds: [] })).toMatchObject({ code: 'object.unknown', status: 404 })
    const answer = await ask('segment.preview', { definition: { list: id } })
    expect(answer).toMatchObject({ code: 'input.invalid', status: 400 })
  })
})

describe('topics', () => {
  it('count who opted in, or who has not opted out', async () => {
    await track({ user: 'topic:a', event: 'Seen' }, { user: 'topic:b', event: 'Seen' })
    await ask('topic.create', { key: 'news', title: '新品速递', default: 'optIn' })
    await ask('topic.create', { key: 'care', title: '服务提醒', default: 'optOut' })
    expect(await ask('topic.create', { key: 'care', title: 'x', default: 'optIn' })).toMatchObject({
      code: 'topic.key_taken',
    })
    const news = await make('news', { subscribed: 'news' })
    const care = await make('care', { subscribed: 'care' })
    expect(await membersOf(news, 'topic:')).toEqual([])
    expect(await membersOf(care, 'topic:')).toEqual(['a', 'b'])
    for (const topic of ['news', 'care']) await ask('topic.subscribe', { externalId: 'topic:a', topic })
    await ask('topic.unsubscribe', { externalId: 'topic:b', topic: 'care' })
    await w.settle()
    expect(await membersOf(news, 'topic:')).toEqual(['a'])
    expect(await membersOf(care, 'topic:')).toEqual(['a'])
    await ask('topic.subscribe', { externalId: 'topic:a', topic: 'news' })
    await ask('topic.unsubscribe', { externalId: 'topic:a', topic: 'news' })
    await w.settle()
    expect(await membersOf(news, 'topic:')).toEqual([])
    expect(await transitions(news)).toEqual(['entered', 'left'])
    expect(await ask('topic.choices', { externalId: 'topic:b' })).toEqual({
      items: [
        { key: 'care', title: '服务提醒', default: 'optOut', subscribed: false },
        { key: 'news', title: '新品速递', default: 'optIn', subscribed: false },
      ],
    })
    expect(await ask('segment.preview', { definition: { subscribed: 'none' } })).toMatchObject({
      code: 'input.invalid',
    })
    expect(await ask('topic.subscribe', { externalId: 'topic:a', topic: 'none' })).toMatchObject({
      code: 'object.unknown',
    })
  })

  it('go over with a merge, the later choice holding, and come back', async () => {
    await ask('topic.create', { key: 'merge', title: 'x', default: 'optIn' })
    await track({ user: 'tm:a', event: 'Seen' }, { user: 'tm:b', event: 'Seen' })
    await ask('topic.subscribe', { externalId: 'tm:a', topic: 'merge' })
    await w.at(later(w.now(), 1))
    await ask('topic.subscribe', { externalId: 'tm:b', topic: 'merge' })
    await w.at(later(w.now(), 1))
    await ask('topic.unsubscribe', { externalId: 'tm:b', topic: 'merge' })
    await w.settle()
    const id = await make('merge topic', { subscribed: 'merge' })
    expect(await membersOf(id, 'tm:')).toEqual(['a'])
    const [keepId, mergeId] = await Promise.all(
      ['tm:a', 'tm:b'].map(async (externalId) => (await ask('member.get', { externalId })).memberId),
    )
    const merge = await ask('member.merge', { keepId, mergeId })
    await w.settle()
    expect(await membersOf(id, 'tm:')).toEqual([])
    const choice = async (externalId: string) => {
      const { items } = (await ask('topic.choices', { externalId })) as {
        items: { key: string; subscribed: boolean }[]
      }
      return items.find((t) => t.key === 'merge')?.subscribed
    }
    expect(await choice('tm:a')).toBe(false)
    await ask('member.unmerge', { mergeId: merge.mergeId })
    await w.settle()
    expect(await membersOf(id, 'tm:')).toEqual(['a'])
    expect([await choice('tm:a'), await choice('tm:b')]).toEqual([true, false])
  })
})

describe('segments in segments', () => {
  it('turn together, follow a changed definition, and are refused in a circle', async () => {
    const zero = w.now()
    await track({ user: 'in:a', event: 'Deep' }, { user: 'in:b', event: 'Other' })
    const inner = await make('inner', { event: 'Deep', within: '1h' })
    const middle = await make('middle', { not: { segment: inner } })
    const outer = await make('outer', { all: [{ segment: middle }, { event: 'Other' }] })
    expect(await membersOf(middle, 'in:')).toEqual(['b'])
    expect(await membersOf(outer, 'in:')).toEqual(['b'])
    // Entering the inner one and doing the other thing at once makes no blink of the outer one.
    await track({ user: 'in:c', event: 'Other' }, { user: 'in:c', event: 'Deep' })
    expect(await membersOf(outer, 'in:')).toEqual(['b'])
    await w.at(later(zero, 3600))
    expect(await membersOf(inner, 'in:')).toEqual([])
    expect(await membersOf(outer, 'in:')).toEqual(['b', 'c'])
    expect((await transitions(outer)).filter((t) => t === 'left')).toEqual([])
    expect(await ask('segment.update', { id: inner, definition: { segment: outer } })).toMatchObject({
      code: 'input.invalid',
    })
    expect(await ask('segment.update', { id: inner, definition: { segment: inner } })).toMatchObject({
      code: 'input.invalid',
    })
    expect(await ask('segment.update', { id: inner, definition: { event: 'Other' } })).toMatchObject({ version: 2 })
    await w.settle()
    expect(await membersOf(outer, 'in:')).toEqual([])
    expect((await transitions(outer)).slice(-2)).toEqual(['left*', 'left*'])
    expect(await ask('segment.usage', { id: inner })).toEqual({
      items: [{ kind: 'segment', id: middle, name: 'middle' }],
    })
    expect(await ask('segment.delete', { id: inner })).toMatchObject({ code: 'segment.in_use' })
    const explained = await ask('segment.explain', { id: outer, externalId: 'in:b' })
    expect(explained).toMatchObject({
      member: false,
      because: [
        { clause: { segment: middle }, holds: false },
        { clause: { segment: inner }, holds: true },
        { clause: { event: 'Other' }, holds: true, events: [{ name: 'Other' }] },
        { clause: { event: 'Other' }, holds: true },
      ],
    })
  })
})

describe('clauses of the grammar', () => {
  it.each([
    [{ stopped: 'a', active: '7d', quiet: '7d' }, 'definition.quiet'],
    [{ restarted: 'a', quietFrom: '1d', recent: '2d' }, 'definition.recent'],
    [{ regularly: { event: 'a' }, every: '1d', of: 2, atLeast: 3 }, 'definition.atLeast'],
    [{ bucket: { salt: 's', from: 0.5, to: 0.2 } }, 'definition.bucket.to'],
    [{ sequence: [{ event: 'a' }] }, 'definition.sequence'],
    [{ lastEvent: 'a', has: [] }, 'definition.has'],
    [{ held: { property: 'a', equals: 1 }, op: 'eq', for: '1d' }, 'definition.op'],
    [{ segment: '0190c000-0000-7000-8000-000000000001' }, 'definition'],
    [{ event: { metric: 'x' } }, 'definition'],
    [{ event: { metric: 5 } }, 'definition.event'],
    [{ metric: 'x', op: 'gte', value: 1 }, 'definition'],
    [{ event: 'a', count: { op: 'gte', value: -1 } }, 'definition.count.value'],
    [{ near: { point: [91, 0] }, radius: '1km' }, 'definition.near.point.0'],
    [{ near: { point: [0, 0] }, radius: '0m' }, 'definition.radius'],
    [{ near: { point: [0, 0] }, radius: '3 miles' }, 'definition.radius'],
    [{ near: { store: '0190c000-0000-7000-8000-000000000001' }, radius: '1km' }, 'definition'],
    [{ event: 'a', measure: { of: 'x', fn: 'median' }, op: 'gt', value: 1 }, 'definition.measure.fn'],
  ])('refuse what makes no sense (%#)', async (definition, path) => {
    const answer = await ask('segment.preview', { definition: definition as Answer })
    expect(answer).toMatchObject({ code: 'input.invalid', status: 400 })
    expect((answer.errors as { path: string }[]).map((e) => e.path)).toContain(path)
  })

  it('refuse insights in live segments', async () => {
    const insight = { insight: { kind: 'funnel', query: {}, cell: 'x' } }
    expect(await ask('segment.create', { name: 'cell', definition: insight })).toMatchObject({ code: 'input.invalid' })
  })

  it('follow membership of communities', async () => {
    const { id: community } = await ask('community.create', { name: '露营群' })
    expect(community).toBeTypeOf('string')
    const any = await make('in any', { community: 'any', joinedWithin: '1d' })
    const one = await make('in one', { community, role: 'member' })
    const member = await w.member({ externalId: 'comm:a' })
    const zero = w.now()
    const joined = (await w.as(member, 'community.join', { communityId: community })) as Answer
    expect(joined).not.toHaveProperty('code')
    await w.settle()
    expect(await membersOf(any, 'comm:')).toEqual(['a'])
    expect(await membersOf(one, 'comm:')).toEqual(['a'])
    expect(await ask('segment.explain', { id: any, externalId: 'comm:a' })).toMatchObject({
      member: true,
      nextChangeAt: later(zero, 86_400),
    })
    await w.at(later(zero, 86_400))
    expect(await membersOf(any, 'comm:')).toEqual([])
    await w.as(member, 'community.leave', { communityId: community })
    await w.settle()
    expect(await membersOf(one, 'comm:')).toEqual([])
  })

  it('explain in words of both languages', async () => {
    await track({ user: 'word:a', event: 'Bought' })
    const id = await make('words', { event: 'Bought', within: '7d', count: { op: 'gte', value: 2 } })
    expect(await ask('segment.explain', { id, externalId: 'word:a' })).toMatchObject({
      member: false,
      nextChangeAt: null,
      because: [
        {
          words: {
            en: 'Bought at least 2 times in the last 7 days: no (1)',
            zh: '在最近 7 天内「Bought」次数至少 2：否（1）',
          },
        },
      ],
    })
  })
})
