// HTTP derived from the declarations: `POST /api/<slice>.<verb>`, GET for queries without personal fields, the routes
// that slices contribute, and problem+json for everything that goes wrong.

import type { Context as HonoContext } from 'hono'
import { Hono } from 'hono'
import type { AnyOperation } from '#kernel/capability'
import type { Actor } from '#kernel/context'
import { catalog } from '#kernel/derive'
import type { Host } from '#kernel/host'
import { newId } from '#kernel/ids'
import { mayActor } from '#kernel/invoke'
import { parseJson } from '#kernel/json'
import { openapi } from '#kernel/openapi'
import { Problem, problemJson } from '#kernel/problem'
import { perform } from '#kernel/run'
import { localeOf } from '#kernel/text'
import { type Bindings, clientAddress, cookiesOf } from './client.ts'
import type { Log } from './log.ts'

/** A body of an ordinary operation; imports and files have routes and limits of their own. */
const MOST_BODY_BYTES = 4 * 1024 * 1024

export interface HttpParts {
  host: Host
  log: Log
  trustProxy: boolean
  /** Cookies get Secure when members come by https. */
  secureCookies: boolean
  /** Told of each answer, for metrics. */
  answered(operation: string, status: number, ms: number): void
}

export function createHttp(parts: HttpParts): Hono<Bindings> {
  const { host } = parts
  const app = new Hono<Bindings>()
  app.onError((error, c) => answerProblem(parts, c, error))
  app.notFound((c) => answerProblem(parts, c, new Problem('route.unknown', 404)))
  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(SECURITY_HEADERS))
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
  })
  const document = openapi(host.registry)
  const words = catalog(host.registry)
  app.get('/api/openapi.json', (c) => c.json(document))
  app.get('/api/catalog', async (c) => {
    needSignIn(await actorOf(parts, c))
    return c.json(words)
  })
  for (const capability of host.registry.capabilities)
    for (const route of capability.routes ?? [])
      app.on(route.method, route.path, async (c) => {
        const actor = await actorOf(parts, c)
        if (route.needs !== null) {
          needSignIn(actor)
          if (!mayActor(host, actor, route.needs)) throw new Problem('access.denied', 403)
          if (route.method !== 'GET') refuseForeignOrigin(c, actor)
        }
        return route.handle(c.req.raw, { host, actor, address: clientAddress(c, parts.trustProxy) })
      })
  app.on(['GET', 'POST'], '/api/:operation{[a-z_]+\\.[a-z_]+}', (c) => answer(parts, c))
  return app
}

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-opener-policy': 'same-origin',
}

function needSignIn(actor: Actor) {
  if (actor.caller === 'public') throw new Problem('access.unauthenticated', 401)
}

async function answer(parts: HttpParts, c: HonoContext<Bindings>): Promise<Response> {
  const started = performance.now()
  const op = parts.host.registry.operations.get(c.req.param('operation') ?? '')
  if (!op) throw new Problem('route.unknown', 404)
  if (c.req.method === 'GET' && (op.kind === 'action' || op.personal)) throw new Problem('route.unknown', 404)
  const actor = await actorOf(parts, c, op)
  if (c.req.method === 'POST') refuseForeignOrigin(c, actor)
  const input = c.req.method === 'GET' ? c.req.query() : await readBody(c)
  const key = c.req.header('idempotency-key')
  if (key !== undefined && (key.length === 0 || key.length > 255))
    throw new Problem('input.invalid', 400, { errors: [{ path: 'Idempotency-Key', message: '1–255' }] })
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  try {
    const output = await perform(parts.host, op, {
      actor,
      input,
      idempotencyKey: op.kind === 'action' ? key : undefined,
      signal: c.req.raw.signal,
      setCookie: (name, value, maxAge) =>
        headers.append('set-cookie', cookie(name, value, maxAge, parts.secureCookies)),
    })
    parts.answered(op.name, 200, performance.now() - started)
    return new Response(JSON.stringify(output ?? {}), { headers })
  } catch (error) {
    const status = error instanceof Problem ? error.status : hungUp(c) ? HUNG_UP : 500
    parts.answered(op.name, status, performance.now() - started)
    throw error
  }
}

/**
 * A browser sends the cookie along with requests that other sites start. SameSite=Lax stops most; this stops the rest:
 * an unsafe method with a cookie must come from our own pages and carry JSON.
 */
function refuseForeignOrigin(c: HonoContext<Bindings>, actor: Actor) {
  if (!actor.sessionId && actor.caller !== 'public') return
  const origin = c.req.header('origin')
  if (!origin) return
  const host = c.req.header('x-forwarded-host') ?? c.req.header('host')
  if (!URL.canParse(origin) || new URL(origin).host !== host) throw new Problem('access.denied', 403)
}

async function readBody(c: HonoContext<Bindings>): Promise<unknown> {
  const type = c.req.header('content-type') ?? ''
  const declared = Number(c.req.header('content-length') ?? 0)
  if (declared > MOST_BODY_BYTES) throw new Problem('input.too_large', 413)
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  if (bytes.length > MOST_BODY_BYTES) throw new Problem('input.too_large', 413)
  if (bytes.length === 0) return {}
  if (!/^application\/([a-z.+-]*\+)?json\b/i.test(type))
    throw new Problem('input.not_json', 415, {
      detail: { en: 'Send application/json', zh: '请使用 application/json' },
    })
  return parseJson(decode(bytes))
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** UTF-8 or nothing: replacing broken bytes would store something that nobody sent. */
export function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Problem('input.not_json', 400, { detail: { en: 'The body is not UTF-8', zh: '请求体不是 UTF-8 编码' } })
  }
}

/** Who is calling. For an operation offered to members only or to operators only, the other cookie does not count. */
export async function actorOf(parts: HttpParts, c: HonoContext<Bindings>, op?: AnyOperation): Promise<Actor> {
  const authorization = c.req.header('authorization')
  const bearer = authorization?.startsWith('Bearer ') ? authorization.slice(7).trim() : null
  const credentials = {
    bearer,
    cookies: cookiesOf(c.req.header('cookie')),
    address: clientAddress(c, parts.trustProxy),
    locale: localeOf(c.req.header('accept-language')),
    now: parts.host.now(),
  }
  const actors: Actor[] = []
  for (const capability of parts.host.registry.capabilities) {
    const actor = await capability.authenticate?.(parts.host.db, credentials)
    if (actor) actors.push(actor)
  }
  const fit = op && actors.find((a) => a.caller !== 'machine' && op.offeredTo.includes(a.caller))
  const found = fit ?? actors[0]
  if (found) return found
  // A credential that is given and wrong is told so, even where none is needed.
  if (bearer) throw new Problem('access.unauthenticated', 401)
  const { address, locale } = credentials
  return { caller: 'public', id: 'public', roles: [], scope: { kind: 'all' }, locale, address }
}

function cookie(name: string, value: string | null, maxAge: number | undefined, secure: boolean): string {
  const age = value === null ? 0 : maxAge
  return `${name}=${value ?? ''}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${
    age === undefined ? '' : `; Max-Age=${age}`
  }`
}

/** As web servers log it; nobody is there to read it. */
const HUNG_UP = 499

/** Whether the caller has gone away: in the middle of its request, or while we were working on it. */
function hungUp(c: HonoContext<Bindings>): boolean {
  const incoming = c.env?.incoming
  return c.req.raw.signal.aborted || (incoming?.destroyed === true && !incoming.complete)
}

function answerProblem(parts: HttpParts, c: HonoContext<Bindings>, error: unknown): Response {
  if (!(error instanceof Problem) && hungUp(c)) {
    parts.log.debug({ path: c.req.path }, 'the client went away')
    return new Response(null, { status: HUNG_UP })
  }
  const { status, headers, body } = problemOf(parts, c.req.header('accept-language'), error)
  return new Response(body, { status, headers })
}

/** Any failure as problem+json in the reader's language. */
export function problemOf(parts: Pick<HttpParts, 'host' | 'log'>, language: string | undefined, error: unknown) {
  const instance = newId()
  const problem = error instanceof Problem ? error : unexpected(parts, error, instance)
  const title = parts.host.registry.failures.get(problem.code)?.title ?? { en: problem.code, zh: problem.code }
  const wait = problem.retryAfter ?? (problem.status === 503 ? 2 : undefined)
  return {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(wait === undefined ? {} : { 'retry-after': String(Math.ceil(wait)) }),
    },
    body: JSON.stringify(problemJson(problem, title, localeOf(language), instance)),
  }
}

/** What is not a Problem is ours: a store that is away is told as 503, the rest as 500; only the log has the reason. */
function unexpected(parts: Pick<HttpParts, 'log'>, error: unknown, instance: string): Problem {
  const code = (error as { code?: unknown } | null)?.code
  if (error instanceof Error && error.name === 'AbortError') return new Problem('service.unavailable', 503)
  parts.log.error({ err: error, instance }, 'request failed')
  const away = typeof code === 'string' && /^(08|53|57P|ECONN|ENOENT|EPIPE)/.test(code)
  return away ? new Problem('service.unavailable', 503) : new Problem('service.failed', 500)
}
