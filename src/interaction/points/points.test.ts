import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'
import { verifyPoints } from './points.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w?.end())

type Who = Awaited<ReturnType<World['member']>>
const balanceOf = (who: Who) => w.as(who, 'points.balance')
const award = async (who: Who, points: number, more: object = {}) =>
  (await w.as(w.owner, 'points.award', { memberId: who.memberId, points, reason: 'test', ...more })) as {
    transferId: string
    balance: number
  }

test('points are earned, held, spent and taken back, and everybody sees their own side of it', async () => {
  const mei = await w.member({ externalId: 'mei' })
  const { memberId } = mei
  const { transferId } = await award(mei, 100)
  const { holdId } = (await w.as(w.owner, 'points.hold', { memberId, points: 30, reason: 'gift' })) as {
    holdId: string
  }
  expect(await balanceOf(mei)).toMatchObject({ available: 70, held: 30, owed: 0 })
  expect(await w.as(w.owner, 'points.post_hold', { memberId, holdId })).toMatchObject({ balance: 70 })
  expect(await w.as(w.owner, 'points.void_hold', { memberId, holdId })).toMatchObject({ code: 'points.hold_ended' })
  expect(await w.as(w.owner, 'points.spend', { memberId, points: 71, reason: 'gift' })).toMatchObject({
    code: 'points.insufficient',
    status: 409,
  })
  const reversal = { memberId, transferId }
  expect(await w.as(w.owner, 'points.reverse', reversal)).toMatchObject({ points: -100, balance: 0, owed: 30 })
  expect(await w.as(w.owner, 'points.reverse', reversal)).toMatchObject({ code: 'points.already_reversed' })
  expect(await w.as(mei, 'points.history', { limit: 2 })).toMatchObject({
    items: [
      { kind: 'reverse', points: -100 },
      { kind: 'post', points: 0 },
    ],
    nextCursor: expect.any(String),
  })
  const lin = await w.member({ externalId: 'lin' })
  expect(await w.as(lin, 'points.balance', { memberId })).toMatchObject({ status: 404 })
  expect(await w.as(w.owner, 'points.reverse', { ...reversal, memberId: lin.memberId })).toMatchObject({ status: 404 })
  await w.settle()
  const events = await w.warehouse.query<{ name: string }>(
    `SELECT name FROM events WHERE name LIKE 'points.%' ORDER BY seq`,
  )
  expect(events.map((e) => e.name)).toEqual(['points.awarded', 'points.held', 'points.spent', 'points.reversed'])
})

test('awards end with the month two years ahead in the brand’s zone, and the clock takes them then, once', async () => {
  const jun = await w.member({ externalId: 'jun' })
  await award(jun, 10)
  await award(jun, 5, { expiresAt: null })
  expect(await balanceOf(jun)).toMatchObject({ expiring: { points: 10, at: '2028-03-31T16:00:00.000Z' } })
  const held = await w.as(w.owner, 'points.hold', { memberId: jun.memberId, points: 3, reason: 'basket' })
  expect(held).toMatchObject({ balance: 12 })
  await w.at('2026-03-01T03:00:00.000Z')
  expect(await balanceOf(jun)).toMatchObject({ available: 15, held: 0 })
  await w.at('2028-03-31T15:59:59.000Z')
  expect(await balanceOf(jun)).toMatchObject({ available: 15 })
  await w.at('2028-04-02T00:00:00.000Z')
  expect(await balanceOf(jun)).toMatchObject({ available: 5, expiring: null })
  await w.at('2030-01-01T00:00:00.000Z')
  expect(await w.as(w.owner, 'points.summary')).toMatchObject({ expired: 10 })
  expect(await verifyPoints(w.host.db)).toMatchObject({ ok: true, problems: [] })
})

test('what is no whole number of points within the limits is refused and leaves nothing', async () => {
  const kai = await w.member({ externalId: 'kai' })
  const wrong = [0, -1, 0.1, 1e-12, 1_000_001, 2 ** 53, Number.NaN, '10', '0x1F', null, [5], { valueOf: 5 }, true]
  for (const points of wrong) {
    const input = { memberId: kai.memberId, points, reason: 'test' }
    for (const operation of ['points.award', 'points.spend', 'points.hold'])
      expect(await w.as(w.owner, operation, input), `${operation} ${points}`).toMatchObject({ code: 'input.invalid' })
  }
  expect(await balanceOf(kai)).toMatchObject({ available: 0 })
  expect(await award(kai, 10, { expiresAt: '2020-01-01T00:00:00.000Z' })).toMatchObject({ code: 'points.expiry_past' })
})

test('who may do what: members see, managers award up to the limit, above it a further right is needed', async () => {
  const bo = await w.member({ externalId: 'bo' })
  const input = { memberId: bo.memberId, points: 10, reason: 'test' }
  expect(await w.as(bo, 'points.award', input)).toMatchObject({ status: 403 })
  expect(await w.as(w.operator('support'), 'points.award', input)).toMatchObject({ status: 403 })
  const manager = w.operator('manager')
  const note = 'lost in the move'
  const { memberId } = bo
  expect(await w.as(manager, 'points.award', { ...input, points: 100_001 })).toMatchObject({ code: 'points.too_large' })
  expect(await w.as(manager, 'points.adjust', { memberId, points: 100_001, note })).toMatchObject({ status: 403 })
  expect(await w.as(manager, 'points.update_settings', { largeLimit: 500_000 })).toMatchObject({ status: 403 })
  expect(await w.as(manager, 'points.adjust', { memberId, points: 100_000, note })).toMatchObject({ balance: 100_000 })
  expect(await w.as(w.owner, 'points.adjust', { memberId, points: 200_000, note })).toMatchObject({ balance: 300_000 })
  expect(await w.as(manager, 'points.adjust', { memberId, points: -1, note })).toMatchObject({ balance: 299_999 })
  const ledger = { memberId, kind: 'adjust' }
  expect(await w.as(manager, 'points.find', ledger)).toMatchObject({ items: [{ points: -1, note }, {}, {}] })
  expect(JSON.stringify(await w.as(bo, 'points.history'))).not.toContain(note)
  const elsewhere = w.operator('store', { kind: 'own', operatorId: manager.operatorId as string })
  expect(await w.as(elsewhere, 'points.find', ledger)).toMatchObject({ items: [] })
  expect(await w.as(manager, 'points.find', { cursor: 'WyJ4IiwieSJd' })).toMatchObject({ code: 'input.invalid' })
})

test('the summary counts what was issued, spent and is outstanding, in all and in a period', async () => {
  const before = (await w.as(w.owner, 'points.summary')) as Record<string, number>
  const from = '2030-02-01T00:00:00.000Z'
  await w.at(from)
  const fay = await w.member({ externalId: 'fay' })
  await award(fay, 80)
  await w.as(w.owner, 'points.spend', { memberId: fay.memberId, points: 30, reason: 'test' })
  const after = (await w.as(w.owner, 'points.summary')) as Record<string, number>
  expect(after.issued).toBe((before.issued ?? 0) + 80)
  expect(after.redeemed).toBe((before.redeemed ?? 0) + 30)
  expect(after.outstanding).toBe((before.outstanding ?? 0) + 50)
  expect(await w.as(w.owner, 'points.summary', { from })).toMatchObject({ issued: 80, redeemed: 30, expired: 0 })
})

test('points follow a merge, an undone merge gives them back, an erasure takes the notes', async () => {
  const [keep, gone] = [await w.member({ externalId: 'keep' }), await w.member({ externalId: 'gone' })]
  await award(keep, 20)
  const { transferId } = await award(gone, 30)
  await w.as(w.owner, 'points.adjust', { memberId: gone.memberId, points: 4, note: 'canary-7f' })
  const pair = { keepId: keep.memberId, mergeId: gone.memberId }
  const { mergeId } = (await w.as(w.owner, 'member.merge', pair)) as { mergeId: string }
  expect(await balanceOf(keep)).toMatchObject({ available: 54 })
  const reversal = { memberId: keep.memberId, transferId, points: 10 }
  expect(await w.as(w.owner, 'points.reverse', reversal)).toMatchObject({ balance: 44 })
  await w.as(w.owner, 'member.unmerge', { mergeId })
  expect(await balanceOf(keep)).toMatchObject({ available: 20 })
  expect(await balanceOf(gone)).toMatchObject({ available: 24 })
  await w.as(w.owner, 'member.erase', { memberId: gone.memberId })
  await w.settle()
  expect(await w.db.selectFrom('points_notes').selectAll().where('note', '=', 'canary-7f').execute()).toEqual([])
  expect(await verifyPoints(w.host.db)).toMatchObject({ ok: true, problems: [] })
})
