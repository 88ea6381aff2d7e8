// The HTTP server: the API, the two front ends, health and metrics.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, sep } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { mayActor } from '#kernel/invoke'
import { Problem } from '#kernel/problem'
import { type Bindings, clientAddress } from '#platform/client'
import { withDirectRoutes } from '#platform/direct'
import { actorOf, createHttp, type HttpParts } from '#platform/http'
import type { Log } from '#platform/log'
import { createMetrics } from '#platform/metrics'
import { within } from '#platform/within'
import type { System } from './system.ts'

export interface Server {
  port: number
  stop(): Promise<void>
}

/** A load balancer asks every few seconds; no answer says less than “not ready”. */
const READY_MS = 3000
const DIST = join(import.meta.dirname, '../../dist')

/** Listens on the configured port (0: any free one). */
export async function startServer(system: System, log: Log): Promise<Server> {
  const { config, host, runtime } = system
  const metrics = createMetrics(runtime, () => system.reactors?.lag() ?? new Map())
  const parts: HttpParts = {
    host,
    log,
    trustProxy: config.BANYAN_TRUST_PROXY,
    secureCookies: config.BANYAN_PUBLIC_URL?.startsWith('https:') ?? false,
    answered: metrics.answered,
  }
  const app = createHttp(parts)
  app.get('/healthz', (c) => c.json({ ok: true }))
  app.get('/readyz', async (c) => {
    const checks = await within(READY_MS, runtime.checks())
    const needed = checks.filter((check) => ['postgresql', 'clickhouse', 'pipe'].includes(check.name))
    const ok = needed.every((check) => check.ok)
    return c.json({ ok, checks: needed }, ok ? 200 : 503)
  })
  app.get('/metrics', async (c) => {
    await mayMeasure(parts, c)
    return c.text(await metrics.text())
  })
  serveFrontEnds(app)
  const server = createServer(withDirectRoutes(parts, getRequestListener(app.fetch)))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.PORT, config.BANYAN_HOST, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        // Event streams stay open by nature; what is answered within a second is let finish.
        setTimeout(() => server.closeAllConnections(), 1000).unref()
      }),
  }
}

/** From this machine, or with a right of its own: counts tell strangers more than they need. */
async function mayMeasure(parts: HttpParts, c: Context<Bindings>) {
  if (/^(::1|127\.|::ffff:127\.)/.test(clientAddress(c, parts.trustProxy))) return
  const actor = await actorOf(parts, c)
  if (!mayActor(parts.host, actor, 'health.read')) throw new Problem('access.denied', 403)
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
}

const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"

/** Deep links answer the shell; files carry a hash in their name and may be kept for ever. */
function serveFrontEnds(app: Hono<Bindings>) {
  app.get('/console', (c) => c.redirect('/console/'))
  app.get('/console/*', (c) => serveFile(c, 'console', c.req.path.slice('/console/'.length)))
  app.get('/api/docs', (c) => serveFile(c, 'console', 'docs.html'))
  app.get('/*', (c) => {
    if (/^\/(api|v1)(\/|$)/.test(c.req.path)) throw new Problem('route.unknown', 404)
    return serveFile(c, 'portal', c.req.path.slice(1))
  })
}

async function serveFile(c: Context<Bindings>, front: string, path: string): Promise<Response> {
  const root = join(DIST, front)
  const wanted = normalize(join(root, decodeURIComponent(path)))
  if (wanted !== root && !wanted.startsWith(root + sep)) throw new Problem('route.unknown', 404)
  const file = extname(wanted) === '' ? join(root, 'index.html') : wanted
  const packed = (c.req.header('accept-encoding') ?? '').includes('gzip') ? await read(`${file}.gz`) : null
  const bytes = packed ?? (await read(file))
  if (!bytes) throw new Problem('route.unknown', 404)
  const hashed = file.includes(`${sep}assets${sep}`)
  return new Response(new Uint8Array(bytes), {
    headers: {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': POLICY,
      ...(packed ? { 'content-encoding': 'gzip', vary: 'accept-encoding' } : {}),
    },
  })
}

const read = (file: string): Promise<Buffer | null> => readFile(file).catch(() => null)
