import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())

const order = (orderId: string, amount = 9900) => ({
  orderId,
  amount,
  currency: 'CNY',
  paidAt: '2024-05-01T08:00:00.000Z',
  items: [{ sku: 'tea', name: '绿茶', quantity: 1, price: amount }],
})

test('an order counts once, with its own time, however often it is imported', async () => {
  const mei = await w.member({ externalId: 'mei' })
  const send = () => w.as(w.owner, 'order.import', { externalId: 'mei', ...order('A-1') })
  expect(await send()).toEqual({ created: true })
  expect(await send()).toEqual({ created: false })
  await w.settle()
  const events = await w.warehouse.query<{ at: string }>(
    `SELECT toString(timestamp) AS at FROM events WHERE name = 'order.paid'`,
  )
  expect(events.map((e) => e.at.slice(0, 16))).toEqual(['2024-05-01 08:00'])
  expect(await w.as(mei, 'order.list')).toMatchObject({ items: [{ orderId: 'A-1', amount: 9900, currency: 'CNY' }] })
})

test('money is a whole number of the minor unit in a known currency', async () => {
  await w.member({ externalId: 'lin' })
  for (const wrong of [{ amount: 99.5 }, { amount: -1 }, { amount: 2 ** 60 }, { currency: 'yuan' }])
    expect(await w.as(w.owner, 'order.import', { externalId: 'lin', ...order('B-1'), ...wrong })).toMatchObject({
      code: 'input.invalid',
    })
})

test('orders follow a merge and come back with its undoing', async () => {
  const [keep, gone] = [await w.member({ externalId: 'keep' }), await w.member({ externalId: 'gone' })]
  await w.as(w.owner, 'order.import', { externalId: 'keep', ...order('C-1') })
  await w.as(w.owner, 'order.import', { externalId: 'gone', ...order('C-2') })
  const numbers = async (who: typeof keep) => {
    const { items } = (await w.as(who, 'order.list')) as { items: { orderId: string }[] }
    return items.map((o) => o.orderId).sort()
  }
  const merge = { keepId: keep.memberId, mergeId: gone.memberId }
  const { mergeId } = (await w.as(w.owner, 'member.merge', merge)) as { mergeId: string }
  expect(await numbers(keep)).toEqual(['C-1', 'C-2'])
  await w.as(w.owner, 'member.unmerge', { mergeId })
  expect([await numbers(keep), await numbers(gone)]).toEqual([['C-1'], ['C-2']])
})
