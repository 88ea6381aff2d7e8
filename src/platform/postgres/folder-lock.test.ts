import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FolderInUse, lockFolder } from './folder-lock.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'banyan-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const module = new URL('./folder-lock.ts', import.meta.url).href
// The lock is dropped and memory collected: holding it must not depend on somebody keeping the object.
const holder = (path: string) =>
  `const { lockFolder } = await import(${JSON.stringify(module)})
   try { lockFolder(${JSON.stringify(path)}); gc(); console.log('held'); setInterval(() => {}, 60000) }
   catch (error) { console.log('refused ' + error.pid) }`

function start(path: string) {
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', holder(path)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { child, line: once(createInterface(child.stdout), 'line').then(([line]) => String(line)) }
}

test('a second holder is refused with the pid of the first, in both languages', async () => {
  const { child, line } = start(folder)
  try {
    expect(await line).toBe('held')
    const attempt = () => lockFolder(folder)
    expect(attempt).toThrow(FolderInUse)
    expect(attempt).toThrow(`in use by process ${child.pid}`)
    expect(attempt).toThrow(`正被进程 ${child.pid} 使用`)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

test('the lock dies with a killed holder', async () => {
  const { child, line } = start(folder)
  expect(await line).toBe('held')
  child.kill('SIGKILL')
  await once(child, 'exit')
  lockFolder(folder).release()
})

test('released, it can be taken again; one process cannot hold it twice', () => {
  const first = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(`process ${process.pid}`)
  first.release()
  first.release()
  lockFolder(folder).release()
})

test('a left pid of an innocent process does not stand in the way', () => {
  writeFileSync(join(folder, 'pid'), `${process.ppid}\n`)
  lockFolder(folder).release()
})

test('of several that start together exactly one wins and the others name it', async () => {
  const started = Array.from({ length: 4 }, () => start(folder))
  try {
    const lines = await Promise.all(started.map(({ line }) => line))
    const winner = started[lines.indexOf('held')]?.child.pid
    expect(lines.filter((line) => line === 'held')).toHaveLength(1)
    expect(lines.filter((line) => line !== 'held')).toEqual(Array(3).fill(`refused ${winner}`))
  } finally {
    for (const { child } of started) child.kill('SIGKILL')
  }
})
