import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteWhileFilled } from '#test/delete-while-filled'
import { type World, world } from '#test/world'
import vectors from './segment-cases.json' with { type: 'json' }
import { later, type Sent, tracker } from './tracker.fixture.ts'

let w: World
let track: Awaited<ReturnType<typeof tracker>>
beforeAll(async () => {
  w = await world()
  track = await tracker(w)
})
afterAll(() => w.end())

type Answer = Record<string, unknown>
const ask = async (operation: string, input: Answer = {}) => (await w.as(w.owner, operation, input)) as Answer

async function make(name: string, definition: unknown): Promise<string> {
  const { id } = await ask('segment.create', { name, definition: definition as Answer })
  await w.settle()
  return id as string
}

/** External ids of a segment's members among those with this prefix. */
async function membersOf(id: string, prefix: string): Promise<string[]> {
  const { items } = (await ask('segment.members', { id, limit: 200 })) as { items: { externalId: string | null }[] }
  return items.flatMap((m) => (m.externalId?.startsWith(prefix) ? [m.externalId.slice(prefix.length)] : [])).sort()
}

const transitions = (segmentId: string) =>
  w.warehouse.query<{ name: string; at: string; flag: number }>(
    `SELECT name, toString(timestamp) AS at, JSONHas(properties, 'definition') AS flag FROM events
     WHERE name IN ('segment.entered', 'segment.left') AND JSONExtractString(properties, 'segmentId') = {segmentId:String}
     ORDER BY timestamp, seq`,
    { segmentId },
  )

describe('published cases', () => {
  type Case = (typeof vectors.cases)[number]
  const OPS: Record<string, string> = {
    neq: 'ne',
    '>': 'gt',
    '>=': 'gte',
    '<': 'lt',
    '<=': 'lte',
    '=': 'eq',
    exists: 'exists',
  }
  const opOf = (op: string) => OPS[op] ?? op
  const seconds = (n: unknown) => `${Number(n)}s`
  /** Their little language in ours. */
  function translate(c: Answer, lists: Readonly<Record<string, string>>): unknown {
    if (c.and) return { all: (c.and as Answer[]).map((part) => translate(part, lists)) }
    if (c.or) return { any: (c.or as Answer[]).map((part) => translate(part, lists)) }
    const [[kind, raw]] = Object.entries(c) as [[string, Answer]]
    const within = raw.within_seconds === undefined ? {} : { within: seconds(raw.within_seconds) }
    const filters = (list: unknown) => ((list ?? []) as Answer[]).map((f) => ({ ...f, op: opOf(f.op as string) }))
    switch (kind) {
      case 'trait':
        return { property: raw.path, op: opOf(raw.op as string), value: raw.value }
      case 'trait_held':
        return {
          held: { property: raw.path, equals: raw.equals },
          op: opOf(raw.op as string),
          for: seconds(raw.seconds),
        }
      case 'did': {
        const { op, value } = raw.count as { op: string; value: number }
        return { event: raw.event, count: { op: opOf(op), value }, ...within }
      }
      case 'last_did':
        return { lastEvent: raw.event, where: filters(raw.where), has: filters(raw.has) }
      case 'in_list':
        return { list: lists[raw as unknown as string] }
      case 'stopped':
        return { stopped: raw.event, active: seconds(raw.active_window_seconds), quiet: seconds(raw.quiet_seconds) }
      case 'sequence':
        return { sequence: [{ event: raw.first }, { event: raw.then }], gap: seconds(raw.gap_seconds), ...within }
      default:
        throw new Error(`no translation of ${kind}`)
    }
  }
  interface Step {
    t?: number
    ingest?: Answer[]
    list?: Record<string, { replace: string[] }>
    expect?: { members: { s: string[] } }
  }

  it.each(vectors.cases)('$id: $title', async (one: Case) => {
    const zero = w.now()
    const prefix = `${one.id}:`
    const lists: Record<string, string> = {}
    for (const name of new Set((one.steps as Step[]).flatMap((s) => Object.keys(s.list ?? {}))))
      lists[name] = (await ask('list.create', { name: prefix + name })).id as string
    const id = await make(one.id, translate(one.segments.s as Answer, lists))
    for (const step of one.steps as Step[]) {
      if (step.t !== undefined && step.t > 0) await w.at(later(zero, step.t))
      for (const item of step.ingest ?? []) {
        const t = item.t as number
        if (t > 0) await w.at(later(zero, t))
        const sent: Sent = { user: prefix + String(item.user), at: later(zero, t) }
        if (item.type === 'identify') await track({ ...sent, properties: item.traits as Answer })
        else await track({ ...sent, event: item.event as string, properties: item.properties as Answer })
      }
      for (const [name, { replace }] of Object.entries(step.list ?? {})) {
        await ask('list.replace', { id: lists[name] as string, externalIds: replace.map((user) => prefix + user) })
        await w.settle()
      }
      if (!step.expect) continue
      expect(await membersOf(id, prefix)).toEqual([...step.expect.members.s].sort())
      const { definition } = await ask('segment.get', { id })
      const seen = (await ask('segment.preview', { definition, limit: 200 })) as { sample: { externalId: string }[] }
      const previewed = seen.sample.flatMap((m) =>
        m.externalId.startsWith(prefix) ? [m.externalId.slice(prefix.length)] : [],
      )
      expect(previewed.sort()).toEqual([...step.expect.members.s].sort())
    }
    await ask('segment.delete', { id })
    await w.settle()
  })
})

describe('live membership', () => {
  it('follows events and time at the exact instants, and tells each transition once', async () => {
    const id = await make('bought twice', { event: 'Bought', within: '1h', count: { op: 'gte', value: 2 } })
    const zero = w.now()
    await track({ user: 'live:a', event: 'Bought' })
    await w.at(later(zero, 60))
    await track({ user: 'live:a', event: 'Bought' })
    expect(await membersOf(id, 'live:')).toEqual(['a'])
    await w.at(later(zero, 3599.999))
    expect(await membersOf(id, 'live:')).toEqual(['a'])
    await w.at(later(zero, 3600))
    expect(await membersOf(id, 'live:')).toEqual([])
    const told = await transitions(id)
    expect(told.map((t) => [t.name, new Date(t.at).toISOString(), t.flag])).toEqual([
      ['segment.entered', later(zero, 60), 0],
      ['segment.left', later(zero, 3600), 0],
    ])
  })

  it('takes in members without any event of the kind as soon as they are known', async () => {
    const id = await make('never bought', { event: 'Bought', count: { op: 'eq', value: 0 } })
    await track({ user: 'none:a', event: 'Looked' })
    expect(await membersOf(id, 'none:')).toEqual(['a'])
    await track({ user: 'none:a', event: 'Bought' })
    expect(await membersOf(id, 'none:')).toEqual([])
  })

  it('does not tell of a state that begins and ends within one batch', async () => {
    const id = await make('is red', { property: 'colour', op: 'eq', value: 'red' })
    const at = w.now()
    await track(
      { user: 'blink:a', properties: { colour: 'red' }, at: later(at, -2) },
      { user: 'blink:a', properties: { colour: 'blue' }, at: later(at, -1) },
    )
    expect(await transitions(id)).toEqual([])
  })

  it('counts a future event when its time comes, and a late one at its receipt', async () => {
    const id = await make('showed up', { event: 'Showed' })
    const zero = w.now()
    await track({ user: 'when:f', event: 'Showed', at: later(zero, 600) })
    expect(await membersOf(id, 'when:')).toEqual([])
    await w.at(later(zero, 300))
    await track({ user: 'when:l', event: 'Showed', at: later(zero, -86_400) })
    expect(await membersOf(id, 'when:')).toEqual(['l'])
    await w.at(later(zero, 600))
    expect(await membersOf(id, 'when:')).toEqual(['f', 'l'])
    const { items } = (await ask('segment.members', { id })) as { items: { externalId: string; enteredAt: string }[] }
    expect(items.map((m) => [m.externalId, m.enteredAt])).toEqual([
      ['when:f', later(zero, 600)],
      ['when:l', later(zero, 300)],
    ])
  })

  it('keeps a merged member in its segments without telling of a newcomer, and gives it back', async () => {
    const id = await make('gave a review', { event: 'Reviewed' })
    await track({ user: 'merge:a', event: 'Reviewed' }, { user: 'merge:b', event: 'Looked' })
    const ids = await Promise.all(
      ['merge:a', 'merge:b'].map(async (externalId) => (await ask('member.get', { externalId })).memberId),
    )
    const before = (await transitions(id)).length
    const { mergeId } = await ask('member.merge', { keepId: ids[1], mergeId: ids[0] })
    await w.settle()
    expect(await membersOf(id, 'merge:')).toEqual(['b'])
    expect(await transitions(id)).toHaveLength(before)
    await ask('member.unmerge', { mergeId })
    await w.settle()
    expect(await membersOf(id, 'merge:')).toEqual(['a'])
    expect((await ask('segment.get', { id })).size).toBe(1)
  })
})

describe('definitions', () => {
  it('fills a new segment and flags the change set; an equal definition changes nothing', async () => {
    await track({ user: 'def:a', properties: { city: '上海' } }, { user: 'def:b', properties: { city: '北京' } })
    const definition = { property: 'city', op: 'eq', value: '上海' }
    const id = await make('Shanghai', definition)
    expect(await membersOf(id, 'def:')).toEqual(['a'])
    expect((await transitions(id)).map((t) => [t.name, t.flag])).toEqual([['segment.entered', 1]])
    expect(await ask('segment.update', { id, definition: { value: '上海', op: 'eq', property: 'city' } })).toEqual({
      id,
      version: 1,
    })
    const next = { property: 'city', op: 'eq', value: '北京' }
    expect(await ask('segment.preview_change', { id, definition: next })).toEqual({ gain: 1, lose: 1 })
    expect(await ask('segment.update', { id, definition: next })).toEqual({ id, version: 2 })
    await w.settle()
    expect(await membersOf(id, 'def:')).toEqual(['b'])
    expect((await transitions(id)).map((t) => [t.name, t.flag])).toEqual([
      ['segment.entered', 1],
      ['segment.entered', 1],
      ['segment.left', 1],
    ])
  })

  it('previews the same members as live membership and explanations, now and as of then', async () => {
    const zero = w.now()
    const definition = {
      all: [
        { event: 'Read', within: '1d', count: { op: 'gte', value: 2 } },
        { not: { property: 'muted', op: 'eq', value: true } },
      ],
    }
    const id = await make('readers', definition)
    await track(
      { user: 'pre:a', event: 'Read', properties: { page: '/x' } },
      { user: 'pre:a', event: 'Read' },
      { user: 'pre:b', event: 'Read' },
      { user: 'pre:c', event: 'Read' },
      { user: 'pre:c', event: 'Read' },
      { user: 'pre:c', properties: { muted: true } },
    )
    expect(await membersOf(id, 'pre:')).toEqual(['a'])
    const seen = (await ask('segment.preview', { definition })) as { count: number; sample: { externalId: string }[] }
    expect(seen).toMatchObject({ count: 1, sample: [{ externalId: 'pre:a' }] })
    const explained = await ask('segment.explain', { id, externalId: 'pre:a' })
    expect(explained).toMatchObject({
      member: true,
      because: [
        { holds: true, value: '2', events: [{ name: 'Read' }, { name: 'Read' }] },
        { holds: false, value: '' },
      ],
      nextChangeAt: later(zero, 86_400),
    })
    expect(await ask('segment.explain', { id, externalId: 'pre:c' })).toMatchObject({
      member: false,
      nextChangeAt: null,
    })
    await w.at(later(zero, 86_400))
    expect(await membersOf(id, 'pre:')).toEqual([])
    expect(await ask('segment.preview', { definition })).toMatchObject({ count: 0 })
    expect(await ask('segment.preview', { definition, asOf: later(zero, 1) })).toMatchObject({ count: 1 })
  })

  it.each([
    [{}, 'definition'],
    [{ property: 'a', op: 'like', value: 'x' }, 'definition.op'],
    [{ property: 'a', op: 'eq', value: '' }, 'definition.value'],
    [{ all: [] }, 'definition'],
    [{ all: [{ event: 'segment.entered' }] }, 'definition.all.0.event'],
    [{ event: 'a', within: '5 days' }, 'definition.within'],
    [{ event: 'a', within: '5d', from: '2026-01-01' }, 'definition'],
    [{ event: 'a*b' }, 'definition.event'],
    [{ property: 'a', op: 'matches', value: '(?=x)' }, 'definition.value'],
    [{ property: 'a', op: 'matches', value: '(' }, 'definition.value'],
    [{ property: 'a', op: 'matches', value: 'a{1001}' }, 'definition'],
    [
      Array.from({ length: 11 }).reduce((inner) => ({ not: inner }), { event: 'a' }),
      'definition.not.not.not.not.not.not.not.not.not.not',
    ],
    [{ any: Array.from({ length: 101 }, () => ({ event: 'a' })) }, 'definition.any'],
  ])('refuses what is no definition (%#)', async (definition, path) => {
    const answer = await ask('segment.preview', { definition: definition as Answer })
    expect(answer).toMatchObject({ code: 'input.invalid', status: 400 })
    const paths = (answer.errors as { path: string }[]).map((e) => e.path)
    expect(paths.some((p) => p.startsWith(path) || path.startsWith(p))).toBe(true)
  })

  it('stays deleted where it is deleted while it is filled', async () => {
    await track({ user: 'gone:a', event: 'Gone' })
    const kept = { table: 'segments', rows: 'segment_members', column: 'segment_id' }
    const after = await deleteWhileFilled(w, kept, async () =>
      String((await ask('segment.create', { name: 'gone', definition: { event: 'Gone' } })).id),
    )
    expect(after).toEqual({ states: ['deleted'], left: 0 })
  })

  it('shows a narrowed scope only its own', async () => {
    await track({ user: 'scope:a', event: 'Scoped' }, { user: 'scope:b', event: 'Scoped' })
    const id = await make('scoped', { event: 'Scoped' })
    const store = w.operator('store', { kind: 'own', operatorId: '00000000-0000-4000-8000-000000000001' })
    expect(await w.as(store, 'segment.preview', { definition: { event: 'Scoped' } })).toMatchObject({
      count: 0,
      sample: [],
    })
    expect(await w.as(store, 'segment.members', { id })).toEqual({ items: [], nextCursor: null })
    expect(await w.as(store, 'segment.get', { id })).toMatchObject({ size: 0 })
    expect(await ask('segment.get', { id })).toMatchObject({ size: 2 })
  })

  it('notes sizes by day', async () => {
    await track({ user: 'size:a', event: 'Sized' })
    const id = await make('sized', { event: 'Sized' })
    const first = w.now()
    await w.at(later(first, 86_400))
    await track({ user: 'size:b', event: 'Sized' })
    const { items } = (await ask('segment.history', { id })) as { items: { size: number }[] }
    expect(items.map((i) => i.size)).toEqual([1, 2])
  })
})
