import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w?.end())

test('lists name their members at once, masked and withheld by role', async () => {
  const named = await w.member({ externalId: 'lin', name: '林小满' })
  const unnamed = await w.member({ externalId: 'email:canary@tea.example' })
  const { id: communityId } = (await w.as(w.owner, 'community.create', { name: 'Tea' })) as { id: string }
  const content = { title: 'Title', body: 'Text' }
  for (const { memberId } of [named, unnamed]) {
    await w.as(w.owner, 'community.add_member', { communityId, memberId })
    await w.as(w.owner, 'message.send', { memberId, channel: 'inbox', purpose: 'service', content })
  }
  await w.settle()

  const lists = [
    ['community.members', { communityId }],
    ['message.list', {}],
    ['event.list', { name: 'community.joined' }],
  ] as const
  const names = async (who: typeof w.owner, operation: string, input: object) => {
    const { items } = (await w.as(who, operation, input)) as {
      items: { memberId: string; memberName: string | null }[]
    }
    return Object.fromEntries(items.map((i) => [i.memberId, i.memberName]))
  }
  const key = (...rights: string[]) => ({ ...w.owner, id: 'key:1', roles: [], rights: new Set(rights) })
  for (const [operation, input] of lists) {
    expect(await names(w.owner, operation, input), operation).toEqual({
      [named.memberId]: '林小满',
      [unnamed.memberId]: 'canary@tea.example',
    })
    const reads = ['community.read', 'message.list', 'event.read']
    expect(await names(key(...reads, 'member.read'), operation, input), operation).toEqual({
      [named.memberId]: '林小满',
      [unnamed.memberId]: 'c***@tea.example',
    })
    expect(await names(key(...reads), operation, input), operation).toEqual({
      [named.memberId]: null,
      [unnamed.memberId]: null,
    })
  }

  const into = await w.member({ externalId: 'keep', name: 'Kept' })
  await w.as(w.owner, 'member.merge', { keepId: into.memberId, mergeId: named.memberId })
  await w.settle()
  expect(await names(w.owner, 'event.list', { name: 'community.joined' })).toMatchObject({ [named.memberId]: 'Kept' })
  for (const [operation, input] of lists.slice(0, 2))
    for (const cursor of ['WyJ4IiwieSJd', 'WzEsMl0', 'x'])
      expect(await w.as(w.owner, operation, { ...input, cursor })).toMatchObject({ code: 'input.invalid' })
})
