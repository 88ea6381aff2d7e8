// A database with this slice's tables alone, and rows as the sequencer would hand them to the resolver.
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type pg from 'pg'
import { inject } from 'vitest'
import type { Contributor } from '#kernel/contribution'
import type { Db } from '#kernel/host'
import type { Incoming, Resolution } from '#kernel/road'
import { openDatabase } from '#platform/database'
import { createDatabase, dropDatabase } from '#platform/postgres/postgres'
import * as own from './contribution.ts'
import { createResolver } from './resolve.ts'
import { migrations } from './tables.ts'

const CONTRIBUTORS: readonly Contributor[] = [{ name: 'member', ...own } as unknown as Contributor]

export interface Said {
  userId?: string | null
  anonymousId?: string | null
  memberId?: string
  name?: string
  class?: Incoming['class']
  properties?: Record<string, unknown>
  /** Milliseconds after the beginning. */
  at?: number
}

export const BEGINNING = Date.parse('2026-03-01T00:00:00.000Z')

export async function openMembers(contributors: readonly Contributor[] = CONTRIBUTORS) {
  const admin = JSON.parse(inject('postgres')) as pg.PoolConfig
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const { db, close } = openDatabase(await createDatabase(admin, name), 4)
  await sql`create sequence journal_seq`.execute(db)
  for (const migrate of Object.values(migrations)) await migrate(db)
  let seq = 0n
  const resolver = createResolver()

  const row = (said: Said): Incoming => ({
    seq: ++seq,
    source: 'web',
    name: said.name ?? 'Clicked',
    class: said.class ?? (said.name?.startsWith('member.') ? 'system' : 'client'),
    memberId: said.memberId ?? null,
    userId: said.userId ?? null,
    anonymousId: said.anonymousId ?? null,
    timestamp: new Date(BEGINNING + (said.at ?? Number(seq))),
    receivedAt: new Date(BEGINNING + 1_000_000),
    properties: () => said.properties ?? {},
    context: () => ({}),
  })

  return {
    db,
    resolver,
    contributors,
    row,
    /** One batch, as the sequencer does it. */
    async send(...said: Said[]): Promise<Resolution> {
      const rows = said.map(row)
      return db.transaction().execute((tx) => resolver.resolve(tx as Db, rows, contributors))
    },
    query: async <R>(statement: ReturnType<typeof sql>) => (await statement.execute(db)).rows as R[],
    async end() {
      await close()
      await dropDatabase(admin, name)
    },
  }
}
