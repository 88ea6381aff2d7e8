import { afterAll, beforeAll, expect, test } from 'vitest'
import { machine } from '#kernel/bulk'
import { type AnyAction, slice } from '#kernel/capability'
import { callMany } from '#kernel/invoke'
import { Problem } from '#kernel/problem'
import { transact } from '#kernel/run'
import { type World, world } from '#test/world'
import { verifyPoints } from './points.ts'

let w: World
let refusing = false
/** Comes after all others and can refuse. */
const last = slice()('last', { layer: 'decision', title: { en: 'Last', zh: '末位' } }).capability({
  undo: async () => {
    if (refusing) throw new Problem('object.unknown', 404)
    return []
  },
})
beforeAll(async () => {
  w = await world({ more: [last] })
})
afterAll(() => w?.end())

type Who = Awaited<ReturnType<World['member']>>
const undo = (eventId: string, who = w.owner) => w.as(who, 'event.undo', { eventId })
const preview = (eventId: string, who = w.owner) => w.as(who, 'event.undo_preview', { eventId })
/** The id of the member's check-in, once its points have come. */
async function checkIn(who: Who): Promise<string> {
  await w.as(who, 'checkin.complete')
  await w.settle()
  const { items } = (await w.as(w.owner, 'event.list', { memberId: who.memberId, name: 'checkin.completed' })) as {
    items: { id: string }[]
  }
  return items[0]?.id as string
}
/** An effect with this cause, as a reactor or a journey would bring it about. */
async function effect(operation: string, who: Who, cause: string, input: Record<string, unknown>): Promise<void> {
  const action = w.host.registry.operations.get(operation) as AnyAction
  const [result] = await transact(w.host, (tx, emitted) =>
    callMany(w.host, tx, emitted, machine('test'), action, [{ memberId: who.memberId, cause, input }]),
  )
  expect(result).toMatchObject({ ok: true })
}
const letter = (title: string) => ({ channel: 'inbox', content: { title, body: 'Text' }, purpose: 'service' })
const lines = (answer: unknown) =>
  (
    answer as { capabilities: { capability: string; consequences: { count: number; stays?: true }[] }[] }
  ).capabilities.map(({ capability, consequences }) => [
    capability,
    ...consequences.map((c) => (c.stays ? `${c.count} stay` : c.count)),
  ])
const balance = (who: Who) => w.as(who, 'points.balance')

test('what an event brought about is told in numbers, taken back once, and told as events and in the audit', async () => {
  const mei = await w.member({ externalId: 'mei' })
  const eventId = await checkIn(mei)
  await effect('points.award', mei, eventId, { points: 9, reason: 'campaign' })
  await effect('message.send', mei, eventId, letter('Well done'))
  await w.as(w.owner, 'points.award', { memberId: mei.memberId, points: 5, reason: 'other' })
  expect(await balance(mei)).toMatchObject({ available: 15 })

  const before = [
    ['points', -10],
    ['message', 1],
  ]
  expect(lines(await preview(eventId))).toEqual(expect.arrayContaining(before))
  expect(await balance(mei)).toMatchObject({ available: 15, owed: 0 })
  const done = await undo(eventId)
  expect(lines(done)).toEqual(expect.arrayContaining(before))
  expect(lines(done)).toHaveLength(2)
  expect(await balance(mei)).toMatchObject({ available: 5, owed: 0 })
  expect(await w.as(mei, 'message.inbox')).toMatchObject({ items: [], unread: 0 })

  expect(lines(await undo(eventId))).toEqual([])
  expect(lines(await preview(eventId))).toEqual([])
  expect(await balance(mei)).toMatchObject({ available: 5 })
  expect(await verifyPoints(w.host.db)).toMatchObject({ ok: true, problems: [] })

  await w.settle()
  const events = await w.warehouse.query<{ name: string; n: number }>(
    `SELECT name, toUInt32(count()) AS n FROM events WHERE cause = {cause:String} AND memberId = {m:UUID}
     GROUP BY name ORDER BY name`,
    { cause: `undo:${eventId}`, m: mei.memberId },
  )
  expect(events).toEqual([
    { name: 'message.withdrawn', n: 1 },
    { name: 'points.reversed', n: 2 },
  ])
  const { items } = (await w.as(w.owner, 'audit.find', { operation: 'event.undo' })) as { items: { change: unknown }[] }
  expect(items).toHaveLength(2)
  expect(JSON.stringify(items)).toContain('Points taken back: -10')
})

test('what was spent already is owed; what was read stays; held and spent points go back', async () => {
  const lin = await w.member({ externalId: 'lin' })
  const eventId = await checkIn(lin)
  await effect('points.award', lin, eventId, { points: 19, reason: 'campaign' })
  await w.as(w.owner, 'points.spend', { memberId: lin.memberId, points: 12, reason: 'gift' })
  await effect('message.send', lin, eventId, letter('Read me'))
  await w.as(lin, 'message.read_all')
  expect(lines(await preview(eventId))).toEqual(
    expect.arrayContaining([
      ['points', -20, 12],
      ['message', '1 stay'],
    ]),
  )
  await undo(eventId)
  expect(await balance(lin)).toMatchObject({ available: 0, owed: 12 })
  await w.as(w.owner, 'points.award', { memberId: lin.memberId, points: 30, reason: 'other' })
  expect(await balance(lin)).toMatchObject({ available: 18, owed: 0 })

  const fine = await checkIn(await w.member({ externalId: 'fined' }))
  await effect('points.spend', lin, fine, { points: 4, reason: 'fine' })
  await effect('points.hold', lin, fine, { points: 6, reason: 'deposit' })
  expect(await balance(lin)).toMatchObject({ available: 8, held: 6 })
  expect(lines(await undo(fine))).toEqual([['points', -1, 10]])
  expect(await balance(lin)).toMatchObject({ available: 18, held: 0 })
  expect(lines(await undo(fine))).toEqual([])
  expect(await verifyPoints(w.host.db)).toMatchObject({ ok: true, problems: [] })
})

test('ten at once take back once', async () => {
  const jun = await w.member({ externalId: 'jun' })
  const eventId = await checkIn(jun)
  await effect('points.award', jun, eventId, { points: 9, reason: 'campaign' })
  const answers = await Promise.all(Array.from({ length: 10 }, () => undo(eventId)))
  expect(answers.filter((a) => lines(a).length > 0)).toHaveLength(1)
  expect(await balance(jun)).toMatchObject({ available: 0, owed: 0 })
})

test('all capabilities or none: where one cannot, the others have not', async () => {
  const fay = await w.member({ externalId: 'fay' })
  const eventId = await checkIn(fay)
  await effect('message.send', fay, eventId, letter('Stays'))
  refusing = true
  expect(await undo(eventId)).toMatchObject({ status: 404 })
  refusing = false
  expect(await balance(fay)).toMatchObject({ available: 1 })
  expect(await w.as(fay, 'message.inbox')).toMatchObject({ unread: 1 })
  await w.settle()
  const [told] = await w.warehouse.query<{ n: number }>(
    'SELECT toUInt32(count()) AS n FROM events WHERE cause = {cause:String}',
    { cause: `undo:${eventId}` },
  )
  expect(told).toEqual({ n: 0 })
  expect(lines(await undo(eventId))).toHaveLength(2)
})

test('effects follow a merge and are taken back from whom they belong to now', async () => {
  const [keep, gone] = [await w.member({ externalId: 'keep' }), await w.member({ externalId: 'gone' })]
  const eventId = await checkIn(gone)
  await w.as(w.owner, 'member.merge', { keepId: keep.memberId, mergeId: gone.memberId })
  expect(await balance(keep)).toMatchObject({ available: 1 })
  expect(lines(await undo(eventId))).toEqual([['points', -1]])
  expect(await balance(keep)).toMatchObject({ available: 0 })
})

test('only with the right, and only within the scope', async () => {
  const bo = await w.member({ externalId: 'bo' })
  const eventId = await checkIn(bo)
  for (const role of ['analyst', 'support', 'content'] as const)
    expect(await undo(eventId, w.operator(role)), role).toMatchObject({ status: 403 })
  expect(await preview(eventId, bo)).toMatchObject({ status: 403 })
  const { id: communityId } = (await w.as(w.owner, 'community.create', { name: 'Tea' })) as { id: string }
  const moderator = w.operator('moderator', { kind: 'communities', ids: [communityId] })
  expect(await undo(eventId, moderator)).toMatchObject({ status: 404 })
  await w.as(bo, 'community.join', { communityId })
  await w.settle()
  const outside = await w.member({ externalId: 'outside' })
  await effect('points.award', outside, eventId, { points: 3, reason: 'referral' })
  expect(lines(await undo(eventId, moderator))).toEqual([['points', -1]])
  expect(await balance(outside)).toMatchObject({ available: 3 })
  expect(await undo('00000000-0000-7000-8000-000000000000')).toMatchObject({ status: 404 })
})
