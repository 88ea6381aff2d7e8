import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import pino from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openClickhouse } from './clickhouse.ts'

const log = pino({ level: 'silent' })
let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'clickhouse-child-'))
})
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true })
})

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A process that opens the folder, stores a row, starts an endless query and prints where its child listens. */
async function owner(): Promise<{ process: ChildProcess; url: string }> {
  const script = join(dataDir, 'owner.ts')
  writeFileSync(
    script,
    `import { openClickhouse } from ${JSON.stringify(new URL('./clickhouse.ts', import.meta.url).href)}
     import pino from ${JSON.stringify(import.meta.resolve('pino'))}
     const clickhouse = await openClickhouse({ dataDir: ${JSON.stringify(dataDir)}, log: pino({ level: 'silent' }) })
     await clickhouse.command('CREATE TABLE IF NOT EXISTS t (id UInt32) ENGINE = MergeTree ORDER BY id')
     await clickhouse.insert('t', '{"id":1}')
     void clickhouse.query('SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1')
     console.log((await clickhouse.client('live')).connectionParams.url.href)`,
  )
  const started = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(started, 'exit').then(() => Promise.reject(new Error('the owner ended')))
  ended.catch(() => {})
  const [line] = (await Promise.race([once(createInterface({ input: started.stdout }), 'line'), ended])) as [string]
  return { process: started, url: line }
}

it('dies with its parent, even a killed one, and the next opens the folder at once', async () => {
  const first = await owner()
  expect((await fetch(`${first.url}ping`)).status).toBe(200)
  first.process.kill('SIGKILL')
  // Not waited for: the new one itself waits for the lock.
  const clickhouse = await openClickhouse({ dataDir, log })
  await expect(fetch(`${first.url}ping`)).rejects.toThrow()
  expect(await clickhouse.query('SELECT id FROM t')).toEqual([{ id: 1 }])
  await clickhouse.stop()
})

it('outlives a signal to the group, and ends when told', async () => {
  const clickhouse = await openClickhouse({ dataDir, log })
  const pid = clickhouse.pid ?? 0
  process.kill(pid, 'SIGTERM')
  process.kill(pid, 'SIGINT')
  const slow = clickhouse.query('SELECT sleep(1) AS zero')
  await delay(50) // so that it is on its way; its answer below is what counts
  const stopped = clickhouse.stop()
  expect(await slow).toEqual([{ zero: 0 }])
  await stopped
  expect(isRunning(pid)).toBe(false)
  expect(clickhouse.alive).toBe(false)
  expect(await clickhouse.ping()).toBe(false)
})
