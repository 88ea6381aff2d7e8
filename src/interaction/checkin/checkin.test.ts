import { afterAll, beforeAll, expect, test } from 'vitest'
import { machine } from '#kernel/bulk'
import { callMany } from '#kernel/invoke'
import { transact } from '#kernel/run'
import { type World, world } from '#test/world'
import { complete } from './checkin.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w?.end())

type Who = Awaited<ReturnType<World['member']>>
const calendar = (who: Who, month = '2026-03') => w.as(who, 'checkin.calendar', { month })
/** Past check-ins, as an import or a simulation writes them. */
const past = (who: Who, stamps: readonly string[], name = 'past') =>
  transact(w.host, (tx, emitted) =>
    callMany(
      w.host,
      tx,
      emitted,
      machine('test'),
      complete,
      stamps.map((stamp) => ({
        memberId: who.memberId,
        cause: `${name}:${stamp}`,
        at: new Date(stamp),
        input: {},
      })),
    ),
  )

test('the streak grows day by day, a missed day starts it again, points follow', async () => {
  const mei = await w.member({ externalId: 'mei' })
  for (const [day, streak] of [
    ['2026-03-01', 1],
    ['2026-03-02', 2],
    ['2026-03-05', 1],
  ] as const) {
    await w.at(`${day}T04:00:00.000Z`)
    expect(await w.as(mei, 'checkin.status')).toMatchObject({ today: day, done: false })
    expect(await w.as(mei, 'checkin.complete')).toEqual({ day, streak })
  }
  await w.settle()
  expect(await w.as(mei, 'points.balance')).toMatchObject({ available: 1 + 2 + 1 })
  expect(await w.as(mei, 'checkin.status')).toMatchObject({ done: true, streak: 1, longest: 2, total: 3, points: 1 })
  expect(await calendar(mei)).toMatchObject({ days: [{ day: '2026-03-01' }, { day: '2026-03-02' }, { streak: 1 }] })
})

test('the day is the brand’s: half past eleven at night and half an hour later are two days', async () => {
  const lin = await w.member({ externalId: 'lin' })
  await w.at('2026-03-06T15:30:00.000Z')
  expect(await w.as(lin, 'checkin.complete')).toEqual({ day: '2026-03-06', streak: 1 })
  await w.at('2026-03-06T16:00:00.000Z')
  expect(await w.as(lin, 'checkin.complete')).toEqual({ day: '2026-03-07', streak: 2 })
})

test('of fifty check-ins at once one counts', async () => {
  const jun = await w.member({ externalId: 'jun' })
  const answers = await Promise.all(Array.from({ length: 50 }, () => w.as(jun, 'checkin.complete')))
  expect(answers.filter((a) => (a as { streak?: number }).streak === 1)).toHaveLength(1)
  expect(answers.filter((a) => (a as { code?: string }).code === 'checkin.already_completed')).toHaveLength(49)
  await w.settle()
  expect(await w.as(jun, 'points.balance')).toMatchObject({ available: 1 })
})

test('many days of many members in one batch: streaks as if they had come one by one, points with their time', async () => {
  const [kai, bo] = [await w.member({ externalId: 'kai' }), await w.member({ externalId: 'bo' })]
  const stamps = ['2025-06-01', '2025-06-02', '2025-06-04', '2025-06-03', '2025-06-07'].map((d) => `${d}T03:00:00.000Z`)
  const together = await past(kai, stamps)
  const single: typeof together = []
  for (const stamp of stamps) single.push(...(await past(bo, [stamp])))
  expect(together).toEqual(single)
  expect(together.map((r) => r.ok && r.output)).toMatchObject([1, 2, 1, 3, 1].map((streak) => ({ streak })))
  expect(await calendar(kai, '2025-06')).toEqual(await calendar(bo, '2025-06'))
  expect(await calendar(kai, '2025-06')).toMatchObject({
    days: [{ streak: 1 }, { streak: 2 }, { streak: 3 }, { streak: 4 }, { streak: 1 }],
  })
  expect((await past(kai, stamps)).map((r) => r.ok)).toEqual(stamps.map(() => true))
  expect((await past(kai, stamps, 'other')).map((r) => !r.ok && r.code)).toEqual(
    stamps.map(() => 'checkin.already_completed'),
  )
  await w.settle()
  expect(await w.as(kai, 'points.balance')).toMatchObject({ available: 1 + 2 + 1 + 3 + 1 })
  const history = (await w.as(kai, 'points.history')) as { items: { at: string; reason: string }[] }
  expect(history.items.map((i) => i.at)).toEqual([...stamps].sort().reverse())
  expect(new Set(history.items.map((i) => i.reason))).toEqual(new Set(['checkin']))
})

test('merged members have all days of both; undone, each has its own again', async () => {
  const [keep, gone] = [await w.member({ externalId: 'keep' }), await w.member({ externalId: 'gone' })]
  const day = (d: number) => `2025-07-0${d}T03:00:00.000Z`
  await past(keep, [day(1), day(3)], 'keep')
  await past(gone, [day(2), day(3), day(4)], 'gone')
  const before = [await calendar(keep, '2025-07'), await calendar(gone, '2025-07')]
  const pair = { keepId: keep.memberId, mergeId: gone.memberId }
  const { mergeId } = (await w.as(w.owner, 'member.merge', pair)) as { mergeId: string }
  expect(await calendar(keep, '2025-07')).toMatchObject({
    days: [{ streak: 1 }, { streak: 2 }, { streak: 3 }, { streak: 4 }],
  })
  await w.as(w.owner, 'member.unmerge', { mergeId })
  expect([await calendar(keep, '2025-07'), await calendar(gone, '2025-07')]).toEqual(before)
})

test('nobody checks in for somebody else', async () => {
  const fay = await w.member({ externalId: 'fay' })
  expect(await w.as(w.owner, 'checkin.complete', { memberId: fay.memberId })).toMatchObject({ status: 403 })
  expect(await w.as(w.public, 'checkin.complete')).toMatchObject({ status: 401 })
})
