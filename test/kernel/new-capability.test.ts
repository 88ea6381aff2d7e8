// The proof that a capability is one folder and one line: a throw-away one, declared here, appears in the API, the
// catalogue, the OpenAPI document and the access matrix, and its events travel the whole road.
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { accessMatrix } from '#kernel/derive'
import { type World, world } from '#test/world'

interface ToastTables {
  toasts: { id: string; words: string; cause: string }
}
const { event, action, query, reactor, capability } = slice<ToastTables>()('toast', {
  layer: 'interaction',
  title: { en: 'Toasts', zh: '敬茶' },
  rights: { 'toast.raise': { title: { en: 'Raise a toast', zh: '敬茶' }, roles: ['member', 'manager'] } },
  migrations: {
    '2999-01-01T0000_toasts': (db) =>
      sql`create table toasts (id uuid primary key, words text not null, cause text not null unique)`.execute(db),
  },
})
const raised = event('toast.raised', {
  title: { en: 'Raised a toast', zh: '敬茶' },
  data: z.object({ words: z.string() }),
})
const answered = event('toast.answered', {
  title: { en: 'Answered', zh: '回敬' },
  data: z.object({ words: z.string() }),
})
const raise = action('toast.raise', {
  title: { en: 'Raise a toast', zh: '敬茶' },
  input: z.object({ words: z.string().min(1).max(80) }),
  output: z.object({ id: z.uuid() }),
  offeredTo: ['member', 'operator', 'journey'],
  needs: 'toast.raise',
  on: 'member',
  emits: [raised],
  fails: { 'toast.dry': { status: 409, title: { en: 'The cup is empty', zh: '茶杯空了' } } },
  async run(ctx, { words }) {
    if (words === 'dry') return ctx.fail('toast.dry')
    const id = crypto.randomUUID()
    await ctx.db.insertInto('toasts').values({ id, words, cause: ctx.cause }).execute()
    ctx.emit(raised, { words })
    return { id }
  },
})
const count = query('toast.count', {
  title: { en: 'How many', zh: '次数' },
  input: z.object({}),
  output: z.object({ toasts: z.int() }),
  offeredTo: ['operator'],
  needs: 'toast.raise',
  on: 'brand',
  async run(ctx) {
    return { toasts: (await ctx.db.selectFrom('toasts').select('id').execute()).length }
  },
})
const answer = reactor('toast.answer', {
  on: [raised],
  async run(ctx, events) {
    for (const e of events)
      ctx.emit(answered, { words: `${e.data.words}!` }, { memberId: e.memberId, cause: e.id, depth: e.depth + 1 })
  },
})
const toast = capability({ events: [raised, answered], actions: [raise], queries: [count], reactors: [answer] })

let w: World
beforeAll(async () => {
  w = await world({ more: [toast] })
})
afterAll(() => w.end())

test('it is in the catalogue, the OpenAPI document and the access matrix', async () => {
  const base = await w.http()
  const document = (await (await fetch(`${base}/api/openapi.json`)).json()) as {
    paths: Record<string, { post: object }>
  }
  expect(document.paths['/api/toast.raise']?.post).toMatchObject({
    operationId: 'toast.raise',
    'x-needs': 'toast.raise',
  })
  expect(accessMatrix(w.host.registry).find((r) => r.operation === 'toast.raise')?.roles).toEqual([
    'owner',
    'manager',
    'member',
  ])
  expect(w.host.registry.events.has('toast.raised')).toBe(true)
})

test('its action changes state and its events reach the warehouse and its reactor', async () => {
  const mei = await w.member({ externalId: 'mei' })
  expect(await w.as(mei, 'toast.raise', { words: 'ganbei' })).toMatchObject({ id: expect.any(String) })
  await w.settle()
  expect(await w.as(w.owner, 'toast.count')).toEqual({ toasts: 1 })
  const events = await w.warehouse.query<{ name: string; memberId: string }>(
    `SELECT name, toString(memberId) AS memberId FROM events WHERE name LIKE 'toast.%' ORDER BY seq`,
  )
  expect(events).toEqual([
    { name: 'toast.raised', memberId: mei.memberId },
    { name: 'toast.answered', memberId: mei.memberId },
  ])
})

test('a failure leaves nothing behind and tells its code; without the right nothing happens', async () => {
  const lin = await w.member({ externalId: 'lin' })
  await w.settle()
  const before = await w.as(w.owner, 'health.conservation')
  expect(await w.as(lin, 'toast.raise', { words: 'dry' })).toMatchObject({ status: 409, code: 'toast.dry' })
  expect(await w.as(w.operator('support'), 'toast.raise', { words: 'x', memberId: lin.memberId })).toMatchObject({
    status: 403,
  })
  expect(await w.as(w.public, 'toast.raise', { words: 'x' })).toMatchObject({
    status: 401,
    code: 'access.unauthenticated',
  })
  await w.settle()
  expect(await w.as(w.owner, 'health.conservation')).toEqual(before)
})

test('an idempotency key performs once; another body is refused', async () => {
  const chen = await w.member({ externalId: 'chen' })
  const first = await w.as(chen, 'toast.raise', { words: 'once' }, 'key-1')
  expect(await w.as(chen, 'toast.raise', { words: 'once' }, 'key-1')).toEqual(first)
  expect(await w.as(chen, 'toast.raise', { words: 'twice' }, 'key-1')).toMatchObject({
    status: 409,
    code: 'idempotency.conflict',
  })
})
