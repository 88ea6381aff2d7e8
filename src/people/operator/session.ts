// Sessions of operators and the credentials that stand for an actor. Only hashes of tokens are stored.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Actor } from '#kernel/context'
import type { Credentials } from '#kernel/contribution'
import type { Db } from '#kernel/host'
import { newId } from '#kernel/ids'
import { newSecret, secretHash } from '#platform/secret'
import { action, instant, query } from './declare.ts'
import { type OperatorDb, type OperatorRole, type StoredScope, scopeOf } from './tables.ts'

const COOKIE = 'banyan_session'
/** ASVS 7.3: idle and absolute ends of an operator's session, in domain time. */
const IDLE_MS = 30 * 60_000
const ABSOLUTE_MS = 12 * 3_600_000
/** A busy console asks many times a second; its use is written down at most this often. */
const SEEN_MS = 15_000
/** Which keys are in use is asked in days. */
const USED_MS = 3_600_000

interface SessionContext {
  db: OperatorDb
  now: Date
  actor: Actor
  cookie(name: string, value: string | null, maxAgeSeconds?: number): void
}

/** Opens a session under a new token; one that the browser had before ends (session fixation). */
export async function openSession(ctx: SessionContext, operatorId: string): Promise<void> {
  const { db, now, actor } = ctx
  const token = newSecret()
  await db
    .deleteFrom('operator_sessions')
    .where((eb) =>
      eb.or([
        eb.and([eb('operator_id', '=', operatorId), eb('expires_at', '<=', now)]),
        eb('id', '=', actor.operatorId ? (actor.sessionId ?? null) : null),
      ]),
    )
    .execute()
  await db
    .insertInto('operator_sessions')
    .values({
      id: newId(),
      operator_id: operatorId,
      token_hash: secretHash(token),
      created_at: now,
      seen_at: now,
      expires_at: new Date(now.getTime() + ABSOLUTE_MS),
      address: actor.address,
    })
    .execute()
  ctx.cookie(COOKIE, token, ABSOLUTE_MS / 1000)
}

/** Ends an operator's sessions, all or all but one; answers how many. */
export async function endSessions(db: OperatorDb, operatorId: string, exceptId?: string): Promise<number> {
  const ended = await db
    .deleteFrom('operator_sessions')
    .where('operator_id', '=', operatorId)
    .$if(exceptId !== undefined, (q) => q.where('id', '!=', exceptId ?? ''))
    .executeTakeFirst()
  return Number(ended.numDeletedRows)
}

/** The operator or key behind a bearer key or the session cookie; one indexed read, so an end works at once. */
export async function authenticate(db: Db, credentials: Credentials): Promise<Actor | null> {
  const own = db as unknown as OperatorDb
  if (credentials.bearer !== null) return keyActor(own, credentials, credentials.bearer)
  const token = credentials.cookies.get(COOKIE)
  return token ? sessionActor(own, credentials, token) : null
}

async function sessionActor(db: OperatorDb, { now, address, locale }: Credentials, token: string) {
  const { rows } = await sql<{
    id: string
    seen_at: Date
    operator_id: string
    role: OperatorRole
    scope: StoredScope
  }>`
    select s.id, s.seen_at, s.operator_id, o.role, o.scope
    from operator_sessions s join operators o on o.id = s.operator_id
    where s.token_hash = ${secretHash(token)} and s.expires_at > ${now}
      and s.seen_at > ${new Date(now.getTime() - IDLE_MS)} and o.disabled_at is null`.execute(db)
  const session = rows[0]
  if (!session) return null
  if (now.getTime() - session.seen_at.getTime() >= SEEN_MS)
    await db.updateTable('operator_sessions').set({ seen_at: now }).where('id', '=', session.id).execute()
  const { operator_id: operatorId, role, scope } = session
  return {
    caller: 'operator' as const,
    id: `operator:${operatorId}`,
    operatorId,
    sessionId: session.id,
    roles: [role],
    scope: scopeOf(scope, operatorId),
    locale,
    address,
  }
}

async function keyActor(db: OperatorDb, { now, address, locale }: Credentials, bearer: string): Promise<Actor | null> {
  const key = await db
    .selectFrom('api_keys')
    .select(['id', 'rights', 'scope', 'created_by', 'last_used_at'])
    .where('hash', '=', secretHash(bearer))
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (!key) return null
  if (!key.last_used_at || now.getTime() - key.last_used_at.getTime() >= USED_MS)
    await db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', key.id).execute()
  return {
    caller: 'operator',
    id: `key:${key.id}`,
    roles: key.rights.includes('*') ? ['owner'] : [],
    rights: new Set(key.rights),
    scope: scopeOf(key.scope, key.created_by ?? ''),
    locale,
    address,
  }
}

export const logout = action('operator.logout', {
  title: { en: 'Sign out', zh: '退出登录' },
  input: z.object({}),
  output: z.object({}),
  offeredTo: ['operator'],
  needs: null,
  on: 'self',
  async run(ctx) {
    await ctx.db
      .deleteFrom('operator_sessions')
      .where('id', '=', ctx.actor.sessionId ?? null)
      .execute()
    ctx.cookie(COOKIE, null)
    return {}
  },
})

export const sessions = query('operator.sessions', {
  title: { en: 'Your sessions', zh: '我的登录会话' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      z.object({
        sessionId: z.uuid(),
        createdAt: instant,
        seenAt: instant,
        address: z.string(),
        current: z.boolean(),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: null,
  on: 'self',
  personal: true,
  async run(ctx) {
    const rows = await ctx.db
      .selectFrom('operator_sessions')
      .selectAll()
      .where('operator_id', '=', ctx.actor.operatorId ?? null)
      .where('expires_at', '>', ctx.now)
      .where('seen_at', '>', new Date(ctx.now.getTime() - IDLE_MS))
      .orderBy('seen_at', 'desc')
      .limit(200)
      .execute()
    return {
      items: rows.map((s) => ({
        sessionId: s.id,
        createdAt: s.created_at.toISOString(),
        seenAt: s.seen_at.toISOString(),
        address: s.address,
        current: s.id === ctx.actor.sessionId,
      })),
    }
  },
})

export const endSession = action('operator.end_session', {
  title: { en: 'End a session', zh: '结束登录会话' },
  input: z.object({ sessionId: z.uuid() }),
  output: z.object({}),
  offeredTo: ['operator'],
  needs: null,
  on: 'self',
  async run(ctx, { sessionId }) {
    const ended = await ctx.db
      .deleteFrom('operator_sessions')
      .where('id', '=', sessionId)
      .where('operator_id', '=', ctx.actor.operatorId ?? null)
      .returning('id')
      .executeTakeFirst()
    if (!ended) return ctx.fail('object.unknown')
    if (sessionId === ctx.actor.sessionId) ctx.cookie(COOKIE, null)
    return {}
  },
})
