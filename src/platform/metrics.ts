// Prometheus text. Names follow its conventions; no label ever carries what belongs to a person.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Host, Runtime } from '#kernel/host'

export interface Metrics {
  answered(operation: string, status: number, ms: number): void
  text(): Promise<string>
}

export function createMetrics(
  { registry, db }: Pick<Host, 'registry' | 'db'>,
  runtime: Runtime,
  lag: () => ReadonlyMap<string, number>,
): Metrics {
  const registers = [new Registry()]
  collectDefaultMetrics({ register: registers[0] as Registry })
  const requests = new Counter({
    name: 'banyan_requests_total',
    help: 'Answers by operation and status',
    labelNames: ['operation', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'banyan_request_seconds',
    help: 'Time to answer',
    labelNames: ['operation'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3],
    registers,
  })
  const events = new Gauge({
    name: 'banyan_events',
    help: 'Events by hop: accepted = stored + duplicate + rejected + pending',
    labelNames: ['hop'],
    registers,
  })
  const checks = new Gauge({ name: 'banyan_check', help: '1 when the check is well', labelNames: ['check'], registers })
  const behind = new Gauge({
    name: 'banyan_reactor_batches_behind',
    help: 'Batches a reactor has yet to see',
    labelNames: ['reactor'],
    registers,
  })
  const kept = new Gauge({
    name: 'banyan_capability',
    help: 'What capabilities count of their own: what waits, what is open, what there is',
    labelNames: ['capability', 'of'],
    registers,
  })
  return {
    answered(operation, status, ms) {
      requests.inc({ operation, status: String(status) })
      seconds.observe({ operation }, ms / 1000)
    },
    async text() {
      for (const check of await runtime.checks()) checks.set({ check: check.name }, check.ok ? 1 : 0)
      for (const [hop, n] of Object.entries(await runtime.conservation())) events.set({ hop }, n)
      for (const [reactor, n] of lag()) behind.set({ reactor }, n)
      for (const { name, gauges } of registry.capabilities)
        for (const [of, n] of Object.entries((await gauges?.(db as never)) ?? {})) kept.set({ capability: name, of }, n)
      return (registers[0] as Registry).metrics()
    },
  }
}
