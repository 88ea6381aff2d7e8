// The HTTP server: the API, the two front ends, health and metrics.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Context } from 'hono'
import { mayActor } from '#kernel/invoke'
import { Problem } from '#kernel/problem'
import { type Bindings, clientAddress } from '#platform/client'
import { withDirectRoutes } from '#platform/direct'
import { actorOf, createHttp, type HttpParts } from '#platform/http'
import type { Log } from '#platform/log'
import { createMetrics } from '#platform/metrics'
import { within } from '#platform/within'
import { serveFrontEnds } from './front-end.ts'
import type { System } from './system.ts'

export interface Server {
  port: number
  stop(): Promise<void>
}

/** A load balancer asks every few seconds; no answer says less than “not ready”. */
const READY_MS = 3000

/** Listens on the configured port (0: any free one). */
export async function startServer(system: System, log: Log): Promise<Server> {
  const { config, host, runtime } = system
  const metrics = createMetrics(host, runtime, () => system.reactors?.lag() ?? new Map())
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
  serveFrontEnds(app, host.brand)
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
