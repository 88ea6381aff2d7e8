// Routes that are called thousands of times a second, answered on Node's own request and response. Everything else
// goes on to the listener behind.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { DirectRoute } from '#kernel/contribution'
import { Problem } from '#kernel/problem'
import { type HttpParts, problemOf } from './http.ts'
import { within } from './within.ts'

/** Web pages send events to another host than their own; a browser asks first whether it may. */
const OPEN_TO_PAGES = { 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' }
/** What nobody but a mistaken client sends is read to its end up to here. */
const MOST_DRAINED = 32 * 1024 * 1024
const MOST_WAIT_MS = 10_000

const PREFLIGHT = {
  ...OPEN_TO_PAGES,
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'authorization, content-type, content-encoding',
  'access-control-max-age': '86400',
}

type DirectParts = Pick<HttpParts, 'host' | 'log' | 'answered'>

export function withDirectRoutes(parts: DirectParts, rest: RequestListener): RequestListener {
  const routes = new Map<string, DirectRoute>()
  for (const capability of parts.host.registry.capabilities)
    for (const route of capability.directRoutes ?? []) routes.set(route.path, route)
  return (request, response) => {
    const path = request.url ?? ''
    const route = routes.get(path) ?? routes.get(path.split('?', 1)[0] ?? '')
    if (route && request.method === route.method) void answer(parts, route, request, response)
    else if (route && request.method === 'OPTIONS') response.writeHead(204, PREFLIGHT).end()
    else rest(request, response)
  }
}

async function answer(parts: DirectParts, route: DirectRoute, request: IncomingMessage, response: ServerResponse) {
  const started = performance.now()
  const answered = (status: number) => parts.answered(route.path, status, performance.now() - started)
  try {
    const body = await read(request, route.mostBytes)
    const { authorization = '', 'content-encoding': encoding } = request.headers
    const message = { authorization, encoding: encoding?.trim().toLowerCase() ?? '', body }
    const text = await within(MOST_WAIT_MS, route.take(message, parts.host))
    const length = Buffer.byteLength(text)
    response.writeHead(200, { ...OPEN_TO_PAGES, 'content-type': 'application/json', 'content-length': length })
    response.end(text)
    answered(200)
  } catch (error) {
    if (request.errored || response.destroyed) return
    const { status, headers, body } = problemOf(parts, request.headers['accept-language'], error)
    // What was not read of the request would be taken for the next one.
    const unread = request.complete ? {} : { connection: 'close' }
    response.writeHead(status, { ...OPEN_TO_PAGES, ...headers, ...unread }).end(body)
    answered(status)
  }
}

/**
 * The body. One that is too large is read on for a while before it is refused: a client that is still sending when the
 * connection closes sees a broken connection instead of the answer, and sends it all again.
 */
function read(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const refuse = () => {
      const kilobytes = Math.floor(most / 1024)
      const detail = { en: `At most ${kilobytes} KB a request`, zh: `每个请求不超过 ${kilobytes} KB` }
      reject(new Problem('input.invalid', 400, { detail }))
    }
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= most) chunks.push(chunk)
      else chunks.length = 0
      if (size <= MOST_DRAINED) return
      request.pause()
      refuse()
    })
    request.on('end', () => {
      if (size > most) refuse()
      else resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks))
    })
    request.on('error', reject)
    request.on('aborted', () => reject(new Error('the client went away')))
  })
}
