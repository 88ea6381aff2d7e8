// What an erasure leaves: nothing that anybody can ask for at once, and after the sweep nothing in the stores at all.
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadBatch } from '#platform/batch'
import { eraseTraces } from '#platform/erasure'
import { type World, world } from '#test/world'

type Json = Record<string, unknown>
let w: World
let writeKey = ''
beforeAll(async () => {
  w = await world()
  const source = await ask('source.create', { key: 'shop', name: 'Shop' })
  writeKey = String((await ask('source.create_key', { sourceId: source.id })).writeKey)
})
afterAll(() => w.end())

const ask = async (operation: string, input: Json = {}, who = w.owner) => (await w.as(who, operation, input)) as Json
const items = async (operation: string, input: Json = {}, who = w.owner) =>
  (await ask(operation, input, who)).items as Json[]

async function send(batch: readonly Json[]) {
  const response = await fetch(`${await w.http()}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${writeKey}:`)}` },
    body: JSON.stringify({ batch }),
  })
  expect(response.status).toBe(200)
}

/** A person told of in every place that takes free text; each text holds the mark. */
async function plant(mark: string) {
  const userId = `${mark}-user`
  await ask('member.upsert', {
    externalId: userId,
    properties: { name: `${mark} Name`, email: `${mark}@example.com`, city: `${mark}-city` },
  })
  const context = { ip: '203.0.113.9', page: { title: `${mark}-page` } }
  const calls = [
    { type: 'identify', userId, anonymousId: `${mark}-device`, traits: { nick: `${mark}-nick` }, context },
    { type: 'track', userId, event: 'Lead', messageId: `${mark}-m1`, properties: { wish: `${mark}-wish` }, context },
    { type: 'track', anonymousId: `${mark}-device`, event: 'Looked', properties: { at: `${mark}-thing` } },
  ]
  await send(calls)
  // A repetition is a duplicate, which the journal holds all the same; the last two are refused.
  await send([
    ...calls,
    { type: 'track', userId, event: '', properties: { p: `${mark}-refused` } },
    { type: 'track', event: 'Nobody', properties: { email: `${mark}@Example.com`, odd: 'a\ud800b' } },
  ])
  await ask('member.add_note', { externalId: userId, text: `${mark}-note` })
  await ask('message.send', { externalId: userId, title: `${mark}-title`, body: `${mark}-body`, purpose: 'service' })
  await w.settle()
  return userId
}

/** Every text of every table of both stores that holds the mark, in whatever case. */
async function traces(mark: string): Promise<string[]> {
  const found: string[] = []
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema in ('public', 'jobs') and table_type = 'BASE TABLE'`.execute(w.db)
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.id(schema, name)} t
      where t::text ilike ${`%${mark}%`}`.execute(w.db)
    if (Number(rows[0]?.n) > 0) found.push(`${schema}.${name}`)
  }
  const { rows: batches } = await sql<{ n: number }>`select n from batches where body is not null`.execute(w.db)
  for (const { n } of batches) {
    const batch = await loadBatch(w.db as unknown as Kysely<never>, n)
    if (JSON.stringify(batch?.body).toLowerCase().includes(mark.toLowerCase())) found.push(`batch ${n}`)
  }
  for (const table of ['events', 'facts', 'members', 'aliases']) {
    const rows = await w.clickhouse.query<Json>(`SELECT * FROM ${table}`)
    if (JSON.stringify(rows).toLowerCase().includes(mark.toLowerCase())) found.push(`warehouse ${table}`)
  }
  return [...new Set(found.map((f) => f.replace(/_\d{8}$/, '').replace(/ \d+$/, '')))].sort()
}

test('what was planted is in the stores before, hidden at once, and in none of them after the sweep', async () => {
  const userId = await plant('canary7q')
  await plant('other8r')
  const { memberId } = await ask('member.get', { externalId: userId })
  expect(await traces('canary7q')).toEqual(
    expect.arrayContaining(['batch', 'public.dead_letters', 'public.journal', 'warehouse events', 'warehouse facts']),
  )
  expect(await items('event.list', { search: 'canary7q' })).not.toEqual([])
  expect(await items('event.dead_letters', { search: 'canary7q' })).toHaveLength(2)
  const before = await ask('health.conservation')
  expect(before).toMatchObject({ difference: 0, erased: 0 })

  // Still in the warehouse, so that what answers nothing here is the hiding.
  await ask('member.erase', { memberId })
  expect(await traces('canary7q')).toContain('warehouse events')
  expect(await items('event.list', { search: 'canary7q' })).toEqual([])
  expect(await items('event.list', { memberId })).toEqual([])
  expect(await items('event.dead_letters', { search: 'canary7q' })).toEqual([])
  expect(JSON.stringify(await items('event.list', { limit: 200 }))).not.toMatch(/canary7q/i)
  const range = { from: '2026-02-20T00:00:00Z', to: '2026-03-20T00:00:00Z', interval: 'month' }
  const trend = await ask('insight.trend', { ...range, series: [{ event: 'Lead', measure: 'members' }] })
  expect(trend.series).toMatchObject([{ total: 1 }])
  const some = await ask('segment.preview', { definition: { event: 'Lead' } })
  expect(some).toMatchObject({ count: 1 })
  expect(await ask('health.conservation')).toMatchObject({ difference: 0 })

  await w.settle()
  expect(await traces('canary7q')).toEqual([])
  expect(await traces(String(memberId))).not.toContain('warehouse events')
  const after = await ask('health.conservation')
  expect(after).toMatchObject({ difference: 0, accepted: expect.any(Number) })
  expect(Number(after.erased)).toBeGreaterThanOrEqual(5)
  // Shown again, which is nothing to see; and nobody else lost anything.
  expect(await w.host.registry.capabilities.find((c) => c.resolver)?.resolver?.hidden(w.db as never)).toEqual([])
  expect(await items('event.list', { search: 'canary7q' })).toEqual([])
  expect(await items('event.list', { search: 'other8r' })).toHaveLength(
    (await items('member.timeline', { externalId: 'other8r-user' })).filter((e) =>
      JSON.stringify([e.name, e.properties]).includes('other8r'),
    ).length,
  )
  expect(await items('event.dead_letters', { search: 'other8r' })).toHaveLength(2)
})

test('what comes late is hidden and taken out too, and is counted', async () => {
  const userId = await plant('late9s')
  const { memberId } = await ask('member.get', { externalId: userId })
  await ask('member.erase', { memberId })
  await w.settle()
  const before = await ask('health.conservation')
  // On its way when its member was erased: it bears the number of the member, by way of an action's event.
  await w.host.transaction(async (tx) => {
    await w.host.append(tx, [
      {
        id: '0199aaaa-0000-7000-8000-000000000001',
        name: 'member.updated',
        class: 'system',
        memberId: String(memberId),
        communityId: null,
        actor: 'machine:test',
        at: w.now(),
        cause: 'test:late',
        depth: 0,
        properties: JSON.stringify({ properties: { city: 'late9s-again' } }),
      },
    ])
  })
  await w.settle()
  expect(await traces('late9s')).toEqual([])
  const after = await ask('health.conservation')
  expect(after).toMatchObject({ difference: 0, erased: Number(before.erased) + 1 })
})

test('a round that is cut off and done again counts once', async () => {
  const userId = await plant('again3t')
  const { memberId } = await ask('member.get', { externalId: userId })
  const { rows } = await sql<{ number: number }>`select number from members where id = ${memberId}`.execute(w.db)
  const erasure = {
    id: '0199aaaa-0000-7000-8000-000000000002',
    memberIds: [String(memberId)],
    numbers: rows.map((r) => r.number),
    values: [userId],
  }
  const before = await ask('health.conservation')
  const parts = { db: w.host.db, admin: w.host.db }
  const broken = {
    ...w.clickhouse,
    query: w.clickhouse.query,
    command: () => Promise.reject(new Error('cut off')),
  }
  await expect(eraseTraces({ ...parts, warehouse: broken }, erasure)).rejects.toThrow('cut off')
  // Booked, and nothing deleted yet.
  expect(await ask('health.conservation')).toMatchObject({ difference: 0 })
  // Under another id, while the first round is still open: what it has booked is not booked again.
  const other = { ...erasure, id: '0199aaaa-0000-7000-8000-000000000003' }
  await expect(eraseTraces({ ...parts, warehouse: broken }, other)).rejects.toThrow('cut off')
  expect(await ask('health.conservation')).toMatchObject({ difference: 0 })
  await eraseTraces({ ...parts, warehouse: w.clickhouse }, other)
  expect(await ask('health.conservation')).toMatchObject({ difference: 0 })
  await Promise.all([
    eraseTraces({ ...parts, warehouse: w.clickhouse }, erasure),
    eraseTraces({ ...parts, warehouse: w.clickhouse }, erasure),
  ])
  await eraseTraces({ ...parts, warehouse: w.clickhouse }, erasure)
  const after = await ask('health.conservation')
  expect(after).toMatchObject({ difference: 0 })
  expect(Number(after.erased) - Number(before.erased)).toBe(Number(before.inWarehouse) - Number(after.inWarehouse))
  expect(Number(after.erased)).toBeGreaterThan(Number(before.erased))
})

test('nothing is lost or doubled at any moment of an erasure, and the clock on the wall starts it by itself', async () => {
  const real = await world({ env: { BANYAN_CLOCK: 'real' } })
  try {
    const made: string[] = []
    for (const externalId of ['now-1', 'now-2', 'now-3', 'now-4'])
      made.push((await real.member({ externalId, name: externalId })).memberId)
    await real.settle()
    const before = (await real.as(real.owner, 'health.conservation')) as Json
    let seen = before
    // One after the other, so that bookings, deletions and counts meet in many ways.
    for (const memberId of made) await real.as(real.owner, 'member.erase', { memberId })
    for (const end = Date.now() + 30_000; Number(seen.erased) < 2 * made.length && Date.now() < end; ) {
      seen = (await real.as(real.owner, 'health.conservation')) as Json
      expect(seen, JSON.stringify(seen)).toMatchObject({ difference: 0 })
    }
    // Each was created and erased.
    expect(Number(seen.erased)).toBeGreaterThanOrEqual(2 * made.length)
  } finally {
    await real.end()
  }
})

test('rows that are put back from a copy are found in the night', async () => {
  const userId = await plant('copy5u')
  const { memberId } = await ask('member.get', { externalId: userId })
  const { rows } = await sql<{ number: number }>`select number from members where id = ${memberId}`.execute(w.db)
  const copies = ['events', 'facts', 'members'].map((table) => [table, `${table}_copy`] as const)
  for (const [table, copy] of copies) {
    await w.clickhouse.command(`CREATE TABLE ${copy} AS ${table}`)
    await w.clickhouse.command(
      `INSERT INTO ${copy} SELECT * FROM ${table} WHERE ${table === 'members' ? 'number' : 'member'} = ${rows[0]?.number}`,
    )
  }
  await ask('member.erase', { memberId })
  await w.settle()
  expect(await traces('copy5u')).toEqual([])
  for (const [table, copy] of copies) {
    await w.clickhouse.command(`INSERT INTO ${table} SELECT * FROM ${copy}`)
    await w.clickhouse.command(`DROP TABLE ${copy}`)
  }
  expect(await traces('copy5u')).toEqual(['warehouse events', 'warehouse facts'])
  await w.at('2026-03-02T20:00:00.000Z')
  expect(await traces('copy5u')).toEqual([])
})
