import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '#kernel/context'
import { type World, world } from '#test/world'

interface View {
  id: string
  name: string
  shared: boolean
  mine: boolean
}
let w: World
let manager: Actor
let support: Actor
beforeAll(async () => {
  w = await world()
  manager = w.operator('manager')
  support = w.operator('support')
  for (const who of [manager, support]) who.id = `operator:${who.operatorId}`
})
afterAll(() => w.end())

const save = (who: Actor, list: string, name: string, more: object = {}) =>
  w.as(who, 'view.save', { list, name, query: { q: '茶', 'f.status': 'known' }, ...more }) as Promise<View>
const namesOf = async (who: Actor, list: string) => {
  const { items } = (await w.as(who, 'view.list', { list })) as { items: View[] }
  return items.map((v) => v.name)
}

test('a view is its maker’s until it is shared', async () => {
  const view = await save(manager, 'member', '常客')
  expect(view).toMatchObject({ mine: true, shared: false, query: { q: '茶', 'f.status': 'known' } })
  expect(await namesOf(support, 'member')).toEqual([])
  expect(await w.as(support, 'view.update', { viewId: view.id, name: 'x' })).toMatchObject({ code: 'object.unknown' })
  expect(await w.as(support, 'view.remove', { viewId: view.id })).toMatchObject({ code: 'object.unknown' })

  await w.as(manager, 'view.update', { viewId: view.id, shared: true })
  expect(await namesOf(support, 'member')).toEqual(['常客'])
  expect(await namesOf(support, 'segment')).toEqual([])
  expect(await w.as(support, 'view.remove', { viewId: view.id })).toMatchObject({ code: 'object.unknown' })

  await w.as(manager, 'view.update', { viewId: view.id, shared: false, name: '老茶客' })
  expect(await namesOf(support, 'member')).toEqual([])
  expect(await namesOf(manager, 'member')).toEqual(['老茶客'])
  await w.as(manager, 'view.remove', { viewId: view.id })
  expect(await namesOf(manager, 'member')).toEqual([])
})

test('sharing is a right of its own, also by way of a change', async () => {
  expect(await save(support, 'order', 'a', { shared: true })).toMatchObject({ code: 'access.denied' })
  const own = await save(support, 'order', 'a')
  expect(await w.as(support, 'view.update', { viewId: own.id, shared: true })).toMatchObject({ code: 'access.denied' })
  const others = await save(w.owner, 'order', 'b', { shared: true })
  expect(await w.as(manager, 'view.update', { viewId: others.id, name: 'c' })).toMatchObject({ mine: false, name: 'c' })
  expect(await namesOf(support, 'order')).toEqual(['a', 'c'])
  expect(await w.as(manager, 'view.remove', { viewId: own.id })).toMatchObject({ code: 'object.unknown' })
})

test('the same name replaces one’s own view, and a change of name cannot', async () => {
  const first = await save(manager, 'audit', 'one')
  const again = (await w.as(manager, 'view.save', { list: 'audit', name: ' one ', query: { q: 'new' } })) as View
  expect(again).toMatchObject({ id: first.id, query: { q: 'new' } })
  const second = await save(manager, 'audit', 'two')
  expect(await w.as(manager, 'view.update', { viewId: second.id, name: 'one' })).toMatchObject({
    code: 'view.name_taken',
  })
  expect(await w.as(manager, 'view.update', { viewId: second.id, name: 'two', query: {} })).toMatchObject({ query: {} })
})

test('a list holds 50 views of one operator, however they arrive', async () => {
  const answers = await Promise.all(Array.from({ length: 53 }, (_, i) => save(manager, 'key', `v${i}`)))
  const codes = answers.map((a) => (a as { code?: string }).code)
  expect(codes.filter((c) => c === 'view.full')).toHaveLength(3)
  expect(codes.filter((c) => c === undefined)).toHaveLength(50)
  const pages: string[] = []
  let cursor: string | undefined
  do {
    const page = (await w.as(manager, 'view.list', { list: 'key', limit: 20, cursor })) as {
      items: View[]
      nextCursor: string | null
    }
    pages.push(...page.items.map((v) => v.name))
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  expect(new Set(pages).size).toBe(50)
})

test('what makes no sense is refused', async () => {
  const many = Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`f.${i}`, 'x']))
  for (const input of [
    { list: 'Member', name: 'x', query: {} },
    { list: 'member', name: ' ', query: {} },
    { list: 'member', name: 'x'.repeat(41), query: {} },
    { list: 'member', name: 'x', query: { q: 'x'.repeat(501) } },
    { list: 'member', name: 'x', query: { q: 7 } },
    { list: 'member', name: 'x', query: many },
  ])
    expect(await w.as(manager, 'view.save', input)).toMatchObject({ code: 'input.invalid' })
})
