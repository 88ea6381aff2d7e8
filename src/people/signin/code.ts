// Signing in with a code sent by e-mail. A code opens once, lives ten minutes, bears five tries, and is kept only as a
// hash: the job that makes the mail makes the code.
import { randomInt, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '#kernel/host'
import { newId } from '#kernel/ids'
import { Problem } from '#kernel/problem'
import { upsert } from '#people/member'
import { limit } from '#platform/limit'
import { secretHash } from '#platform/secret'
import { action, completed, emailField, job, timer } from './declare.ts'
import { codeMail } from './mail.ts'
import { openSession } from './session.ts'

const LIFE_MS = 10 * 60_000
const MOST_TRIES = 5
/** Mails to one mailbox in an hour: enough for a clumsy day, too few to annoy a stranger. */
const MOST_MAILS = 10

/** Bound to the mailbox, so that a hash says nothing about another one's code. */
const codeHash = (email: string, code: string) => secretHash(`${email}:${code}`)

export const sendCode = job('signin.send_code', {
  payload: z.object({ id: z.uuid(), locale: z.enum(['en', 'zh']) }),
  async run(ctx, { id, locale }) {
    const row = await ctx.db
      .selectFrom('signin_codes')
      .select('email')
      .where('id', '=', id)
      .where('expires_at', '>', ctx.now)
      .executeTakeFirst()
    // A mail that comes after its code has ended, or after a newer one was asked for, would only confuse.
    if (!row) return
    const code = String(randomInt(1_000_000)).padStart(6, '0')
    await ctx.db
      .updateTable('signin_codes')
      .set({ hash: codeHash(row.email, code), tries: 0 })
      .where('id', '=', id)
      .execute()
    await ctx.mail.send({ to: row.email, ...codeMail(code, ctx.brand.name, locale) })
  },
})

export const requestCode = action('signin.request_code', {
  title: { en: 'Send a sign-in code', zh: '发送登录验证码' },
  input: z.object({ email: emailField }),
  output: z.object({ expiresAt: z.iso.datetime() }),
  offeredTo: ['public'],
  needs: null,
  on: 'brand',
  // Whole offices and mobile networks share an address; the limits per mailbox and per code are the tight ones.
  rate: { max: 60, seconds: 600, by: 'address' },
  async run(ctx, { email }) {
    const wait = await limit(ctx.db as unknown as Db, `signin.request_code:${secretHash(email)}`, MOST_MAILS, 3600)
    if (wait > 0) throw new Problem('rate.exceeded', 429, { retryAfter: wait })
    const expires_at = new Date(ctx.now.getTime() + LIFE_MS)
    const fresh = { id: newId(), hash: null, tries: 0, expires_at }
    await ctx.db
      .insertInto('signin_codes')
      .values({ email, ...fresh })
      .onConflict((c) => c.column('email').doUpdateSet(fresh))
      .execute()
    await ctx.enqueue(sendCode, { id: fresh.id, locale: ctx.locale })
    return { expiresAt: expires_at.toISOString() }
  },
})

export const verify = action('signin.verify', {
  title: { en: 'Sign in with the code', zh: '使用验证码登录' },
  input: z.object({
    email: emailField,
    code: z.string().trim().max(20).meta({ en: 'Code', zh: '验证码' }),
    communityId: z.uuid().optional().meta({ en: 'Where from', zh: '来源社群' }),
  }),
  output: z.object({ memberId: z.uuid(), first: z.boolean() }),
  offeredTo: ['public'],
  needs: null,
  on: 'brand',
  rate: { max: 200, seconds: 600, by: 'address' },
  emits: [completed],
  fails: {
    'signin.code_refused': {
      status: 401,
      title: { en: 'This code is wrong or no longer valid', zh: '验证码错误或已失效' },
      keeps: true,
    },
  },
  async run(ctx, { email, code, communityId }) {
    // The try is counted before the code is looked at, under the row's lock: of many at once each counts.
    const row = await ctx.db
      .updateTable('signin_codes')
      .set({ tries: sql<number>`tries + 1` })
      .where('email', '=', email)
      .where('hash', 'is not', null)
      .where('expires_at', '>', ctx.now)
      .where('tries', '<', MOST_TRIES)
      .returning('hash')
      .executeTakeFirst()
    if (!row?.hash || !equal(row.hash, codeHash(email, code))) return ctx.fail('signin.code_refused')
    await ctx.db.deleteFrom('signin_codes').where('email', '=', email).execute()
    const identities = [{ kind: 'email', value: email }]
    const found = await ctx.call(upsert, { identities, properties: { email } })
    if (found.externalId === null) await ctx.call(upsert, { externalId: `email:${email}`, identities })
    const { memberId, created: first } = found
    await openSession(ctx, memberId)
    ctx.emit(completed, { method: 'email', first }, { memberId, ...(communityId ? { communityId } : {}) })
    ctx.note({ memberId })
    return { memberId, first }
  },
})

const equal = (a: string, b: string) => timingSafeEqual(Buffer.from(a), Buffer.from(b))

/** Takes away what has ended: an address nobody signed in with is nobody's to keep. */
export const expire = timer('signin.expire', {
  async nextAt(db) {
    const { rows } = await sql<{ at: Date | null }>`
      select least((select min(expires_at) from signin_codes), (select min(expires_at) from member_sessions)) as at
      `.execute(db)
    return rows[0]?.at ?? null
  },
  async run(ctx, most) {
    const { rows } = await sql<{ n: number }>`
      with codes as (
        delete from signin_codes where email in (
          select email from signin_codes where expires_at <= ${ctx.now} limit ${most}) returning 1
      ), sessions as (
        delete from member_sessions where id in (
          select id from member_sessions where expires_at <= ${ctx.now} limit ${most}) returning 1
      ) select (select count(*) from codes)::int + (select count(*) from sessions)::int as n`.execute(ctx.db)
    return rows[0]?.n ?? 0
  },
})
