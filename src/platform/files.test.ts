import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { openFiles } from './files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'banyan-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const onDisk = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
const about = { name: '成员.csv', type: 'text/csv', max: 1_000_000 }

test('what is saved is there whole, for another process too', async () => {
  const content = randomBytes(300_000)
  const chunks = [content.subarray(0, 100_000), content.subarray(100_000)]
  const stored = await openFiles(folder).save(Readable.from(chunks), about)
  const sha256 = createHash('sha256').update(content).digest('hex')
  expect(stored).toEqual({ id: stored.id, name: '成员.csv', size: 300_000, type: 'text/csv', sha256 })
  const files = openFiles(folder)
  const { stream, ...described } = await files.open(stored.id)
  expect(described).toEqual(stored)
  expect((await buffer(stream)).equals(content)).toBe(true)
  expect((await files.read(stored.id.toUpperCase())).equals(content)).toBe(true)
  expect(onDisk().map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600])
})

test('bytes, and none at all, are files too; a poor label is mended', async () => {
  const files = openFiles(folder)
  const names = ['../../etc/passwd', 'C:\\Users\\li\\a.csv', 'a\r\nSet-Cookie: b', '/', 'x'.repeat(300)]
  const stored = await Promise.all(
    names.map((name) => files.save(new Uint8Array(), { name, max: 0, type: 'text/a b' })),
  )
  expect(stored.map((s) => s.name)).toEqual(['passwd', 'a.csv', 'aSet-Cookie: b', 'file', 'x'.repeat(200)])
  expect(stored.map((s) => [s.size, s.type])).toEqual(names.map(() => [0, 'application/octet-stream']))
})

test('one byte too many, or a sender who goes away, leaves nothing', async () => {
  const files = openFiles(folder)
  const endless = Readable.from(
    (function* () {
      for (;;) yield randomBytes(1_000)
    })(),
  )
  await expect(files.save(endless, { ...about, max: 5_000 })).rejects.toMatchObject({
    code: 'input.too_large',
    status: 413,
  })
  expect(endless.destroyed).toBe(true)
  const gone = Readable.from(
    (function* () {
      yield Buffer.from('half')
      throw new Error('the connection ended')
    })(),
  )
  await expect(files.save(gone, about)).rejects.toThrow('the connection ended')
  expect(onDisk()).toEqual([])
})

test.each(['../secret', '..', '', 'unfinished', '/etc/passwd', 'a\0b', `${newId()}.json`, `../${newId()}`])(
  'the id %j reaches no path',
  async (id) => {
    writeFileSync(join(folder, 'secret'), 'no')
    const files = openFiles(folder)
    for (const attempt of [files.open(id), files.read(id), files.remove(id)])
      await expect(attempt).rejects.toMatchObject({ code: 'object.unknown', status: 404 })
    expect(onDisk()).toEqual([join(folder, 'secret')])
  },
)

test('what is removed is unknown; removing it again is no error', async () => {
  const files = openFiles(folder)
  const { id } = await files.save(Buffer.from('x'), about)
  await files.remove(id)
  await files.remove(id)
  await expect(files.open(id)).rejects.toMatchObject({ code: 'object.unknown' })
  await expect(files.read(newId())).rejects.toMatchObject({ code: 'object.unknown' })
  expect(onDisk()).toEqual([])
})

test('what a killed process left unfinished goes after a day; what is being written stays', async () => {
  await openFiles(folder).save(Buffer.from('x'), about)
  const [old, young] = [join(folder, 'unfinished', newId()), join(folder, 'unfinished', newId())]
  for (const path of [old, young]) writeFileSync(path, 'half')
  const yesterday = Date.now() / 1000 - 25 * 3600
  utimesSync(old, yesterday, yesterday)
  await openFiles(folder).save(Buffer.from('y'), about)
  expect(readdirSync(join(folder, 'unfinished'))).toEqual([young.slice(-36)])
})
