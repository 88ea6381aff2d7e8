// The second factor: codes of an authenticator app (RFC 6238), and recovery codes for the day the phone is gone.
import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import type { Sealer } from '#kernel/sealer'
import { limit, resetLimit } from '#platform/limit'
import { secretHash } from '#platform/secret'
import { action, codeField, passwordField, plain } from './declare.ts'
import { verifyPassword } from './password.ts'
import { endSessions } from './session.ts'
import type { OperatorDb } from './tables.ts'

const RECOVERY_CODES = 10
/** Wrong codes in a row for one account, wherever from, in 15 minutes: only somebody with the password gets here. */
const MOST_WRONG = 10
const WRONG_SECONDS = 900

// Codes follow the phone's clock, which is the machine's and not the domain's: otpauth's default time is right.
const totp = (secret: string, label = '', issuer = '') =>
  new TOTP({ secret: Secret.fromBase32(secret), label, issuer, digits: 6, period: 30 })

/** The step of the code when it fits now or one step before or after; null when it does not. */
function stepOf(secret: string, code: string): number | null {
  const generator = totp(secret)
  const delta = generator.validate({ token: code, window: 1 })
  return delta === null ? null : generator.counter() + delta
}

interface Sealed {
  db: OperatorDb
  sealer: Sealer
}
const about = (operatorId: string) => `operator.totp:${operatorId}`

/**
 * Uses up a code of the app or a recovery code; false when it does not fit or has been used. A Problem `rate.exceeded`
 * after ten wrong ones.
 */
export async function acceptCode(
  { db, sealer }: Sealed,
  operatorId: string,
  sealed: string,
  code: string,
): Promise<boolean> {
  const attempts = `operator.code:${operatorId}`
  const wait = await limit(plain(db), attempts, MOST_WRONG, WRONG_SECONDS)
  if (wait > 0) throw new Problem('rate.exceeded', 429, { retryAfter: wait })
  // Where the instance's secret was lost nothing opens, and recovery codes are the way in.
  const secret = sealer.open(sealed, about(operatorId))
  const fits = /^\d{6}$/.test(code)
    ? await spendStep(db, operatorId, secret === null ? null : stepOf(secret, code))
    : await spendRecoveryCode(db, operatorId, code)
  if (fits) await resetLimit(plain(db), attempts)
  return fits
}

async function spendStep(db: OperatorDb, operatorId: string, step: number | null): Promise<boolean> {
  if (step === null) return false
  const used = await db
    .updateTable('operators')
    .set({ totp_step: step })
    .where('id', '=', operatorId)
    .where((eb) => eb.or([eb('totp_step', 'is', null), eb('totp_step', '<', step)]))
    .returning('id')
    .executeTakeFirst()
  return used !== undefined
}

async function spendRecoveryCode(db: OperatorDb, operatorId: string, code: string): Promise<boolean> {
  const used = await db
    .deleteFrom('recovery_codes')
    .where('operator_id', '=', operatorId)
    .where('hash', '=', recoveryHash(code))
    .returning('hash')
    .executeTakeFirst()
  return used !== undefined
}

const recoveryHash = (code: string) => secretHash(code.toUpperCase().replace(/[^A-Z2-7]/g, ''))

/** 120 random bits, so that a plain hash is enough to store, in groups that can be typed from paper. */
const newRecoveryCode = () =>
  (new Secret({ buffer: new Uint8Array(randomBytes(15)).buffer }).base32.match(/.{4}/g) ?? []).join('-')

const passwordRefused = {
  'operator.password_refused': { status: 403, title: { en: 'That is not your password', zh: '当前密码不正确' } },
} as const
const codeRefused = {
  'operator.code_refused': {
    status: 403,
    title: { en: 'The code is wrong or was used before', zh: '验证码错误或已使用' },
  },
} as const
/** What guards each use of a password or a code by somebody who is signed in already. */
export const reauthentication = {
  rate: { max: 10, seconds: 300, by: 'caller' },
  fails: { ...passwordRefused, ...codeRefused },
} as const

/** The signed-in operator's own row; an API key has none. */
export async function ownRow(ctx: {
  db: OperatorDb
  actor: { operatorId?: string }
  fail(code: 'access.denied'): never
}) {
  const row = await ctx.db
    .selectFrom('operators')
    .selectAll()
    .where('id', '=', ctx.actor.operatorId ?? null)
    .executeTakeFirst()
  return row ?? ctx.fail('access.denied')
}

export const beginTotp = action('operator.begin_totp', {
  title: { en: 'Set up an authenticator app', zh: '设置身份验证器' },
  input: z.object({ password: passwordField }),
  output: z.object({ secret: z.string(), uri: z.string() }),
  offeredTo: ['operator'],
  needs: null,
  on: 'self',
  ...reauthentication,
  async run(ctx, { password }) {
    const operator = await ownRow(ctx)
    if (!(await verifyPassword(operator.password_hash, password))) ctx.fail('operator.password_refused')
    // 160 bits, the length RFC 4226 asks for.
    const secret = new Secret({ size: 20 }).base32
    const sealed = ctx.sealer.seal(secret, about(operator.id))
    await ctx.db.updateTable('operators').set({ totp_pending: sealed }).where('id', '=', operator.id).execute()
    return { secret, uri: totp(secret, operator.email, ctx.brand.name.en).toString() }
  },
})

export const confirmTotp = action('operator.confirm_totp', {
  title: { en: 'Turn on the authenticator app', zh: '启用身份验证器' },
  input: z.object({ code: codeField }),
  output: z.object({ recoveryCodes: z.array(z.string()) }),
  offeredTo: ['operator'],
  needs: null,
  on: 'self',
  ...reauthentication,
  async run(ctx, { code }) {
    const operator = await ownRow(ctx)
    const secret = operator.totp_pending && ctx.sealer.open(operator.totp_pending, about(operator.id))
    const step = secret ? stepOf(secret, code) : null
    if (step === null) ctx.fail('operator.code_refused')
    await ctx.db
      .updateTable('operators')
      .set({ totp_secret: operator.totp_pending, totp_pending: null, totp_step: step })
      .where('id', '=', operator.id)
      .execute()
    const recoveryCodes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
    await ctx.db.deleteFrom('recovery_codes').where('operator_id', '=', operator.id).execute()
    await ctx.db
      .insertInto('recovery_codes')
      .values(recoveryCodes.map((c) => ({ operator_id: operator.id, hash: recoveryHash(c) })))
      .execute()
    await endSessions(ctx.db, operator.id, ctx.actor.sessionId)
    return { recoveryCodes }
  },
})

export const disableTotp = action('operator.disable_totp', {
  title: { en: 'Turn off the authenticator app', zh: '停用身份验证器' },
  input: z.object({ password: passwordField, code: codeField }),
  output: z.object({}),
  offeredTo: ['operator'],
  needs: null,
  on: 'self',
  rate: reauthentication.rate,
  fails: {
    ...reauthentication.fails,
    'operator.code_required': {
      status: 409,
      title: {
        en: 'Your password is too short to stand alone; choose one of 15 characters first',
        zh: '当前密码较短，须先改为至少 15 个字符的密码',
      },
    },
  },
  async run(ctx, { password, code }) {
    const operator = await ownRow(ctx)
    if (!(await verifyPassword(operator.password_hash, password))) ctx.fail('operator.password_refused')
    if (!operator.totp_secret) return {}
    if (!(await acceptCode(ctx, operator.id, operator.totp_secret, code))) ctx.fail('operator.code_refused')
    if (!operator.password_long) ctx.fail('operator.code_required')
    await ctx.db
      .updateTable('operators')
      .set({ totp_secret: null, totp_pending: null, totp_step: null })
      .where('id', '=', operator.id)
      .execute()
    await ctx.db.deleteFrom('recovery_codes').where('operator_id', '=', operator.id).execute()
    await endSessions(ctx.db, operator.id, ctx.actor.sessionId)
    return {}
  },
})
