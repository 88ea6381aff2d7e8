import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadBrand } from '#people/brand'
import { type World, world } from '#test/world'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())

const DEFAULTS = {
  name: { en: 'Banyan', zh: '榕树' },
  zone: 'Asia/Shanghai',
  locale: 'zh',
  currency: 'CNY',
  weekStart: 1,
}

test('a fresh brand has defaults that anybody may read', async () => {
  expect(await w.as(w.public, 'brand.get')).toEqual(DEFAULTS)
  expect(await loadBrand(w.host.db)).toEqual(DEFAULTS)
})

test('owner and manager change it, in part; the running system takes it over', async () => {
  const manager = w.operator('manager')
  const name = { en: 'Tea House', zh: '茶馆' }
  expect(await w.as(manager, 'brand.update', { name, zone: 'Europe/Berlin' })).toEqual({
    ...DEFAULTS,
    name,
    zone: 'Europe/Berlin',
  })
  await w.settle()
  expect(w.host.brand()).toEqual({ ...DEFAULTS, name, zone: 'Europe/Berlin' })
  const manifest = await fetch(`${await w.http()}/manifest.webmanifest`)
  expect(manifest.headers.get('content-type')).toContain('application/manifest+json')
  expect(await manifest.json()).toMatchObject({ name: '茶馆', lang: 'zh-CN', display: 'standalone' })
  expect(await w.as(w.owner, 'brand.update', { zone: 'Asia/Shanghai', name: DEFAULTS.name })).toEqual(DEFAULTS)
  const found = (await w.as(w.owner, 'audit.find', { operation: 'brand.update', actor: manager.id })) as {
    items: unknown[]
  }
  expect(found.items).toMatchObject([{ change: { before: DEFAULTS, after: { name, zone: 'Europe/Berlin' } } }])
})

test('others may not, and what makes no sense is refused', async () => {
  for (const role of ['content', 'support', 'analyst'] as const)
    expect(await w.as(w.operator(role), 'brand.update', { weekStart: 7 })).toMatchObject({ status: 403 })
  const narrow = w.operator('manager', { kind: 'communities', ids: [] })
  expect(await w.as(narrow, 'brand.update', { weekStart: 7 })).toMatchObject({ code: 'access.denied' })
  for (const [field, value] of [
    ['zone', 'Asia/Atlantis'],
    ['locale', 'fr'],
    ['currency', 'cny'],
    ['currency', 'ZZZ'],
    ['weekStart', 0],
    ['weekStart', 8],
    ['name', { en: 'x', zh: '' }],
    ['name', 'x'],
  ] as const) {
    const answer = (await w.as(w.owner, 'brand.update', { [field]: value })) as { errors: { path: string }[] }
    expect(answer, field).toMatchObject({ code: 'input.invalid' })
    expect(answer.errors[0]?.path.split('.')[0]).toBe(field)
  }
  expect(await w.as(w.public, 'brand.get')).toEqual(DEFAULTS)
})
