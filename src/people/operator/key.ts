// API keys: named rights and a scope, never more than whoever makes them has.
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Scope } from '#kernel/context'
import { newId } from '#kernel/ids'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { newSecret, secretHash } from '#platform/secret'
import { action, instant, nameField, query } from './declare.ts'
import { type OperatorDb, type StoredScope, scopeField, within } from './tables.ts'

/** Enough to tell two keys apart and far too little to guess one. */
const SHOWN = 8

const rightsField = z
  .union([
    z.literal('*'),
    z
      .array(
        z
          .string()
          .max(80)
          .regex(/^[a-z_]+\.[a-z_]+$/),
      )
      .min(1)
      .max(200),
  ])
  .meta({ en: 'Rights', zh: '权限' })

export const prefixOf = (secret: string) => (secret.length > 3 * SHOWN ? secret.slice(0, SHOWN) : '')

export const create = action('key.create', {
  title: { en: 'Create an API key', zh: '创建 API 密钥' },
  input: z.object({ name: nameField, rights: rightsField, scope: scopeField.optional() }),
  /** The secret is told this once. */
  output: z.object({ keyId: z.uuid(), secret: z.string(), prefix: z.string() }),
  offeredTo: ['operator'],
  needs: 'key.manage',
  on: 'brand',
  withinScope: true,
  fails: {
    'key.exceeds': {
      status: 403,
      title: {
        en: 'A key cannot have rights or members that you do not have',
        zh: '密钥的权限与数据范围不能超出您自己',
      },
    },
  },
  async run(ctx, { name, rights, scope: asked }) {
    const { actor } = ctx
    const scope = asked ?? storedScope(actor.scope)
    const names = rights === '*' ? ['*'] : [...new Set(rights)]
    const held = rights === '*' ? actor.roles.includes('owner') : rights.every((right) => ctx.may(right))
    if (!held || !within(scope, actor.scope)) ctx.fail('key.exceeds')
    const keyId = newId()
    const secret = `banyan_${newSecret()}`
    const prefix = prefixOf(secret.slice('banyan_'.length))
    const parent = actor.operatorId ? null : actor.id.slice('key:'.length)
    await ctx.db
      .insertInto('api_keys')
      .values({
        id: keyId,
        name,
        prefix,
        hash: secretHash(secret),
        rights: names,
        scope,
        origin: 'operator',
        created_by: actor.operatorId ?? (await makerOf(ctx.db, parent)),
        parent_id: parent,
        created_at: ctx.now,
      })
      .execute()
    ctx.note({ keyId, name, rights: names, scope })
    return { keyId, secret, prefix }
  },
})

const storedScope = (scope: Scope): StoredScope =>
  scope.kind === 'communities' ? { kind: 'communities', ids: [...scope.ids] } : { kind: scope.kind }

async function makerOf(db: OperatorDb, keyId: string | null): Promise<string | null> {
  const key = await db.selectFrom('api_keys').select('created_by').where('id', '=', keyId).executeTakeFirst()
  return key?.created_by ?? null
}

export const list = query('key.list', {
  title: { en: 'API keys', zh: 'API 密钥列表' },
  input: z.object(pageInput),
  output: pageOf(
    z.object({
      keyId: z.uuid(),
      name: z.string(),
      prefix: z.string(),
      rights: z.array(z.string()),
      scope: scopeField,
      origin: z.enum(['operator', 'environment']),
      createdBy: z.uuid().nullable(),
      createdAt: instant,
      /** To the hour. */
      lastUsedAt: instant.nullable(),
      revokedAt: instant.nullable(),
    }),
  ),
  offeredTo: ['operator'],
  needs: 'key.manage',
  on: 'brand',
  async run(ctx, { limit, cursor }) {
    const after = decodeCursor(cursor, 1)
    const rows = await ctx.db
      .selectFrom('api_keys')
      .selectAll()
      .$if(after !== null, (q) => q.where('id', '<', String(after?.[0])))
      // Without the right over operators one sees one's own keys.
      .$if(!ctx.may('operator.manage'), (q) => q.where(ownKeys(ctx.actor)))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    return cutPage(
      rows,
      limit,
      (k) => [k.id],
      (k) => ({
        keyId: k.id,
        name: k.name,
        prefix: k.prefix,
        rights: k.rights,
        scope: k.scope,
        origin: k.origin,
        createdBy: k.created_by,
        createdAt: k.created_at.toISOString(),
        lastUsedAt: k.last_used_at?.toISOString() ?? null,
        revokedAt: k.revoked_at?.toISOString() ?? null,
      }),
    )
  },
})

/** Made by this operator, or by this key. */
const ownKeys = (actor: { id: string; operatorId?: string }): RawBuilder<boolean> =>
  actor.operatorId
    ? sql<boolean>`created_by = ${actor.operatorId}`
    : sql<boolean>`parent_id = ${actor.id.slice('key:'.length)}`

export const revoke = action('key.revoke', {
  title: { en: 'Revoke an API key', zh: '吊销 API 密钥' },
  input: z.object({ keyId: z.uuid() }),
  output: z.object({ revoked: z.int() }),
  offeredTo: ['operator'],
  needs: 'key.manage',
  on: 'brand',
  withinScope: true,
  confirm: {
    en: 'Programs that use this key stop working at once',
    zh: '使用该密钥的程序将立即无法访问',
  },
  async run(ctx, { keyId }) {
    const key = await ctx.db
      .selectFrom('api_keys')
      .select('id')
      .where('id', '=', keyId)
      .$if(!ctx.may('operator.manage'), (q) => q.where(ownKeys(ctx.actor)))
      .executeTakeFirst()
    if (!key) return ctx.fail('object.unknown')
    const revoked = await revokeKeys(ctx.db, sql<boolean>`id = ${keyId}`, ctx.now)
    ctx.note({ keyId, revoked })
    return { revoked }
  },
})

/** Revokes the keys an operator made, and keys made by these keys. */
export const revokeKeysOf = (db: OperatorDb, operatorId: string, now: Date): Promise<number> =>
  revokeKeys(db, sql<boolean>`created_by = ${operatorId}`, now)

async function revokeKeys(db: OperatorDb, which: RawBuilder<boolean>, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    with recursive family (id) as (
      select id from api_keys where ${which}
      union select k.id from api_keys k join family on k.parent_id = family.id
    ) update api_keys set revoked_at = ${now} where id in (select id from family) and revoked_at is null`.execute(db)
  return Number(numAffectedRows ?? 0)
}
