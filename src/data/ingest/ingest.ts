// Events from outside: the Segment tracking API, its sources and write keys.
import { sql } from 'kysely'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { inWords } from '#kernel/flaw'
import { newId } from '#kernel/ids'
import { reasonText } from './reason.ts'
import { replayRejected } from './replay.ts'
import { ensureWriteKey, hashKey, newWriteKey } from './source.ts'
import { type IngestTables, migrations } from './tables.ts'
import { take, trackingRoutes } from './tracking.ts'

export { ensureWriteKey, reasonText, replayRejected, take }

const { event, action, query, capability } = slice<IngestTables>()('ingest', {
  layer: 'data',
  title: { en: 'Event ingestion', zh: '事件接入' },
  nouns: ['source', 'page', 'screen', 'ingest'],
  rights: {
    'source.read': { title: { en: 'See event sources', zh: '查看数据来源' }, roles: ['manager', 'analyst'] },
    'source.manage': {
      title: { en: 'Manage event sources and write keys', zh: '管理数据来源与写入密钥' },
      roles: ['manager'],
    },
  },
  migrations,
})

const pageViewed = event('page.viewed', {
  title: { en: 'Viewed a page', zh: '浏览页面' },
  data: z.looseObject({ name: z.string().optional(), category: z.string().optional(), url: z.string().optional() }),
})
const screenViewed = event('screen.viewed', {
  title: { en: 'Viewed a screen', zh: '浏览屏幕' },
  data: z.looseObject({ name: z.string().optional(), category: z.string().optional() }),
})
const rejected = event('ingest.rejected', {
  title: { en: 'Event rejected', zh: '事件被拒收' },
  class: 'system',
  data: z.object({ name: z.string(), source: z.string(), reason: z.string() }),
})
const sourceCreated = event('source.created', {
  title: { en: 'Source created', zh: '新增数据来源' },
  class: 'system',
  data: z.object({ sourceId: z.uuid(), key: z.string() }),
})

const sourceShape = z.object({
  id: z.uuid(),
  key: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  keys: z.array(
    z.object({ id: z.uuid(), prefix: z.string(), createdAt: z.iso.datetime(), revokedAt: z.iso.datetime().nullable() }),
  ),
})

const create = action('source.create', {
  title: { en: 'Add a source', zh: '新增数据来源' },
  input: z.object({
    name: z.string().trim().min(1).max(80),
    key: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/)
      .refine((key) => key !== 'banyan', inWords('banyan is our own', 'banyan 为系统保留')),
  }),
  output: z.object({ id: z.uuid(), key: z.string() }),
  offeredTo: ['operator'],
  needs: 'source.manage',
  on: 'brand',
  emits: [sourceCreated],
  fails: {
    'source.key_taken': { status: 409, title: { en: 'Another source has this key', zh: '该来源标识已被使用' } },
  },
  async run(ctx, { name, key }) {
    const id = newId()
    const made = await ctx.db
      .insertInto('sources')
      .values({ id, key, name, created_at: ctx.now, archived_at: null })
      .onConflict((c) => c.column('key').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!made) ctx.fail('source.key_taken')
    ctx.emit(sourceCreated, { sourceId: id, key })
    return { id, key }
  },
})

const createKey = action('source.create_key', {
  title: { en: 'New write key', zh: '新建写入密钥' },
  input: z.object({ sourceId: z.uuid() }),
  output: z.object({ id: z.uuid(), writeKey: z.string() }),
  offeredTo: ['operator'],
  needs: 'source.manage',
  on: 'brand',
  async run(ctx, { sourceId }) {
    const source = await ctx.db.selectFrom('sources').select('id').where('id', '=', sourceId).executeTakeFirst()
    if (!source) ctx.fail('object.unknown')
    const writeKey = newWriteKey()
    const id = newId()
    await ctx.db
      .insertInto('write_keys')
      .values({
        id,
        source_id: sourceId,
        hash: hashKey(writeKey),
        prefix: writeKey.slice(0, 6),
        created_at: ctx.now,
        revoked_at: null,
      })
      .execute()
    ctx.note({ keyId: id, sourceId })
    return { id, writeKey }
  },
})

const revokeKey = action('source.revoke_key', {
  title: { en: 'Revoke a write key', zh: '吊销写入密钥' },
  input: z.object({ keyId: z.uuid() }),
  output: z.object({}),
  offeredTo: ['operator'],
  needs: 'source.manage',
  on: 'brand',
  confirm: {
    en: 'Whoever sends with this key is refused within a second.',
    zh: '使用该密钥的客户端将在一秒内被拒绝。',
  },
  async run(ctx, { keyId }) {
    const gone = await ctx.db
      .updateTable('write_keys')
      .set({ revoked_at: ctx.now })
      .where('id', '=', keyId)
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!gone) ctx.fail('object.unknown')
    return {}
  },
})

const list = query('source.list', {
  title: { en: 'Sources', zh: '数据来源' },
  input: z.object({}),
  output: z.object({ items: z.array(sourceShape), nextCursor: z.null() }),
  offeredTo: ['operator'],
  needs: 'source.read',
  on: 'brand',
  async run(ctx) {
    const sources = await ctx.db.selectFrom('sources').selectAll().orderBy('created_at').limit(200).execute()
    const keys = await ctx.db
      .selectFrom('write_keys')
      .select(['id', 'source_id', 'prefix', 'created_at', 'revoked_at'])
      .where('source_id', '=', sql<string>`any(${sources.map((s) => s.id)}::uuid[])`)
      .orderBy('created_at')
      .execute()
    const items = sources.map((s) => ({
      id: s.id,
      key: s.key,
      name: s.name,
      createdAt: s.created_at.toISOString(),
      keys: keys
        .filter((k) => k.source_id === s.id)
        .map((k) => ({
          id: k.id,
          prefix: k.prefix,
          createdAt: k.created_at.toISOString(),
          revokedAt: k.revoked_at?.toISOString() ?? null,
        })),
    }))
    return { items, nextCursor: null }
  },
})

export const ingest = capability({
  events: [pageViewed, screenViewed, rejected, sourceCreated],
  actions: [create, createKey, revokeKey] as const,
  queries: [list] as const,
  directRoutes: trackingRoutes,
})
