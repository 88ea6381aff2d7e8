// Who works here: invitations, roles and scopes, switching accounts off.
import { z } from 'zod'
import type { Actor } from '#kernel/context'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { newSecret, secretHash } from '#platform/secret'
import { action, emailField, instant, nameField, query, roleField } from './declare.ts'
import { revokeKeysOf } from './key.ts'
import { endSessions } from './session.ts'
import {
  type OperatorDb,
  type OperatorRole,
  type OperatorTables,
  type StoredScope,
  scopeField,
  within,
} from './tables.ts'

/** A link that lies in a mailbox for longer belongs to somebody else. */
const INVITATION_MS = 7 * 86_400_000
const RESET_MS = 86_400_000

const link = z.object({
  token: z.string(),
  /** The page of the console that takes the link; what follows # stays in the browser and out of logs. */
  path: z.string(),
  expiresAt: instant,
})

/** Only an owner makes, changes or unmakes owners, and nobody gives more members than it may see itself. */
const mayGive = (actor: Actor, role: OperatorRole, scope: StoredScope) =>
  (role !== 'owner' || actor.roles.includes('owner')) && within(scope, actor.scope)

async function newLink(
  db: OperatorDb,
  now: Date,
  ms: number,
  row: {
    kind: 'invitation' | 'reset'
    email: string
    role: OperatorRole
    scope: StoredScope
    operatorId: string | null
  },
) {
  const token = newSecret()
  const expires_at = new Date(now.getTime() + ms)
  const { operatorId, ...rest } = row
  await db
    .insertInto('operator_links')
    .values({ ...rest, hash: secretHash(token), operator_id: operatorId, created_at: now, expires_at })
    .execute()
  return { token, path: `/console/join#token=${token}`, expiresAt: expires_at.toISOString() }
}

export const list = query('operator.list', {
  title: { en: 'Operators', zh: '运营人员列表' },
  input: z.object(pageInput),
  output: pageOf(
    z.object({
      operatorId: z.uuid(),
      name: z.string(),
      role: roleField,
      disabled: z.boolean(),
      createdAt: instant,
      /** For those who manage operators; null for others. */
      email: z.string().nullable(),
      scope: scopeField.nullable(),
      totp: z.boolean().nullable(),
    }),
  ),
  offeredTo: ['operator'],
  needs: 'operator.read',
  on: 'brand',
  personal: true,
  async run(ctx, { limit, cursor }) {
    const after = decodeCursor(cursor, 1)
    const rows = await ctx.db
      .selectFrom('operators')
      .selectAll()
      .$if(after !== null, (q) => q.where('id', '>', String(after?.[0])))
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const full = ctx.may('operator.manage')
    return cutPage(
      rows,
      limit,
      (o) => [o.id],
      (o) => ({
        operatorId: o.id,
        name: o.name,
        role: o.role,
        disabled: o.disabled_at !== null,
        createdAt: o.created_at.toISOString(),
        email: full ? o.email : null,
        scope: full ? o.scope : null,
        totp: full ? o.totp_secret !== null : null,
      }),
    )
  },
})

export const invite = action('operator.invite', {
  title: { en: 'Invite an operator', zh: '邀请运营人员' },
  input: z.object({ email: emailField, role: roleField, scope: scopeField.default({ kind: 'all' }) }),
  output: link,
  offeredTo: ['operator'],
  needs: 'operator.manage',
  on: 'brand',
  fails: {
    'operator.email_taken': {
      status: 409,
      title: { en: 'There is an operator with this e-mail already', zh: '该邮箱已有运营账号' },
    },
  },
  async run(ctx, { email, role, scope }) {
    if (!mayGive(ctx.actor, role, scope)) ctx.fail('access.denied')
    const there = await ctx.db.selectFrom('operators').select('id').where('email', '=', email).executeTakeFirst()
    if (there) ctx.fail('operator.email_taken')
    // A second invitation replaces the first.
    await ctx.db.deleteFrom('operator_links').where('email', '=', email).where('kind', '=', 'invitation').execute()
    ctx.note({ email, role, scope })
    return newLink(ctx.db, ctx.now, INVITATION_MS, { kind: 'invitation', email, role, scope, operatorId: null })
  },
})

export const update = action('operator.update', {
  title: { en: 'Change an operator', zh: '修改运营人员' },
  input: z.object({
    operatorId: z.uuid(),
    name: nameField.optional(),
    role: roleField.optional(),
    scope: scopeField.optional(),
    disabled: z.boolean().optional().meta({ en: 'Switched off', zh: '停用' }),
  }),
  output: z.object({}),
  offeredTo: ['operator'],
  needs: 'operator.manage',
  on: 'brand',
  fails: {
    'operator.last_owner': {
      status: 409,
      title: { en: 'There must be one owner with access to everything', zh: '至少需要保留一位拥有全部权限的所有者' },
    },
  },
  async run(ctx, { operatorId, ...change }) {
    // All owners are locked, in one order, so that two owners cannot remove each other at the same moment.
    const owners = await ctx.db
      .selectFrom('operators')
      .selectAll()
      .where((eb) => eb.or([eb('role', '=', 'owner'), eb('id', '=', operatorId)]))
      .orderBy('id')
      .forUpdate()
      .execute()
    const before = owners.find((o) => o.id === operatorId)
    if (!before) return ctx.fail('object.unknown')
    const after = {
      name: change.name ?? before.name,
      role: change.role ?? before.role,
      scope: change.scope ?? before.scope,
      disabled_at: change.disabled === undefined ? before.disabled_at : change.disabled ? ctx.now : null,
    }
    if (!mayGive(ctx.actor, before.role, before.scope) || !mayGive(ctx.actor, after.role, after.scope))
      ctx.fail('access.denied')
    const whole = (o: Pick<OperatorTables['operators'], 'role' | 'scope' | 'disabled_at'>) =>
      o.role === 'owner' && o.scope.kind === 'all' && o.disabled_at === null
    if (whole(before) && !whole(after) && !owners.some((o) => o.id !== operatorId && whole(o)))
      ctx.fail('operator.last_owner')
    await ctx.db.updateTable('operators').set(after).where('id', '=', operatorId).execute()
    if (after.disabled_at) await endSessions(ctx.db, operatorId)
    // Its keys may name rights or members that it no longer has itself.
    if (!whole(after) && (after.disabled_at || after.role !== before.role || change.scope))
      await revokeKeysOf(ctx.db, operatorId, ctx.now)
    const { name, role, scope, disabled_at } = before
    ctx.note({ operatorId, before: { name, role, scope, disabled: disabled_at !== null }, change })
    return {}
  },
})

export const resetPassword = action('operator.reset_password', {
  title: { en: 'Make a link for a new password', zh: '生成重设密码链接' },
  input: z.object({ operatorId: z.uuid() }),
  output: link,
  offeredTo: ['operator'],
  needs: 'operator.manage',
  on: 'brand',
  async run(ctx, { operatorId }) {
    const operator = await ctx.db
      .selectFrom('operators')
      .select(['email', 'role', 'scope'])
      .where('id', '=', operatorId)
      .executeTakeFirst()
    if (!operator) return ctx.fail('object.unknown')
    if (!mayGive(ctx.actor, operator.role, operator.scope)) ctx.fail('access.denied')
    await ctx.db.deleteFrom('operator_links').where('operator_id', '=', operatorId).execute()
    ctx.note({ operatorId })
    return newLink(ctx.db, ctx.now, RESET_MS, { kind: 'reset', ...operator, operatorId })
  },
})
