// An operator's own account: the first start, taking up an invitation, signing in, the password.
import { z } from 'zod'
import type { Brand } from '#kernel/context'
import { newId } from '#kernel/ids'
import { Problem } from '#kernel/problem'
import { limit, resetLimit } from '#platform/limit'
import { secretHash } from '#platform/secret'
import {
  action,
  codeField,
  emailField,
  linkField,
  nameField,
  passwordField,
  plain,
  query,
  roleField,
} from './declare.ts'
import {
  containsEmail,
  emailInside,
  hashPassword,
  LEAST_ALONE,
  LEAST_WITH_CODE,
  lengthOf,
  passwordFlaw,
  verifyPassword,
} from './password.ts'
import { endSessions, openSession } from './session.ts'
import { type OperatorDb, scopeField } from './tables.ts'
import { acceptCode, ownRow, reauthentication } from './totp.ts'

/** Per account and address, so that strangers elsewhere cannot keep the owner out; starts afresh at each success. */
const MOST_WRONG = 10
const WRONG_SECONDS = 900

const refused = {
  'operator.refused': {
    status: 401,
    title: { en: 'E-mail or password is not right', zh: '邮箱或密码不正确' },
    keeps: true,
  },
} as const
const linkInvalid = {
  'operator.link_invalid': {
    status: 404,
    title: { en: 'This link has been used or has expired', zh: '该链接已被使用或已过期' },
  },
} as const
const emailTaken = {
  'operator.email_taken': {
    status: 409,
    title: { en: 'There is an operator with this e-mail already', zh: '该邮箱已有运营账号' },
  },
} as const

const passwordHasEmail = { 'operator.password_has_email': { status: 400, title: emailInside } } as const

const account = z.object({ operatorId: z.uuid(), name: z.string(), role: roleField })
/** Guessing a link is hopeless (256 bits); the limit keeps the hashing of passwords cheap. */
const rate = { max: 20, seconds: 60, by: 'address' } as const

/** Throws `operator.password_has_email`, or `input.invalid` with the reason, when the password is too weak. */
function checkPassword(ctx: { brand: Brand }, password: string, least: number, email: string, name: string) {
  if (containsEmail(password, email))
    throw new Problem('operator.password_has_email', 400, { errors: [{ path: 'password', message: emailInside }] })
  const words = [ctx.brand.name.en, ctx.brand.name.zh, email.split('@')[0] ?? '', name]
  const flaw = passwordFlaw(password, least, words)
  if (flaw) throw new Problem('input.invalid', 400, { errors: [{ path: 'password', message: flaw }] })
}

async function newPassword(password: string) {
  return { password_hash: await hashPassword(password), password_long: lengthOf(password) >= LEAST_ALONE }
}

/** Uses a one-time link up; of several at once one gets it. */
async function takeLink(db: OperatorDb, link: string, kinds: readonly ('setup' | 'invitation' | 'reset')[], now: Date) {
  return db
    .deleteFrom('operator_links')
    .where('hash', '=', secretHash(link))
    .where('kind', 'in', kinds)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .returningAll()
    .executeTakeFirst()
}

export const setup = action('operator.setup', {
  title: { en: 'Create the owner account', zh: '创建所有者账号' },
  input: z.object({ token: linkField, email: emailField, password: passwordField, name: nameField }),
  output: account,
  offeredTo: ['public'],
  needs: null,
  on: 'brand',
  rate,
  fails: { ...linkInvalid, ...emailTaken, ...passwordHasEmail },
  async run(ctx, { token, email, password, name }) {
    const link = await takeLink(ctx.db, token, ['setup'], ctx.now)
    if (!link) return ctx.fail('operator.link_invalid')
    checkPassword(ctx, password, LEAST_ALONE, email, name)
    const operatorId = newId()
    const row = await ctx.db
      .insertInto('operators')
      .values({
        id: operatorId,
        email,
        name,
        role: link.role,
        scope: link.scope,
        ...(await newPassword(password)),
        created_at: ctx.now,
      })
      .onConflict((c) => c.column('email').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!row) return ctx.fail('operator.email_taken')
    await openSession(ctx, operatorId)
    ctx.note({ operatorId, role: link.role })
    return { operatorId, name, role: link.role }
  },
})

export const acceptInvitation = action('operator.accept_invitation', {
  title: { en: 'Take up an invitation or set a new password', zh: '接受邀请或重设密码' },
  input: z.object({ token: linkField, password: passwordField, name: nameField.optional() }),
  output: account,
  offeredTo: ['public'],
  needs: null,
  on: 'brand',
  rate,
  fails: { ...linkInvalid, ...emailTaken, ...passwordHasEmail },
  async run(ctx, { token, password, name: given }) {
    const link = await takeLink(ctx.db, token, ['invitation', 'reset'], ctx.now)
    if (!link) return ctx.fail('operator.link_invalid')
    const email = link.email ?? ''
    const name = given ?? email.split('@')[0] ?? email
    if (link.operator_id) {
      // A new password ends all sessions and leaves the second factor as it is: the link alone opens nothing.
      checkPassword(ctx, password, LEAST_ALONE, email, name)
      const { id, ...row } = await ctx.db
        .updateTable('operators')
        .set(await newPassword(password))
        .where('id', '=', link.operator_id)
        .returning(['id', 'name', 'role'])
        .executeTakeFirstOrThrow()
      await endSessions(ctx.db, id)
      ctx.note({ operatorId: id })
      return { operatorId: id, ...row }
    }
    checkPassword(ctx, password, LEAST_ALONE, email, name)
    const operatorId = newId()
    const { role, scope } = link
    const row = await ctx.db
      .insertInto('operators')
      .values({ id: operatorId, email, name, role, scope, ...(await newPassword(password)), created_at: ctx.now })
      .onConflict((c) => c.column('email').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!row) return ctx.fail('operator.email_taken')
    await openSession(ctx, operatorId)
    ctx.note({ operatorId, role })
    return { operatorId, name, role }
  },
})

export const login = action('operator.login', {
  title: { en: 'Sign in', zh: '登录' },
  input: z.object({ email: emailField, password: passwordField, code: codeField.optional() }),
  output: account,
  offeredTo: ['public'],
  needs: null,
  on: 'brand',
  rate: { max: 60, seconds: 60, by: 'address' },
  fails: {
    ...refused,
    'operator.code_needed': {
      status: 401,
      title: { en: 'Enter the code of your authenticator app', zh: '请输入身份验证器中的验证码' },
    },
    'operator.code_refused': {
      status: 401,
      title: { en: 'The code is wrong or was used before', zh: '验证码错误或已使用' },
      keeps: true,
    },
  },
  async run(ctx, { email, password, code }) {
    const attempts = `operator.login:${secretHash(email)}:${ctx.actor.address}`
    const wait = await limit(plain(ctx.db), attempts, MOST_WRONG, WRONG_SECONDS)
    if (wait > 0) throw new Problem('rate.exceeded', 429, { retryAfter: wait })
    const operator = await ctx.db
      .selectFrom('operators')
      .selectAll()
      .where('email', '=', email)
      .where('disabled_at', 'is', null)
      .executeTakeFirst()
    // One road for unknown, disabled and wrong: the same work and the same answer.
    const right = await verifyPassword(operator?.password_hash, password)
    if (!operator || !right) return ctx.fail('operator.refused')
    ctx.note({ operatorId: operator.id })
    if (operator.totp_secret) {
      if (!code) return ctx.fail('operator.code_needed')
      if (!(await acceptCode(ctx, operator.id, operator.totp_secret, code))) ctx.fail('operator.code_refused')
    }
    await resetLimit(plain(ctx.db), attempts)
    await openSession(ctx, operator.id)
    return { operatorId: operator.id, name: operator.name, role: operator.role }
  },
})

export const changePassword = action('operator.change_password', {
  title: { en: 'Change your password', zh: '修改密码' },
  input: z.object({ current: passwordField, password: passwordField }),
  output: z.object({ endedSessions: z.int() }),
  offeredTo: ['operator'],
  needs: null,
  on: 'self',
  rate: reauthentication.rate,
  fails: {
    'operator.password_refused': reauthentication.fails['operator.password_refused'],
    ...passwordHasEmail,
  },
  async run(ctx, { current, password }) {
    const operator = await ownRow(ctx)
    if (!(await verifyPassword(operator.password_hash, current))) ctx.fail('operator.password_refused')
    const least = operator.totp_secret ? LEAST_WITH_CODE : LEAST_ALONE
    checkPassword(ctx, password, least, operator.email, operator.name)
    await ctx.db
      .updateTable('operators')
      .set(await newPassword(password))
      .where('id', '=', operator.id)
      .execute()
    return { endedSessions: await endSessions(ctx.db, operator.id, ctx.actor.sessionId) }
  },
})

export const me = query('operator.me', {
  title: { en: 'Who you are', zh: '我的账号' },
  input: z.object({}),
  output: z.object({
    kind: z.enum(['operator', 'key']),
    id: z.uuid(),
    name: z.string(),
    email: z.string().nullable(),
    role: roleField.nullable(),
    /** Of a key: the rights it names. */
    rights: z.array(z.string()).nullable(),
    scope: scopeField,
    totp: z.boolean(),
  }),
  offeredTo: ['operator'],
  needs: null,
  on: 'self',
  personal: true,
  async run(ctx) {
    if (ctx.actor.operatorId) {
      const { id, name, email, role, scope, totp_secret } = await ownRow(ctx)
      return { kind: 'operator' as const, id, name, email, role, rights: null, scope, totp: totp_secret !== null }
    }
    const key = await ctx.db
      .selectFrom('api_keys')
      .select(['id', 'name', 'rights', 'scope'])
      .where('id', '=', ctx.actor.id.slice('key:'.length))
      .executeTakeFirstOrThrow()
    return { kind: 'key' as const, ...key, email: null, role: null, totp: false }
  },
})
