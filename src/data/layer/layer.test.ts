import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sent, type Shop, shop } from './shop.fixture.ts'

let s: Shop
beforeAll(async () => {
  s = await shop('2026-03-01T02:00:00.000Z')
})
afterAll(() => s.w.end())

const DAY = 86_400_000
const ago = (days: number) => new Date(s.w.now().getTime() - days * DAY).toISOString()
/** Each member's layer in a scheme, by external id without this prefix. */
async function layersOf(scheme: string, prefix: string): Promise<Record<string, string>> {
  const { layers } = await s.scheme(scheme)
  const placed: Record<string, string> = {}
  for (const { key } of layers)
    for (const member of (await s.ask('layer.members', { id: scheme, key, limit: 200 })).items as {
      externalId: string | null
    }[]) {
      if (!member.externalId?.startsWith(prefix)) continue
      const name = member.externalId.slice(prefix.length)
      expect(placed[name], `${name} is in one layer only`).toBeUndefined()
      placed[name] = key
    }
  return placed
}

describe('presets', () => {
  it('stand on events of the catalogue, and each can be installed once', async () => {
    const catalogue = JSON.parse(readFileSync(join(import.meta.dirname, '../../../docs/events.json'), 'utf8'))
    const known = new Set((catalogue as { name: string }[]).map((e) => e.name))
    const { items } = (await s.ask('layer.presets')) as {
      items: { key: string; layers: { condition: unknown; expected: number | null; actions: object[] }[] }[]
    }
    expect(items.map((p) => p.key)).toEqual(['value', 'activity', 'role', 'lifecycle', 'tier'])
    for (const preset of items) {
      const unknown = preset.layers.flatMap((l) => eventsOf(l.condition)).filter((e) => e !== '*' && !known.has(e))
      expect([preset.key, unknown]).toEqual([preset.key, []])
      expect(preset.layers.at(-1)?.condition).toBeNull()
    }
    const shares = (key: string) => items.find((p) => p.key === key)?.layers.map((l) => l.expected)
    expect(shares('value')).toEqual([0.3, 0.2, 0.35, 0.15, null])
    expect(shares('activity')).toEqual([0.15, 0.3, 0.4, 0.15])
    expect(shares('role')).toEqual([0.02, 0.08, 0.2, 0.7])
  })

  it('value layers hold at their edges, and time alone moves members on', async () => {
    const silent = (user: string, days: number): Sent => ({ user: `v:${user}`, event: 'Lesson Read', at: ago(days) })
    await s.track(
      silent('new', 6.9),
      // Here for longer than a week, and came yesterday.
      ...[30, 1].map((d) => silent('other', d)),
      silent('lost', 90.1),
      silent('notYetLost', 89.9),
      silent('bought', 31),
      ...Array.from({ length: 50 }, (_, i) => silent('core', i * 2)),
      ...Array.from({ length: 49 }, (_, i) => silent('almost', i * 2)),
    )
    await s.order('v:bought', 'o-1', ago(30.5))
    // Lost comes first: who bought long ago and has been silent for 90 days is no potential.
    await s.track(silent('gone', 120))
    await s.order('v:gone', 'o-2', ago(100))
    const { id } = (await s.ask('layer.install', { preset: 'value' })) as { id: string }
    await s.w.settle()
    expect(await s.refused('layer.install', { preset: 'value' })).toMatchObject({
      code: 'layer.installed',
      status: 409,
    })
    // Nobody was heard of before they were sent; their first sign decides, not the day they were brought along.
    expect(await layersOf(id, 'v:')).toEqual({
      new: 'new',
      other: 'other',
      lost: 'lost',
      notYetLost: 'other',
      bought: 'potential',
      core: 'core',
      almost: 'other',
      gone: 'lost',
    })
    await s.w.at(new Date(s.w.now().getTime() + 0.2 * DAY).toISOString())
    await s.w.settle()
    expect(await layersOf(id, 'v:')).toMatchObject({ new: 'other', notYetLost: 'lost' })
    const told = await s.w.warehouse.query<{ name: string; origin: string; ref: string; flag: number }>(
      `SELECT name, JSONExtractString(properties, 'origin') AS origin, JSONExtractString(properties, 'ref') AS ref,
         JSONHas(properties, 'definition') AS flag FROM events
       WHERE name IN ('segment.entered', 'segment.left') AND flag = 0
         AND memberId = {memberId:UUID} ORDER BY name`,
      { memberId: await s.idOf('v:new') },
    )
    expect(told).toEqual([
      { name: 'segment.entered', origin: 'layer', ref: `${id}/other`, flag: 0 },
      { name: 'segment.left', origin: 'layer', ref: `${id}/new`, flag: 0 },
    ])
    const scheme = await s.scheme(id)
    const total = scheme.layers.reduce((sum, l) => sum + l.size, 0)
    expect(scheme).toMatchObject({ members: total, isFilling: false, preset: 'value' })
    const lost = scheme.layers.find((l) => l.key === 'lost')
    expect(lost?.share).toBeCloseTo((lost?.size ?? 0) / total)
    expect(lost?.deviation).toBeCloseTo((lost?.share ?? 0) - 0.2)
    expect(scheme.layers.find((l) => l.key === 'other')?.deviation).toBeNull()
  })

  it('every preset puts each member in exactly one layer', async () => {
    for (const preset of ['activity', 'role', 'lifecycle', 'tier']) {
      const { id } = (await s.ask('layer.install', { preset })) as { id: string }
      await s.w.settle()
      expect(Object.keys(await layersOf(id, 'v:')).sort()).toEqual(
        ['almost', 'bought', 'core', 'gone', 'lost', 'new', 'notYetLost', 'other'].sort(),
      )
    }
    const { items } = (await s.ask('layer.list', { search: 'ACTIV' })) as { items: { name: { en: string } }[] }
    expect(items.map((i) => i.name.en).sort()).toEqual(['Activity layers', 'Tiers of intent, activity and value'])
  })
})

describe('a layer is usable like a segment', () => {
  it('stands in conditions, says why, and cannot be taken away while something uses it', async () => {
    await s.track({ user: 'u:a', event: 'Used' }, { user: 'u:b', event: 'Unused' })
    const id = await s.create('Usable', [{ key: 'in', event: 'Used' }])
    const scheme = await s.scheme(id)
    const [inside, other] = scheme.layers
    const segment = inside?.segmentId
    const counted = await s.ask('segment.preview', { definition: { segment }, limit: 200 })
    expect(counted).toMatchObject({ count: 1, sample: [{ externalId: 'u:a' }] })
    const memberId = await s.idOf('u:a')
    const mine = ((await s.ask('layer.of_member', { memberId })) as { items: { schemeId: string }[] }).items
    expect(mine.find((m) => m.schemeId === id)).toMatchObject({
      key: 'in',
      segmentId: segment,
      scheme: { en: 'Usable' },
    })
    expect(await s.ask('segment.explain', { id: other?.segmentId, memberId })).toMatchObject({ member: false })

    await s.ask('segment.create', { name: 'on a layer', definition: { not: { segment } } })
    const used = { code: 'layer.in_use', status: 409, detail: 'segment on a layer' }
    expect(await s.refused('layer.delete', { id })).toMatchObject(used)
    const rest = [{ key: 'else', name: both('Else'), condition: { event: 'Unused' } }]
    expect(await s.refused('layer.update', { id, layers: rest })).toMatchObject(used)
    expect((await s.ask('layer.usage', { id })).items).toMatchObject([{ key: 'in', kind: 'segment' }])
    // The other layer is used by nothing.
    const kept = { key: 'in', name: both('In'), condition: { event: 'Used' } }
    expect(await s.ask('layer.update', { id, layers: [kept, { key: 'all', name: both('All') }] })).toEqual({
      id,
      dropped: ['other'],
    })
  })

  it('is gone with its scheme, in numbers', async () => {
    const id = await s.create('Short-lived', [{ key: 'in', event: 'Used' }])
    const { members, layers } = await s.scheme(id)
    expect(await s.ask('layer.delete', { id })).toEqual({ id, layers: 2, members })
    await s.w.settle()
    expect(await s.refused('layer.get', { id })).toMatchObject({ code: 'object.unknown' })
    expect(await s.refused('segment.get', { id: layers[0]?.segmentId })).toMatchObject({ code: 'object.unknown' })
  })
})

describe('a change', () => {
  it('is told in numbers before it is saved, and nothing happens where nothing changes', async () => {
    await s.track(
      ...['a', 'b', 'c'].map((u): Sent => ({ user: `c:${u}`, event: 'One' })),
      ...['b', 'c', 'd'].map((u): Sent => ({ user: `c:${u}`, event: 'Two' })),
    )
    const id = await s.create('Changing', [
      { key: 'one', event: 'One' },
      { key: 'two', event: 'Two' },
    ])
    const before = await s.scheme(id)
    expect(before.layers.slice(0, 2).map((l) => l.size)).toEqual([3, 1])
    const turned = [
      { key: 'two', name: both('Two'), condition: { event: 'Two' } },
      { key: 'one', name: both('One'), condition: { event: 'One' } },
      { key: 'other', name: both('Other') },
    ]
    expect(await s.ask('layer.preview', { id, layers: turned })).toMatchObject({
      members: before.members,
      moving: 2,
      layers: [
        { key: 'two', size: 3, gain: 2, lose: 0 },
        { key: 'one', size: 1, gain: 0, lose: 2 },
        { key: 'other', gain: 0, lose: 0 },
      ],
    })
    const told = async () =>
      Number(
        (await s.w.warehouse.query<{ n: number }>("SELECT count() AS n FROM events WHERE name = 'segment.entered'"))[0]
          ?.n,
      )
    const then = await told()
    await s.ask('layer.update', {
      id,
      layers: before.layers.map(({ key, name, condition }) => ({ key, name, condition })),
    })
    await s.w.settle()
    expect(await told()).toBe(then)
    await s.ask('layer.update', { id, layers: turned })
    await s.w.settle()
    expect(await told()).toBe(then + 2)
    expect(await layersOf(id, 'c:')).toEqual({ a: 'one', b: 'two', c: 'two', d: 'two' })
  })

  const invalid: [string, object[]][] = [
    [
      'a layer without a condition before the last',
      [{ name: both('a') }, { name: both('b'), condition: { event: 'x' } }],
    ],
    ['no condition at all', [{ name: both('a') }]],
    ['shares above 100 %', [0.7, 0.4].map((expected) => ({ name: both('a'), condition: { event: 'x' }, expected }))],
    ['one key twice', [1, 2].map(() => ({ key: 'k', name: both('a'), condition: { event: 'x' } }))],
    ['a condition that is none', [{ name: both('a'), condition: { what: 1 } }]],
    ['an event of segments', [{ name: both('a'), condition: { event: 'segment.entered' } }]],
  ]
  it.each(invalid)('is refused: %s', async (_, layers) => {
    const input = { name: both('Wrong'), layers }
    expect(await s.refused('layer.create', input)).toMatchObject({ code: 'input.invalid', status: 400 })
  })

  it('keeps names apart', async () => {
    await s.create('Named', [{ key: 'a', event: 'x' }])
    const other = await s.create('Other name', [{ key: 'a', event: 'x' }])
    const taken = { code: 'layer.name_taken', status: 409 }
    const layers = [{ name: both('a'), condition: { event: 'x' } }]
    expect(await s.refused('layer.create', { name: both('named'), layers })).toMatchObject(taken)
    expect(await s.refused('layer.update', { id: other, name: both('NAMED') })).toMatchObject(taken)
  })
})

const both = (name: string) => ({ en: name, zh: name })

/** Event names of a condition, wherever they stand. */
function eventsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(eventsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    ['event', 'firstEvent', 'lastEvent', 'stopped', 'restarted'].includes(key) ? [inner].flat() : eventsOf(inner),
  ) as string[]
}
