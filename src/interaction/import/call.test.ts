import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { httpInstance } from './call.ts'

let server: Server | undefined
afterEach(() => new Promise((resolve) => (server?.listening ? server.close(resolve) : resolve(undefined))))

async function listen(answer: RequestListener): Promise<string> {
  const started = createServer(answer)
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`
}
/** An instance at the other end, and how long each pause before trying again would have been, in seconds. */
function at(url: string) {
  const pauses: number[] = []
  const wait = async (ms: number) => pauses.push(ms / 1000)
  return { pauses, instance: httpInstance(url, 'key', async () => true, wait) }
}

test('an instance that is full or busy is asked again with the same, after as long as it asks for', async () => {
  const bodies: string[] = []
  const answers: [number, Record<string, string>][] = [
    [503, { 'retry-after': '0' }],
    [503, {}],
    [429, { 'retry-after': '7' }],
    [200, { 'content-type': 'application/json' }],
  ]
  const { instance, pauses } = at(
    await listen((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        bodies.push(body)
        const [status, headers] = answers[bodies.length - 1] as (typeof answers)[number]
        response.writeHead(status, headers).end(status === 200 ? '{"stored":2}' : 'later')
      })
    }),
  )
  expect(await instance.call('import.events', { items: [1, 2] })).toEqual({ stored: 2 })
  expect(bodies).toEqual(Array(4).fill('{"items":[1,2]}'))
  expect(pauses).toEqual([0.5, 1, 7])
})

test('what is the sender’s fault is told at once', async () => {
  const { instance, pauses } = at(
    await listen((_, response) => response.writeHead(400).end('{"title":"Not valid","detail":"no items"}')),
  )
  await expect(instance.call('import.events', {})).rejects.toThrow('Not valid; no items')
  expect(pauses).toEqual([])
})

test('an instance that stays full, or is not there at all, is given two minutes', async () => {
  const full = at(await listen((_, response) => response.writeHead(503).end('{"title":"Full"}')))
  await expect(full.instance.call('import.events', {})).rejects.toThrow('Full')
  const seconds = (pauses: readonly number[]) => pauses.reduce((sum, s) => sum + s, 0)
  expect(seconds(full.pauses)).toBeGreaterThan(100)
  expect(seconds(full.pauses)).toBeLessThanOrEqual(120)

  const url = await listen(() => {})
  await new Promise((resolve) => server?.close(resolve))
  const gone = at(url)
  await expect(gone.instance.call('import.events', {})).rejects.toThrow('cannot be reached; run the import again')
  expect(gone.pauses).toEqual(full.pauses)
})
