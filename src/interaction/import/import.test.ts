import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inProcess } from '#app/instance'
import { httpInstance, importCommand } from '#interaction/import'
import { ensureOwner } from '#people/operator'
import { type World, world } from '#test/world'
import type { Call, Instance } from './call.ts'
import { openSheet } from './sheet.ts'
import { fixture, type Tables, writeCsv, writeXml } from './stackexchange/dump.fixture.ts'

let w: World
let folder: string
beforeAll(async () => {
  w = await world()
  folder = mkdtempSync(join(tmpdir(), 'banyan-import-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await w.end()
})

let number = 0
const dump = (write: typeof writeCsv, tables: Tables = fixture): string => {
  const path = mkdtempSync(join(folder, `dump-${++number}-`))
  write(path, tables)
  return path
}
async function run(args: readonly string[], instance: Instance = inProcess(w.system)) {
  const lines: string[] = []
  const code = await importCommand(args, {
    instance,
    say: (line) => lines.push(line),
    update: () => {},
    locale: 'en',
  })
  return { code, lines }
}
const stackexchange = (path: string, site: string, instance?: Instance) =>
  run(['stackexchange', path, '--site', site], instance)

const KEY = 'key-of-the-environment'
const NOBODY = '00000000-0000-0000-0000-000000000000'
interface Seen {
  name: string
  memberId: string
  at: string
  actor: string
  data: Record<string, unknown>
}
/** Events of a site in the order of their times. */
async function eventsOf(site: string): Promise<Seen[]> {
  await w.settle()
  const { id } = await w.db
    .selectFrom('communities')
    .select('id')
    .where('key', '=', `stackexchange:${site}`)
    .executeTakeFirstOrThrow()
  const rows = await w.warehouse.query<Seen & { properties: string }>(
    `SELECT name, toString(memberId) AS memberId, toString(timestamp) AS at, actor, properties FROM events
     WHERE communityId = {c:UUID} AND name != 'community.created' ORDER BY timestamp, name, properties`,
    { c: String(id) },
  )
  return rows.map(({ properties, ...e }) => ({ ...e, data: JSON.parse(properties) }))
}
const newest = async () => {
  const { items } = (await w.as(w.owner, 'import.list', { limit: 1 })) as { items: { id: string }[] }
  return items[0]
}
const memberId = async (externalId: string) =>
  ((await w.as(w.owner, 'member.get', { externalId })) as { memberId: string }).memberId

test('an archive becomes members, memberships and events with their own times, whoever did what', async () => {
  const { code, lines } = await stackexchange(dump(writeCsv), 'csv')
  expect({ code, lines }).toEqual({ code: 0, lines: [expect.stringContaining('Imported 14 items, 0 refused')] })
  const [asker, answerer] = [await memberId('csv:1'), await memberId('csv:2')]
  const events = await eventsOf('csv')
  const count = (name: string) => events.filter((e) => e.name === name).length
  expect(['post.created', 'answer.created', 'wiki.created', 'comment.created'].map(count)).toEqual([1, 2, 1, 2])
  expect(['answer.accepted', 'vote.received', 'badge.awarded', 'community.joined'].map(count)).toEqual([1, 3, 1, 3])
  expect(events.find((e) => e.name === 'post.created')).toMatchObject({
    memberId: asker,
    at: '2011-06-21 20:19:34.730',
    data: { postId: 'csv:1', title: 'Which "green" tea,\n龙井 or <other> & why?' },
  })
  expect(events.find((e) => e.name === 'answer.accepted')).toMatchObject({
    memberId: answerer,
    actor: `member:${asker}`,
  })
  // A deleted account's answer is the community's.
  expect(events.filter((e) => e.name === 'answer.created' && e.memberId === NOBODY)).toHaveLength(1)
  expect(await w.as(w.owner, 'community.list', { search: 'csv' })).toMatchObject({ items: [{ memberCount: 3 }] })
  expect(await newest()).toMatchObject({ kind: 'archive', state: 'done', fraction: 1 })
})

test('XML gives the same as CSV', async () => {
  await stackexchange(dump(writeXml), 'xml')
  const plain = (events: readonly Seen[], site: string) =>
    events.map(({ name, at, data }) => ({ name, at, data: JSON.stringify(data).replaceAll(`${site}:`, '') }))
  expect(plain(await eventsOf('xml'), 'xml')).toEqual(plain(await eventsOf('csv'), 'csv'))
})

test('importing again changes nothing, even where no mark remembers what was done', async () => {
  const before = await eventsOf('csv')
  const members = async () => w.db.selectFrom('members').select('id').orderBy('id').execute()
  const known = await members()
  await stackexchange(dump(writeCsv), 'csv')
  expect(await eventsOf('csv')).toEqual(before)
  await w.db.deleteFrom('import_marks').where('source', '=', 'stackexchange:csv').execute()
  const { lines } = await stackexchange(dump(writeCsv), 'csv')
  expect(lines).toEqual([expect.stringContaining('Imported 14 items, 0 refused')])
  expect(await eventsOf('csv')).toEqual(before)
  expect(await members()).toEqual(known)
})

test('an import that was cut off goes on where it was, and ends with the same', async () => {
  const path = dump(writeCsv)
  const whole = inProcess(w.system)
  const cut: Instance = {
    ...whole,
    call: (operation, input) =>
      operation === 'import.events' ? Promise.reject(new Error('gone')) : whole.call(operation, input),
  }
  await expect(stackexchange(path, 'cut', cut)).rejects.toThrow('gone')
  expect(await newest()).toMatchObject({ state: 'failed', reason: 'gone', done: 3 })
  const { lines } = await stackexchange(path, 'cut')
  // The three members are behind the mark.
  expect(lines).toEqual([expect.stringContaining('Imported 11 items, 0 refused')])
  const names = (events: readonly Seen[]) => events.map((e) => e.name)
  expect(names(await eventsOf('cut'))).toEqual(names(await eventsOf('csv')))
})

test('through the API of a running instance it is the same', async () => {
  await ensureOwner(w.host.db, { apiKey: KEY, now: w.now() })
  const settled = async (call: Call) => ((await call('health.settled', {})) as { settled: boolean }).settled
  const instance = httpInstance(await w.http(), KEY, settled)
  expect(await stackexchange(dump(writeCsv), 'http', instance)).toMatchObject({ code: 0 })
  const names = (events: readonly Seen[]) => events.map((e) => e.name)
  expect(names(await eventsOf('http'))).toEqual(names(await eventsOf('csv')))
  const stranger = httpInstance(await w.http(), 'banyan_wrong', settled)
  await expect(stackexchange(dump(writeCsv), 'http', stranger)).rejects.toThrow('Please sign in')
})

test('the console can stop an archive that somebody imports from elsewhere', async () => {
  const whole = inProcess(w.system)
  const stopping: Instance = {
    ...whole,
    async call(operation, input) {
      const answer = await whole.call(operation, input)
      if (operation === 'import.begin') await w.as(w.owner, 'import.cancel', { id: (answer as { id: string }).id })
      return answer
    },
  }
  const { code, lines } = await stackexchange(dump(writeCsv), 'stopped', stopping)
  expect({ code, lines }).toEqual({ code: 1, lines: ['Stopped. Run it again to go on.'] })
})

test('past events: only known names, members, communities and data; only for who sees all', async () => {
  const item = { event: 'comment.created', messageId: 'm1', externalId: 'csv:1', at: '2012-01-01T00:00:00.000Z' }
  const data = { commentId: 'c', postId: 'p' }
  const send = (items: object[], who = w.owner) => w.as(who, 'import.events', { items })
  expect(await send([{ ...item, data }])).toEqual({ accepted: 1, refused: [] })
  expect(
    await send([
      { ...item, data: { commentId: 'c' } },
      { ...item, data, externalId: 'nobody' },
      { ...item, data, communityKey: 'nowhere' },
    ]),
  ).toEqual({
    accepted: 0,
    refused: [
      { index: 0, reason: 'postId' },
      { index: 1, reason: 'member.unknown' },
      { index: 2, reason: 'community.unknown' },
    ],
  })
  for (const wrong of [{ event: 'points.awarded' }, { at: '1989-12-31T00:00:00.000Z' }, { at: 'yesterday' }])
    expect(await send([{ ...item, data, ...wrong }])).toMatchObject({ status: 400 })
  const narrowed = w.operator('manager', { kind: 'own', operatorId: crypto.randomUUID() })
  expect(await send([{ ...item, data }], narrowed)).toMatchObject({ code: 'access.denied' })
  expect(await send([{ ...item, data }], w.operator('analyst'))).toMatchObject({ status: 403 })
})

const table = async (text: string | Uint8Array): Promise<string> => {
  const path = join(folder, `table-${++number}.csv`)
  await writeFile(path, text)
  return path
}
const TABLE = '会员编号,姓名,邮箱,积分,注册时间\nt1,张三,san@example.com,12,2020-01-05\nt2,"=1+1",,,\n'

test('a table of members: dry run without effect, then for real, then again as updates', async () => {
  const path = await table(TABLE)
  const dry = await run(['members', path, '--dry-run'])
  expect(dry.lines.at(-1)).toBe('Dry run: 2 created, 0 updated, 0 failed')
  expect(await w.as(w.owner, 'member.get', { externalId: 't1' })).toMatchObject({ status: 404 })
  expect((await run(['members', path])).lines.at(-1)).toBe('2 created, 0 updated, 0 failed')
  const row = await w.db.selectFrom('members').selectAll().where('external_id', '=', 't1').executeTakeFirstOrThrow()
  // The day begins in the brand's zone.
  expect(row).toMatchObject({
    name: '张三',
    properties: { 积分: 12 },
    created_at: new Date('2020-01-04T16:00:00.000Z'),
  })
  expect(await w.as(w.owner, 'member.get', { externalId: 't2' })).toMatchObject({ name: '=1+1' })
  expect((await run(['members', path])).lines.at(-1)).toBe('0 created, 2 updated, 0 failed')
})

test('rows that fail are told with their numbers and come back as a file; the others are imported', async () => {
  const path = await table('id,email,n\nr1,mei@example.com,1\nr2,nobody,2\n\nr1,again@example.com,3\n,,4\n"r5,x')
  const out = join(folder, 'errors.csv')
  const { code, lines } = await run(['members', path, '--errors', out, '--map', 'n=property:rank'])
  expect(code).toBe(1)
  expect(lines.at(-2)).toBe('1 created, 0 updated, 5 failed')
  const { id } = (await newest()) ?? {}
  expect(await w.as(w.owner, 'import.row_errors', { id })).toMatchObject({
    items: [
      { line: 3, field: 'email' },
      { line: 4, message: 'The row is empty' },
      { line: 5, message: 'The same member as in row 2' },
      { line: 6, message: 'Nothing says who this is' },
      { line: 7, message: 'A quotation mark is never closed; nothing after it can be read' },
    ],
  })
  const cells: (readonly string[])[] = []
  for await (const row of openSheet(await readFile(out)).rows()) if ('cells' in row) cells.push(row.cells)
  expect(cells.slice(0, 2)).toEqual([
    ['Row', 'Errors', 'id', 'email', 'n'],
    ['3', 'email: Not an e-mail address: nobody', 'r2', 'nobody', '2'],
  ])
})

test('over HTTP: upload, preview, start, and the failed rows as a download', async () => {
  const base = await w.http()
  await ensureOwner(w.host.db, { apiKey: KEY, now: w.now() })
  const headers = { authorization: `Bearer ${KEY}` }
  const uploaded = await fetch(`${base}/api/import.upload?name=m.csv`, { method: 'POST', headers, body: '邮箱\nx' })
  const { id: fileId } = (await uploaded.json()) as { id: string }
  const post = async (operation: string, input: object) => {
    const answer = await fetch(`${base}/api/${operation}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    return (await answer.json()) as Record<string, unknown>
  }
  const preview = await post('import.preview', { fileId })
  expect(preview).toMatchObject({ encoding: 'utf-8', mapping: [{ column: 0, to: 'email' }] })
  const { id } = await post('import.start', { fileId, name: 'm.csv', mapping: preview.mapping })
  await w.settle()
  const file = await fetch(`${base}/api/import.errors?id=${id}`, { headers: { ...headers, 'accept-language': 'zh' } })
  expect(Buffer.from(await file.arrayBuffer()).toString()).toBe(
    '\uFEFF行号,错误原因,邮箱\n2,email: 邮箱格式不正确：x,x\n',
  )
  expect((await fetch(`${base}/api/import.errors?id=${id}`)).status).toBe(401)
  const large = await fetch(`${base}/api/import.upload`, { method: 'POST', headers, body: new Uint8Array(21 << 20) })
  expect(large.status).toBe(413)

  // A day later neither the file nor what was told of its rows is left.
  await w.at('2026-03-02T02:00:00.000Z')
  expect(await post('import.preview', { fileId })).toMatchObject({ status: 404 })
  expect(await post('import.row_errors', { id })).toMatchObject({ items: [] })
  expect(await post('import.get', { id })).toMatchObject({ state: 'done', failed: 1 })
})

test('called wrongly, the command says how', async () => {
  for (const args of [[], ['stackexchange'], ['members'], ['discourse', '.'], ['members', 'a.csv', '--what']])
    expect(await run(args)).toMatchObject({ code: 2, lines: [expect.stringContaining('banyan import members')] })
})
