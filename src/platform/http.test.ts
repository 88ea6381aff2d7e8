import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { type World, world } from '#test/world'
import { createHttp } from './http.ts'

const { query, capability } = slice()('patient', { layer: 'platform', title: { en: 'Patient', zh: '等待' } })
let waiting = 0
/** Works until its caller has gone, and fails of that. */
const wait = query('patient.wait', {
  title: { en: 'Wait', zh: '等待' },
  input: z.object({}),
  output: z.object({}),
  offeredTo: ['public'],
  needs: null,
  on: 'brand',
  async run(ctx) {
    waiting++
    if (!ctx.signal.aborted) await once(ctx.signal, 'abort')
    throw new Error('cut off')
  },
})

let w: World
beforeAll(async () => {
  w = await world({ more: [capability({ actions: [], queries: [wait] as const })] })
})
afterAll(() => w?.end())

test('a caller who goes away is no error of ours', async () => {
  const lines: object[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const parts = { host: w.host, log, trustProxy: false, secureCookies: false }
  const statuses: number[] = []
  const app = createHttp({ ...parts, answered: (_, status) => void statuses.push(status) })
  const server = createServer(getRequestListener(app.fetch)).listen(0)
  try {
    const call = (body: string, length: number) => {
      const socket = connect((server.address() as AddressInfo).port)
      socket.write(`POST /api/patient.wait HTTP/1.1\r\nhost: tea\r\ncontent-type: application/json\r\n`)
      socket.write(`content-length: ${length}\r\n\r\n${body}`)
      return socket
    }
    const told = once(server, 'request')
    const unfinished = call('{', 1000)
    await told
    unfinished.destroy()
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1)
    const patient = call('{}', 2)
    await expect.poll(() => waiting, { timeout: 10_000 }).toBe(1)
    patient.destroy()
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(2)
    const gone = { level: 20, msg: 'the client went away', path: '/api/patient.wait' }
    expect(lines).toMatchObject([gone, gone])
    expect(lines.some((line) => 'err' in line)).toBe(false)
    expect(statuses).toEqual([499])
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
