import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import type { Item, Marks } from '../item.ts'
import { type BadRow, openArchive } from './archive.ts'
import { fixture, type Tables, writeCsv, writeXml } from './dump.fixture.ts'
import { findTables } from './table.ts'

const folders: string[] = []
const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'banyan-dump-'))
  folders.push(path)
  return path
}
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true })
})

async function read(path: string, marks: Marks = {}, bad: BadRow[] = []): Promise<Item[]> {
  const items: Item[] = []
  const archive = openArchive(await findTables(path), 'tea', (row) => bad.push(row))
  for await (const item of archive.items(marks)) items.push(item)
  return items
}
const withTables = (tables: Partial<Tables>) => {
  const path = folder()
  writeCsv(path, { ...fixture, ...tables })
  return path
}

test('CSV, gzipped CSV and the official XML say the same', async () => {
  const [csv, zipped, xml] = [folder(), folder(), folder()]
  writeCsv(csv, fixture)
  writeCsv(zipped, fixture, gzipSync)
  writeXml(xml, fixture)
  const items = await read(csv)
  expect(await read(zipped)).toEqual(items)
  expect(await read(xml)).toEqual(items)
  expect(items.map((i) => (i.kind === 'member' ? i.externalId : `${i.event} ${i.externalId ?? '-'}`))).toEqual([
    ...['tea:-1', 'tea:1', 'tea:2'],
    ...['post.created tea:1', 'answer.created tea:2', 'wiki.created tea:-1', 'answer.created -'],
    ...['comment.created tea:1', 'comment.created -'],
    ...['vote.received tea:1', 'answer.accepted tea:2', 'vote.received tea:1', 'vote.received -'],
    ...['badge.awarded tea:2'],
  ])
})

test('times are UTC, titles survive quotes and line ends, who accepts is who asked', async () => {
  const items = await read(withTables({}))
  expect(items.find((i) => i.kind === 'event' && i.event === 'post.created')).toMatchObject({
    at: '2011-06-21T20:19:34.730Z',
    messageId: 'stackexchange:tea:Posts:1',
    data: { postId: 'tea:1', title: 'Which "green" tea,\n龙井 or <other> & why?' },
  })
  expect(items.find((i) => i.kind === 'event' && i.event === 'answer.accepted')).toMatchObject({
    externalId: 'tea:2',
    actorExternalId: 'tea:1',
    at: '2011-06-23T00:00:00.000Z',
    data: { answerId: 'tea:2', postId: 'tea:1' },
  })
  expect(items.find((i) => i.kind === 'member' && i.externalId === 'tea:-1')).toMatchObject({
    properties: { stackexchange_id: -1, system: true },
  })
})

test('without votes the question tells which answer was accepted', async () => {
  const path = withTables({})
  rmSync(join(path, 'Votes.csv'))
  const accepted = (await read(path)).filter((i) => i.kind === 'event' && i.event === 'answer.accepted')
  expect(accepted).toMatchObject([{ externalId: 'tea:2', actorExternalId: 'tea:1' }])
})

test('marks skip what is done, also halfway; rows out of order are never skipped', async () => {
  const all = await read(withTables({}))
  const rest = await read(withTables({}), { Users: 2, Posts: 2, Comments: 1 })
  expect(rest).toEqual(all.slice(5, 7).concat(all.slice(8)))
  const unsorted = [...fixture.Comments].reverse()
  const items = await read(withTables({ Comments: unsorted }), { Comments: 2 })
  expect(
    items.filter((i) => i.part === 'Comments').map((i) => [(i as { messageId: string }).messageId, i.mark]),
  ).toEqual([['stackexchange:tea:Comments:1', undefined]])
})

test('a folder without users and a broken table are told by name', async () => {
  await expect(findTables(folder())).rejects.toThrow('no Users.csv')
  const broken = folder()
  writeFileSync(join(broken, 'Users.xml'), '<users><row Id="1"')
  await expect(read(broken)).rejects.toThrow()
})

test('a row that cannot be read is refused by itself', async () => {
  const path = withTables({
    Comments: [
      { ...fixture.Comments[0], CreationDate: 'yesterday' },
      { ...fixture.Comments[0], Id: 'x' },
      { ...fixture.Comments[1] },
    ],
  })
  const bad: BadRow[] = []
  const items = await read(path, {}, bad)
  expect(bad).toEqual([
    { table: 'Comments', id: 1, reason: 'not a time: yesterday' },
    { table: 'Comments', id: 1, reason: 'the row after this one has no numeric Id' },
  ])
  expect(items.filter((i) => i.part === 'Comments')).toHaveLength(1)
})
