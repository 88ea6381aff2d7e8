// Segments that ask for a tag follow it: put on, taken off, lapsed to the millisecond, its condition changed, its members
// merged and taken apart.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type World, world } from '#test/world'

let w: World
let mei: { memberId: string }
let lin: { memberId: string }
let n = 0
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())
beforeEach(async () => {
  n++
  mei = await w.member({ externalId: `mei-${n}` })
  lin = await w.member({ externalId: `lin-${n}` })
})

type Answer = Record<string, unknown>
async function ask(operation: string, input: Answer = {}): Promise<Answer> {
  const answer = (await w.as(w.owner, operation, input)) as Answer
  if ('code' in answer) throw new Error(`${operation}: ${JSON.stringify(answer)}`)
  return answer
}
const followed = async (tag: string) => {
  const { id } = await ask('segment.create', { name: `has ${tag}`, definition: { tag } })
  await w.settle()
  return String(id)
}
const membersOf = async (id: string) =>
  ((await ask('segment.members', { id })).items as { memberId: string; enteredAt: string }[]).map((m) => m.memberId)
/** When the member entered and left the segment, as the timeline tells it. */
async function moves(segmentId: string, memberId: string) {
  const rows = await w.warehouse.query<{ name: string; at: string }>(
    `SELECT name, toString(toUnixTimestamp64Milli(timestamp)) AS at FROM events
     WHERE name IN ('segment.entered', 'segment.left') AND JSONExtractString(properties, 'segmentId') = {segmentId:String}
       AND memberId = {memberId:UUID} ORDER BY timestamp, seq`,
    { segmentId, memberId },
  )
  return rows.map((r) => [r.name, new Date(Number(r.at)).toISOString()])
}

it('follows a fixed tag that is put on and taken off', async () => {
  await ask('tag.create', { key: 'vip', title: { en: 'VIP', zh: '贵宾' } })
  const segment = await followed('vip')
  expect(await membersOf(segment)).toEqual([])
  expect(await ask('tag.apply', { key: 'vip', memberId: mei.memberId })).toMatchObject({ applied: true })
  await w.settle()
  expect(await membersOf(segment)).toEqual([mei.memberId])
  expect(await ask('tag.apply', { key: 'vip', memberId: mei.memberId })).toMatchObject({ applied: false })
  await ask('tag.remove', { key: 'vip', memberId: mei.memberId })
  await w.settle()
  expect(await membersOf(segment)).toEqual([])
  expect((await moves(segment, mei.memberId)).map(([name]) => name)).toEqual(['segment.entered', 'segment.left'])
})

it('lapses to the millisecond, and a renewed one lapses later', async () => {
  await ask('tag.create', { key: 'trial', title: '体验中', lapsesAfter: '3d' })
  const segment = await followed('trial')
  const start = w.now().getTime()
  const at = (ms: number) => w.at(new Date(start + ms).toISOString())
  const DAY = 86_400_000
  await ask('tag.apply', { key: 'trial', memberId: mei.memberId })
  await ask('tag.apply', { key: 'trial', memberId: lin.memberId })
  await at(DAY)
  await ask('tag.apply', { key: 'trial', memberId: lin.memberId })
  await at(3 * DAY - 1)
  expect((await membersOf(segment)).sort()).toEqual([mei.memberId, lin.memberId].sort())
  await at(3 * DAY)
  expect(await membersOf(segment)).toEqual([lin.memberId])
  expect((await moves(segment, mei.memberId)).at(-1)).toEqual(['segment.left', new Date(start + 3 * DAY).toISOString()])
  expect(await ask('tag.get', { key: 'trial' })).toMatchObject({ size: 1 })
  await at(4 * DAY - 1)
  expect(await membersOf(segment)).toEqual([lin.memberId])
  await at(4 * DAY)
  expect(await membersOf(segment)).toEqual([])
  expect((await moves(segment, lin.memberId)).at(-1)).toEqual(['segment.left', new Date(start + 4 * DAY).toISOString()])
})

it('lapses at the end that the application names, and at local midnight for calendar days', async () => {
  await ask('tag.create', { key: 'today', title: '当日有效', lapsesAfter: '1cd' })
  const segment = await followed('today')
  const end = new Date(w.now().getTime() + 1234)
  await ask('tag.apply', { key: 'today', memberId: mei.memberId, expiresAt: end.toISOString() })
  const applied = await ask('tag.apply', { key: 'today', memberId: lin.memberId })
  expect(String(applied.expiresAt)).toMatch(/T16:00:00.000Z$/)
  await w.at(new Date(end.getTime() - 1).toISOString())
  expect((await membersOf(segment)).sort()).toEqual([mei.memberId, lin.memberId].sort())
  await w.at(end.toISOString())
  expect(await membersOf(segment)).toEqual([lin.memberId])
  await w.at(String(applied.expiresAt))
  expect(await membersOf(segment)).toEqual([])
  expect(
    await w.as(w.owner, 'tag.apply', { key: 'today', memberId: mei.memberId, expiresAt: end.toISOString() }),
  ).toMatchObject({ code: 'tag.expiry_past', status: 400 })
})

it('follows a dynamic tag, and turns when its condition is edited', async () => {
  const since = new Date(w.now().getTime() + 1).toISOString()
  await w.at(since)
  const acted = (min: number) => ({ event: 'topic.subscribed', from: since, count: { op: 'gte', value: min } })
  await ask('tag.create', { key: 'keen', title: '热心', condition: acted(1) })
  for (const topic of ['a', 'b']) await ask('topic.create', { key: topic, title: topic, default: 'optIn' })
  const segment = await followed('keen')
  await ask('topic.subscribe', { topic: 'a', memberId: mei.memberId })
  await ask('topic.subscribe', { topic: 'a', memberId: lin.memberId })
  await ask('topic.subscribe', { topic: 'b', memberId: lin.memberId })
  await w.settle()
  expect((await membersOf(segment)).sort()).toEqual([mei.memberId, lin.memberId].sort())
  await ask('tag.update', { key: 'keen', condition: acted(2) })
  await w.settle()
  expect(await membersOf(segment)).toEqual([lin.memberId])
  expect(await ask('tag.get', { key: 'keen' })).toMatchObject({ size: 1, kind: 'dynamic', isFilling: false })
  expect((await ask('tag.of_member', { memberId: lin.memberId })).items).toMatchObject([
    { key: 'keen', kind: 'dynamic' },
  ])
  expect((await ask('tag.members', { key: 'keen' })).items).toMatchObject([{ memberId: lin.memberId, source: null }])
  expect(await w.as(w.owner, 'tag.apply', { key: 'keen', memberId: mei.memberId })).toMatchObject({
    code: 'tag.dynamic',
  })
})

it('refuses a condition that leads back to the tag itself', async () => {
  await ask('tag.create', {
    key: 'egg',
    title: 'egg',
    condition: { any: [{ tag: 'hen' }, { event: 'topic.subscribed' }] },
  })
  for (const condition of [{ tag: 'egg' }, { not: { tag: 'hen' } }])
    expect(await w.as(w.owner, 'tag.create', { key: 'hen', title: 'hen', condition })).toMatchObject({
      code: 'input.invalid',
    })
  expect(await w.as(w.owner, 'tag.update', { key: 'egg', condition: { tag: 'egg' } })).toMatchObject({
    code: 'input.invalid',
  })
})

it('says what holds when members are merged and taken apart', async () => {
  for (const key of ['both', 'lost', 'hers']) await ask('tag.create', { key, title: key })
  const segments = { both: await followed('both'), lost: await followed('lost'), hers: await followed('hers') }
  await ask('tag.apply', { key: 'both', memberId: mei.memberId })
  await ask('tag.apply', { key: 'both', memberId: lin.memberId })
  await ask('tag.apply', { key: 'lost', memberId: mei.memberId })
  await ask('tag.apply', { key: 'hers', memberId: lin.memberId })
  await w.at(new Date(w.now().getTime() + 1000).toISOString())
  // Told last of the two: without more, the merged member would read as without it.
  await ask('tag.apply', { key: 'lost', memberId: lin.memberId })
  await ask('tag.remove', { key: 'lost', memberId: lin.memberId })
  await w.at(new Date(w.now().getTime() + 1000).toISOString())
  const { mergeId } = await ask('member.merge', { keepId: mei.memberId, mergeId: lin.memberId })
  await w.settle()
  const keysOf = async (memberId: string) =>
    ((await ask('tag.of_member', { memberId })).items as { key: string }[]).map((i) => i.key).sort()
  expect(await keysOf(mei.memberId)).toEqual(['both', 'hers', 'lost'])
  for (const id of Object.values(segments)) expect(await membersOf(id)).toEqual([mei.memberId])
  expect(await ask('tag.get', { key: 'both' })).toMatchObject({ size: 1 })

  // Taken off the two as one: it stays off, whoever brought it.
  await ask('tag.remove', { key: 'hers', memberId: mei.memberId })
  await w.settle()
  await ask('member.unmerge', { mergeId })
  await w.settle()
  expect(await keysOf(mei.memberId)).toEqual(['both', 'lost'])
  expect(await keysOf(lin.memberId)).toEqual(['both'])
  expect((await membersOf(segments.both)).sort()).toEqual([mei.memberId, lin.memberId].sort())
  expect(await membersOf(segments.lost)).toEqual([mei.memberId])
  expect(await membersOf(segments.hers)).toEqual([])
  expect(await ask('tag.get', { key: 'both' })).toMatchObject({ size: 2 })

  await ask('member.erase', { memberId: mei.memberId })
  await w.settle()
  expect(await membersOf(segments.both)).toEqual([lin.memberId])
  expect(await ask('tag.get', { key: 'both' })).toMatchObject({ size: 1 })
})
