// The connection is cut at each statement of the migrations in turn, the statement sent or not; the next start goes on
// from there, and the schema is the one of an undisturbed start.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type pg from 'pg'
import { expect, inject, test } from 'vitest'
import { capabilities } from '#app/capabilities'
import { migrateStores } from '#app/system'
import type { Db } from '#kernel/host'
import { openClickhouse } from '#platform/clickhouse/clickhouse'
import { openDatabase } from '#platform/database'
import { createLog } from '#platform/log'
import { createDatabase, dropDatabase } from '#platform/postgres/postgres'

const log = createLog('silent')

/** A database in each store. */
async function stores() {
  const server = JSON.parse(inject('postgres')) as pg.PoolConfig
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const connection = await createDatabase(server, name)
  const folder = mkdtempSync(join(tmpdir(), 'banyan-migrate-'))
  const clickhouse = await openClickhouse({ url: inject('clickhouse'), dataDir: folder, log, database: name })
  /** Migrates; cuts the connection at statement `at` of both stores together. Answers how many statements it took. */
  const migrate = async (at = Number.POSITIVE_INFINITY) => {
    const { db, pool, close } = openDatabase(connection, 2)
    let statements = 0
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown
      const stream = (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream
      client.query = ((...args: unknown[]) => {
        const cut = ++statements === at
        // Even ones are cut before they leave, odd ones just after: the server may do them or not.
        if (cut && at % 2 === 0) stream.destroy()
        const answer = query(...args)
        if (cut) setImmediate(() => stream.destroy())
        return answer
      }) as typeof client.query
    })
    const cutting = {
      ...clickhouse,
      command: async (text: string) => {
        const cut = ++statements === at
        if (cut && at % 2 === 0) throw new Error('cut')
        await clickhouse.command(text)
        if (cut) throw new Error('cut')
      },
    }
    try {
      await migrateStores(db, cutting, capabilities)
    } finally {
      await close()
    }
    return statements
  }
  return {
    migrate,
    async schema() {
      const { db, close } = openDatabase(connection, 1)
      const columns = await sql`select table_name, column_name, data_type, is_nullable, column_default
        from information_schema.columns where table_schema = 'public' order by 1, 2`.execute(db)
      const objects = await sql`select 'index' as kind, indexdef as text from pg_indexes where schemaname = 'public'
        union all select 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
          where connamespace = 'public'::regnamespace
        union all select 'trigger', pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
        union all select 'migration', name from migrations order by 1, 2`.execute(db)
      const counts = await rowCounts(db)
      await close()
      const tables = await clickhouse.query<{ text: string }>(
        'SELECT replaceAll(create_table_query, {name:String}, $$$$) AS text FROM system.tables WHERE database = {name:String} ORDER BY name',
        { name },
      )
      return { columns: columns.rows, objects: objects.rows, counts, tables }
    },
    async end() {
      await clickhouse.command(`DROP DATABASE IF EXISTS ${name}`)
      await clickhouse.stop()
      await dropDatabase(server, name)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Rows that migrations wrote: one too many would be a step that ran twice. */
async function rowCounts(db: Db) {
  const { rows } = await sql<{ name: string }>`select relname as name from pg_class
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1`.execute(db)
  const counts: Record<string, number> = {}
  for (const { name } of rows) {
    const count = await sql<{ n: number }>`select count(*) as n from ${sql.id(name)}`.execute(db)
    counts[name] = count.rows[0]?.n ?? 0
  }
  return counts
}

test('cut at any statement, the next start completes it', { timeout: 300_000 }, async () => {
  const whole = await stores()
  const statements = await whole.migrate()
  const expected = await whole.schema()
  await whole.end()
  expect(statements).toBeGreaterThan(100)
  // One database is cut at every statement on its way; a few others once and then finish.
  const often = await stores()
  let cuts = 0
  for (let at = 1; ; at++) {
    const done = await often.migrate(at).then(
      () => true,
      () => false,
    )
    if (done) break
    cuts++
  }
  expect(cuts).toBeGreaterThan(20)
  expect(await often.schema()).toEqual(expected)
  await often.end()
  for (let at = 3; at < statements; at += 17) {
    const once = await stores()
    await expect(once.migrate(at)).rejects.toThrow()
    await once.migrate()
    expect(await once.schema(), `cut at ${at} of ${statements}`).toEqual(expected)
    await once.end()
  }
})
