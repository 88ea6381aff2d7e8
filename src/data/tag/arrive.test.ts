// A library tag that waits is installed by the first start that finds its events declared.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { capabilities } from '#app/capabilities'
import { type System, startSystem } from '#app/system'
import { slice } from '#kernel/capability'
import { perform } from '#kernel/run'
import { createLog } from '#platform/log'
import { type World, world } from '#test/world'
import { ENTRIES, missingOf } from './library/library.ts'

const { event, capability } = slice()('coupon', {
  layer: 'interaction',
  title: { en: 'Coupons', zh: '优惠券' },
})
const redeemed = event('coupon.redeemed', { title: { en: 'Coupon used', zh: '核销优惠券' }, data: z.object({}) })
const coupon = capability({ events: [redeemed] })

let w: World
let next: System | undefined
beforeAll(async () => {
  w = await world()
})
afterAll(async () => {
  await next?.stop()
  await w.end()
})

type Answer = Record<string, unknown> & { items?: Record<string, unknown>[] }
async function ask(operation: string, input: object = {}): Promise<Answer> {
  const host = next?.host ?? w.host
  const op = host.registry.operations.get(operation)
  if (!op) throw new Error(operation)
  return (await perform(host, op, { actor: w.owner, input })) as Answer
}
const stateOf = async (key: string) => (await ask('tag.library', { search: key })).items?.find((i) => i.key === key)

const WAITING = 'price.coupon-lover'
const READY = 'lifecycle.repeat'

it('installs what can be, notes what cannot, and changes nothing the second time', async () => {
  const declared = new Set(w.host.registry.events.keys())
  const ready = [...ENTRIES.values()].filter((e) => missingOf(e, declared).length === 0)
  expect(await stateOf(READY)).toMatchObject({ state: 'ready', waitsFor: [] })
  expect(await stateOf(WAITING)).toMatchObject({
    state: 'waiting',
    waitsFor: [{ name: 'coupon.redeemed', title: { en: 'Coupons', zh: '优惠券' } }],
  })
  const waiting = ENTRIES.size - ready.length
  expect(await ask('tag.install', { all: true })).toEqual({ installed: ready.length, present: 0, waiting })
  await w.settle()
  expect(await ask('tag.install', { all: true })).toEqual({ installed: 0, present: ready.length, waiting })
  expect(await ask('tag.install', { keys: [READY] })).toEqual({ installed: 0, present: 1, waiting: 0 })
  expect(await stateOf(READY)).toMatchObject({ state: 'installed' })
  expect(await stateOf(WAITING)).toMatchObject({ state: 'asked' })
  expect((await ask('tag.library')).counts).toEqual({ installed: ready.length, ready: 0, asked: waiting, waiting: 0 })
  await expect(ask('tag.get', { key: WAITING })).rejects.toMatchObject({ code: 'object.unknown' })
  await expect(ask('tag.install', { keys: ['nothing'] })).rejects.toMatchObject({ code: 'object.unknown' })
}, 240_000)

it('installs it when a capability has brought its events', async () => {
  const { waiting } = (await ask('tag.install', { all: true })) as { waiting: number }
  await w.system.stop()
  const log = createLog('silent')
  next = await startSystem({
    config: w.config,
    log,
    connection: w.connection,
    clickhouse: w.clickhouse,
    capabilities: [...capabilities, coupon],
  })
  await next.runtime.settle()
  expect(await ask('tag.get', { key: WAITING })).toMatchObject({ kind: 'dynamic', dimension: { key: 'price' } })
  expect(await stateOf(WAITING)).toMatchObject({ state: 'installed' })
  // Those that wait for more than coupons go on waiting.
  expect(await stateOf('price.full')).toMatchObject({ state: 'asked' })
  expect(await ask('tag.install', { all: true })).toMatchObject({ installed: 0, waiting: waiting - 1 })
}, 240_000)
