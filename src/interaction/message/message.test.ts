import { afterAll, beforeAll, expect, test } from 'vitest'
import { machine } from '#kernel/bulk'
import { callMany } from '#kernel/invoke'
import { transact } from '#kernel/run'
import { type World, world } from '#test/world'
import { send } from './message.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w?.end())

type Who = Awaited<ReturnType<World['member']>>
const letter = (title: string) => ({
  channel: 'inbox' as const,
  content: { title, body: 'Text' },
  purpose: 'service' as const,
})
const write = (who: Who, title: string, more: object = {}) =>
  w.as(w.owner, 'message.send', { memberId: who.memberId, ...letter(title), ...more })
const inbox = async (who: Who, input: object = {}) =>
  (await w.as(who, 'message.inbox', input)) as {
    items: { id: string; content: { title: string }; read: boolean }[]
    nextCursor: string | null
    unread: number
  }
const batch = (calls: readonly { memberId: string; cause: string; input: ReturnType<typeof letter> }[]) =>
  transact(w.host, (tx, emitted) => callMany(w.host, tx, emitted, machine('test'), send, calls))

test('a message stands in the inbox, is read once, and the events carry no text', async () => {
  const mei = await w.member({ externalId: 'mei' })
  for (const n of [1, 2, 3]) expect(await write(mei, `Letter ${n}`, { topic: 'news' })).toMatchObject({ state: 'sent' })
  const first = await inbox(mei, { limit: 2 })
  expect(first).toMatchObject({ items: [{ content: { title: 'Letter 3' } }, { read: false }], unread: 3 })
  const rest = await inbox(mei, { limit: 2, cursor: first.nextCursor })
  expect(rest.items.map((i) => i.content.title)).toEqual(['Letter 1'])
  const messageId = rest.items[0]?.id
  expect(await w.as(mei, 'message.read', { messageId })).toEqual({ read: 1 })
  expect(await w.as(mei, 'message.read', { messageId })).toEqual({ read: 0 })
  expect(await w.as(mei, 'message.read_all')).toEqual({ read: 2 })
  expect(await inbox(mei)).toMatchObject({ unread: 0 })
  await w.settle()
  const events = await w.warehouse.query<{ name: string; n: number; text: number }>(
    `SELECT name, toUInt32(count()) AS n, toUInt32(countIf(properties LIKE '%Letter%')) AS text
     FROM events WHERE name LIKE 'message.%' GROUP BY name ORDER BY name`,
  )
  expect(events).toEqual([
    { name: 'message.planned', n: 3, text: 0 },
    { name: 'message.read', n: 3, text: 0 },
    { name: 'message.sent', n: 3, text: 0 },
  ])
})

test('nobody reads what is another’s', async () => {
  const [lin, jun] = [await w.member({ externalId: 'lin' }), await w.member({ externalId: 'jun' })]
  const { messageId } = (await write(lin, 'For Lin')) as { messageId: string }
  expect(await w.as(jun, 'message.read', { messageId })).toMatchObject({ status: 404 })
  expect(await w.as(jun, 'message.inbox', { memberId: lin.memberId })).toMatchObject({ status: 404 })
  expect(await w.as(jun, 'message.list')).toMatchObject({ status: 403 })
  expect(await w.as(jun, 'message.send', letter('Spam'))).toMatchObject({ status: 403 })
  expect(await w.as(w.operator('support'), 'message.send', { memberId: lin.memberId, ...letter('Hi') })).toMatchObject({
    status: 403,
  })
})

test('one cause sends once to a member, alone or in a batch', async () => {
  const [kai, bo] = [await w.member({ externalId: 'kai' }), await w.member({ externalId: 'bo' })]
  const calls = [kai, bo, kai].map((who) => ({ memberId: who.memberId, cause: 'run/1', input: letter('Once') }))
  const first = await batch(calls)
  expect(first[0]).toEqual(first[2])
  expect(await batch(calls.slice(0, 1))).toEqual(first.slice(0, 1))
  for (const who of [kai, bo]) expect(await inbox(who)).toMatchObject({ items: [{}], unread: 1 })
})

test('operators find what was sent within their scope', async () => {
  const [kai] = [await w.member({ externalId: 'kai' })]
  const { items } = (await w.as(w.owner, 'message.list', { memberId: kai.memberId })) as { items: object[] }
  expect(items).toMatchObject([
    {
      memberId: kai.memberId,
      channel: 'inbox',
      state: 'sent',
      content: { title: 'Once', body: 'Text' },
      cause: 'run/1',
      plannedAt: '2026-03-01T02:00:00.000Z',
      sentAt: '2026-03-01T02:00:00.000Z',
    },
  ])
  expect(await w.as(w.owner, 'message.list', { state: 'failed' })).toMatchObject({ items: [] })
  const store = w.operator('store', { kind: 'own', operatorId: '0191f5b0-0000-7000-8000-000000000001' })
  expect(await w.as(store, 'message.list')).toMatchObject({ items: [] })
  expect(await w.as(w.owner, 'message.list', { cursor: 'WyJ4IiwieSJd' })).toMatchObject({ code: 'input.invalid' })
  expect(await write(kai, 'x'.repeat(121))).toMatchObject({ code: 'input.invalid' })
})

test('messages follow a merge and come back with its undoing; an erasure removes them', async () => {
  const [keep, gone] = [await w.member({ externalId: 'keep' }), await w.member({ externalId: 'gone' })]
  await batch([keep, gone].map((who) => ({ memberId: who.memberId, cause: 'run/2', input: letter('To both') })))
  const pair = { keepId: keep.memberId, mergeId: gone.memberId }
  const { mergeId } = (await w.as(w.owner, 'member.merge', pair)) as { mergeId: string }
  expect(await inbox(keep)).toMatchObject({ unread: 2 })
  await w.as(w.owner, 'member.unmerge', { mergeId })
  for (const who of [keep, gone]) expect(await inbox(who)).toMatchObject({ unread: 1 })
  const again = await batch([{ memberId: gone.memberId, cause: 'run/2', input: letter('To both') }])
  expect(again).toMatchObject([{ ok: true }])
  expect(await inbox(gone)).toMatchObject({ unread: 1 })
  await w.as(w.owner, 'member.erase', { memberId: gone.memberId })
  await w.settle()
  const left = await w.db.selectFrom('messages').selectAll().where('member_id', '=', gone.memberId).execute()
  expect(left).toEqual([])
})
