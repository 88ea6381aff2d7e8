import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { type World, world } from '#test/world'

let mended = false
const odd = slice()('odd', {
  layer: 'interaction',
  title: { en: 'Odd', zh: '异常' },
  rights: { 'odd.use': { title: { en: 'Odd', zh: '异常' }, roles: [] } },
})
const happened = odd.event('odd.happened', {
  title: { en: 'Odd', zh: '异常' },
  data: z.object({ n: z.int() }),
  facts: ({ data }) => {
    if (data.n === 7 && !mended) throw new Error('seven cannot be sealed')
    return [{ key: 'odd', value: data.n }]
  },
})
const happen = odd.action('odd.happen', {
  title: { en: 'Happen', zh: '发生' },
  input: z.object({ n: z.int() }),
  output: z.object({}),
  offeredTo: ['operator'],
  needs: 'odd.use',
  on: 'member',
  emits: [happened],
  async run(ctx, { n }) {
    ctx.emit(happened, { n })
    return {}
  },
})

let w: World
beforeAll(async () => {
  w = await world({ more: [odd.capability({ events: [happened], actions: [happen] })] })
})
afterAll(() => w.end())

type Json = Record<string, unknown>

test('a row that cannot be sealed is put aside, and nobody waits for it', async () => {
  await w.member({ externalId: 'odd-1' })
  await Promise.all(Array.from({ length: 40 }, (_, n) => w.as(w.owner, 'odd.happen', { externalId: 'odd-1', n })))
  await w.settle()
  const stored = async () =>
    (
      await w.warehouse.query<{ member: string }>(`select memberId as member from events where name = 'odd.happened'`)
    ).map((r) => r.member)
  const before = await stored()
  expect(before).toHaveLength(39)
  const letters = (await w.as(w.owner, 'event.dead_letters', {})) as { items: Json[] }
  expect(letters.items).toMatchObject([{ kind: 'parked', origin: 'sequencer', reason: 'unsealable' }])
  expect(await w.as(w.owner, 'health.conservation')).toMatchObject({ difference: 0, pending: 0, rejected: 1 })
  mended = true
  await w.as(w.owner, 'event.replay', { id: letters.items[0]?.id })
  await w.settle()
  expect(await stored()).toEqual([...before, before[0]])
  expect(await w.as(w.owner, 'health.conservation')).toMatchObject({ difference: 0, pending: 0, rejected: 1 })
})

test('an item that was refused is kept whatever letters it has', async () => {
  const source = (await w.as(w.owner, 'source.create', { key: 'odd', name: 'Odd' })) as Json
  const { writeKey } = (await w.as(w.owner, 'source.create_key', { sourceId: source.id })) as Json
  const texts = ['a\\u0000b', '\\\\u0000', '\u0000', '\ud800', '\\', '"', 'a\u0000\ud800\\u0000']
  const batch = texts.map((text) => ({ type: 'foo', event: text, messageId: text, userId: 'u', p: { [text]: text } }))
  const answer = await fetch(`${await w.http()}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `bAsIc ${btoa(`${writeKey}:`)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ batch: [{ type: 'track', event: 'Fine', userId: 'odd-1' }, ...batch] }),
  })
  expect(answer.status).toBe(200)
  await w.settle()
  const letters = (await w.as(w.owner, 'event.dead_letters', { limit: 50 })) as { items: Json[] }
  expect(letters.items.filter((l) => l.reason === 'type.unknown')).toHaveLength(texts.length)
  expect(JSON.stringify(letters).isWellFormed()).toBe(true)
  expect(JSON.stringify(letters)).not.toMatch(/\\ud[89a-f]/i)
  const told = (await w.as(w.owner, 'event.list', { limit: 50 })) as { items: Json[] }
  expect(JSON.stringify(told)).not.toMatch(/\\ud[89a-f]/i)
  expect(await w.as(w.owner, 'health.conservation')).toMatchObject({ difference: 0, pending: 0 })
})

test('a sealed batch that goes again is stored once, also where the warehouse knows its token and has no rows', async () => {
  const [a, b] = [await w.member({ externalId: 'again-1' }), await w.member({ externalId: 'again-2', name: 'Again' })]
  await w.settle()
  await w.as(w.owner, 'member.merge', { keepId: a.memberId, mergeId: b.memberId })
  await w.settle()
  const tables = ['members', 'aliases FINAL', 'facts', 'events']
  const rows = () =>
    Promise.all(
      tables.map(async (t) => (await w.warehouse.query<{ n: number }>(`SELECT count() AS n FROM ${t}`))[0]?.n),
    )
  const before = await rows()
  expect(before.every((n) => Number(n) > 0)).toBe(true)
  const again = async () => {
    await w.db.updateTable('pipe').set({ projected: 0, projected_rows: 0 }).execute()
    await w.settle()
  }
  await again()
  expect(await rows()).toEqual(before)
  // What a process leaves that was killed between the note of the token and the rows.
  for (const t of tables)
    await w.clickhouse.command(
      `ALTER TABLE ${t.split(' ')[0]} DELETE WHERE 1`,
      {},
      { settings: { mutations_sync: '2' } },
    )
  await again()
  expect(await rows()).toEqual(before)
  expect(await w.as(w.owner, 'health.conservation')).toMatchObject({ difference: 0, pending: 0 })
})
