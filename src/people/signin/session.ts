// Sessions of members in the portal. They hang on the member's row id, which merges move and an erasure deletes.
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { Actor } from '#kernel/context'
import type { Credentials } from '#kernel/contribution'
import type { Db } from '#kernel/host'
import { newId } from '#kernel/ids'
import { newSecret, secretHash } from '#platform/secret'
import { action, query } from './declare.ts'
import type { SigninTables } from './tables.ts'

const COOKIE = 'banyan_member'
/** ASVS 7.3, in domain time. */
const DAYS = 30
const DAY_MS = 86_400_000
/** A session's use is shown to its member in hours. */
const SEEN_MS = 3_600_000

type SigninDb = Kysely<SigninTables>

/** Opens a session under a new token; one that the browser had before ends (session fixation). */
export async function openSession(
  ctx: { db: SigninDb; now: Date; actor: Actor; cookie(name: string, value: string, maxAgeSeconds: number): void },
  memberId: string,
): Promise<void> {
  const { db, now, actor } = ctx
  const token = newSecret()
  if (actor.caller === 'member' && actor.sessionId)
    await db.deleteFrom('member_sessions').where('id', '=', actor.sessionId).execute()
  await db
    .insertInto('member_sessions')
    .values({
      id: newId(),
      member_id: memberId,
      token_hash: secretHash(token),
      created_at: now,
      seen_at: now,
      expires_at: new Date(now.getTime() + DAYS * DAY_MS),
      address: actor.address,
    })
    .execute()
  ctx.cookie(COOKIE, token, (DAYS * DAY_MS) / 1000)
}

/** The member behind the portal's cookie; one indexed read. A bearer key is somebody else's business. */
export async function authenticate(db: Db, credentials: Credentials): Promise<Actor | null> {
  const token = credentials.cookies.get(COOKIE)
  if (!token || credentials.bearer !== null) return null
  const { now, address, locale } = credentials
  const own = db as unknown as SigninDb
  const session = await own
    .selectFrom('member_sessions')
    .select(['id', 'member_id', 'seen_at'])
    .where('token_hash', '=', secretHash(token))
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (!session) return null
  if (now.getTime() - session.seen_at.getTime() >= SEEN_MS)
    await own.updateTable('member_sessions').set({ seen_at: now }).where('id', '=', session.id).execute()
  return {
    caller: 'member',
    id: `member:${session.member_id}`,
    memberId: session.member_id,
    sessionId: session.id,
    roles: ['member'],
    scope: { kind: 'all' },
    locale,
    address,
  }
}

export const logout = action('signin.logout', {
  title: { en: 'Sign out', zh: '退出登录' },
  input: z.object({}),
  output: z.object({}),
  offeredTo: ['member'],
  needs: null,
  on: 'self',
  async run(ctx) {
    await ctx.db
      .deleteFrom('member_sessions')
      .where('id', '=', ctx.actor.sessionId ?? null)
      .execute()
    ctx.cookie(COOKIE, null)
    return {}
  },
})

const instant = z.iso.datetime()

export const sessions = query('signin.sessions', {
  title: { en: 'Where you are signed in', zh: '我的登录设备' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      z.object({
        sessionId: z.uuid(),
        createdAt: instant,
        /** To the hour. */
        seenAt: instant,
        address: z.string(),
        current: z.boolean(),
      }),
    ),
  }),
  offeredTo: ['member'],
  needs: null,
  on: 'self',
  personal: true,
  async run(ctx) {
    const rows = await ctx.db
      .selectFrom('member_sessions')
      .selectAll()
      .where('member_id', '=', ctx.memberId)
      .where('expires_at', '>', ctx.now)
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

export const endSession = action('signin.end_session', {
  title: { en: 'Sign out there', zh: '退出该设备' },
  input: z.object({ sessionId: z.uuid() }),
  output: z.object({}),
  offeredTo: ['member'],
  needs: null,
  on: 'self',
  async run(ctx, { sessionId }) {
    const ended = await ctx.db
      .deleteFrom('member_sessions')
      .where('id', '=', sessionId)
      .where('member_id', '=', ctx.memberId)
      .returning('id')
      .executeTakeFirst()
    if (!ended) return ctx.fail('object.unknown')
    if (sessionId === ctx.actor.sessionId) ctx.cookie(COOKIE, null)
    return {}
  },
})

/** Moves the merged member's sessions: who was signed in stays so, as the kept member. Answers which moved. */
export async function mergeSessions(db: SigninDb, { keepId, mergeId }: { keepId: string; mergeId: string }) {
  const { rows } = await sql<{ id: string }>`
    update member_sessions set member_id = ${keepId} where member_id = ${mergeId} returning id`.execute(db)
  return rows.map((r) => r.id)
}

export async function unmergeSessions(
  db: SigninDb,
  { mergeId }: { mergeId: string },
  ids: readonly string[],
): Promise<void> {
  await sql`update member_sessions set member_id = ${mergeId} where id = any(${ids}::uuid[])`.execute(db)
}
