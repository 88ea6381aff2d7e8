// A whole system for a test file: real PostgreSQL and ClickHouse databases of its own, all capabilities, a clock that
// the test moves, and callers of every kind. Everything goes through the front door: `perform` or HTTP.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type pg from 'pg'
import { inject } from 'vitest'
import { capabilities } from '#app/capabilities'
import { type Server, startServer } from '#app/server'
import { startSystem } from '#app/system'
import type { Capability, Role } from '#kernel/capability'
import type { Actor, Scope } from '#kernel/context'
import { Problem } from '#kernel/problem'
import { perform } from '#kernel/run'
import { openClickhouse } from '#platform/clickhouse/clickhouse'
import { parseConfig } from '#platform/config'
import { openDatabase } from '#platform/database'
import { createLog } from '#platform/log'
import { createDatabase, dropDatabase } from '#platform/postgres/postgres'

export type World = Awaited<ReturnType<typeof world>>
type Tables = Record<string, Record<string, unknown>>

export interface WorldOptions {
  /** Capabilities beside those of the product, thrown away with the world. */
  more?: readonly Capability[]
  env?: Readonly<Record<string, string>>
  /** Where the clock stands at first; default 2026-03-01T02:00:00Z, ten in the morning in Shanghai. */
  at?: string
}

export async function world(options: WorldOptions = {}) {
  const admin = JSON.parse(inject('postgres')) as pg.PoolConfig
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const connection = await createDatabase(admin, name, inject('template'))
  const folder = mkdtempSync(join(tmpdir(), 'banyan-world-'))
  const config = parseConfig({
    BANYAN_CLOCK: 'manual',
    BANYAN_DATA_DIR: folder,
    BANYAN_LOG: process.env.TEST_LOG ?? 'silent',
    PORT: '0',
    ...options.env,
  })
  const log = createLog(config.BANYAN_LOG)
  const clickhouse = await openClickhouse({ url: inject('clickhouse'), dataDir: folder, log, database: name })
  const system = await startSystem({
    config,
    log,
    connection,
    clickhouse,
    capabilities: [...capabilities, ...(options.more ?? [])],
  })
  const { host, runtime } = system
  if (runtime.manualClock) await runtime.moveTo(new Date(options.at ?? '2026-03-01T02:00:00.000Z'))
  let server: Server | undefined

  const actor = (caller: Actor['caller'], roles: readonly Role[], more: Partial<Actor> = {}): Actor => ({
    caller,
    id: `${caller}:${randomUUID()}`,
    roles,
    scope: { kind: 'all' },
    locale: 'en',
    address: '127.0.0.1',
    ...more,
  })
  const owner = actor('operator', ['owner'])
  /** The answer, or the problem as a caller would read it. */
  async function as(who: Actor, operation: string, input: unknown = {}, idempotencyKey?: string): Promise<unknown> {
    const op = host.registry.operations.get(operation)
    if (!op) throw new Error(`no operation ${operation}`)
    try {
      return await perform(host, op, { actor: who, input, idempotencyKey })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      const { code, status, errors, detail } = error
      return { code, status, ...(errors ? { errors } : {}), ...(detail ? { detail: detail.en } : {}) }
    }
  }

  return {
    config,
    system,
    host,
    connection,
    /** Every table, as the superuser sees it. */
    db: openDatabase(connection, 4).db as unknown as Kysely<Tables>,
    clickhouse,
    as,
    owner,
    public: actor('public', [], { id: 'public' }),
    operator: (role: Role, scope: Scope = { kind: 'all' }) =>
      actor('operator', [role], { scope, operatorId: randomUUID(), sessionId: randomUUID() }),
    /** A signed-in member, made when not there. */
    async member(by: { externalId: string; email?: string; name?: string }): Promise<Actor & { memberId: string }> {
      const { externalId, ...properties } = by
      const made = (await as(owner, 'member.upsert', { externalId, properties })) as { memberId: string }
      const { memberId } = made
      return { ...actor('member', ['member'], { id: `member:${memberId}`, sessionId: randomUUID() }), memberId }
    },
    now: () => host.now(),
    /** Moves the clock through all that falls due on the way. */
    at: (iso: string) => runtime.moveTo(new Date(iso)),
    settle: () => runtime.settle(),
    warehouse: host.warehouse,
    /** Starts the HTTP server at first use; answers its base address. */
    async http(): Promise<string> {
      server ??= await startServer(system, log)
      return `http://127.0.0.1:${server.port}`
    },
    async end() {
      await server?.stop()
      await system.stop()
      await this.db.destroy()
      await clickhouse.command(`DROP DATABASE IF EXISTS ${name}`)
      await clickhouse.stop()
      await dropDatabase(admin, name)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
