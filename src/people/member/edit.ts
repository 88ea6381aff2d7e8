// Changing one member: by an operator in the console, and by the member itself in the portal.
import { sql } from 'kysely'
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { action, named, propertiesInput } from './declare.ts'
import { updated } from './events.ts'
import { isDay } from './field.ts'
import { maskEmail, maskPhone } from './mask.ts'
import { flatten } from './property.ts'
import { applyChanges, OUTDATED, placeNow, type Store } from './stored.ts'

const short = (most: number) => z.string().trim().min(1).max(most).nullable().optional()

/** What members may say of themselves; e-mail and phone have to be proven, which is not done here. */
const ownFields = {
  name: short(80).meta({ en: 'Name', zh: '姓名' }),
  avatar: short(2000).meta({ en: 'Avatar', zh: '头像' }),
  birthday: z
    .string()
    .refine(isDay, inWords('a date such as "1990-05-17"', '日期格式不正确，例如 1990-05-17'))
    .nullable()
    .optional()
    .meta({ en: 'Birthday', zh: '生日', format: 'date' }),
  gender: short(40).meta({ en: 'Gender', zh: '性别' }),
  locale: short(40).meta({ en: 'Language', zh: '语言' }),
  timezone: short(64).meta({ en: 'Time zone', zh: '时区' }),
}

const contactFields = {
  // Wide enough to take back what a masked form shows; `run` tells that apart.
  email: z
    .string()
    .trim()
    .max(254)
    .regex(/^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/)
    .nullable()
    .optional()
    .meta({ en: 'E-mail', zh: '邮箱', format: 'email' }),
  phone: z
    .string()
    .trim()
    .regex(/^\+?[\d* ()-]{5,30}$/)
    .nullable()
    .optional()
    .meta({ en: 'Phone', zh: '手机号' }),
}

/** Sets properties of one member at an instant; answers what this changed. */
async function change(db: Store, memberId: string, at: Date, values: Record<string, unknown>) {
  const seq = await placeNow(db)
  const [changed] = await applyChanges(db, [
    { memberId, rootId: memberId, at: at.getTime(), seq, values: flatten(values) },
  ])
  return Object.fromEntries(changed?.news ?? [])
}

async function externalIdOf(db: Store, memberId: string): Promise<string | null> {
  const { rows } = await sql<{ external_id: string | null }>`select external_id from members
    where id = ${memberId}`.execute(db)
  return rows[0]?.external_id ?? null
}

export const update = action('member.update', {
  title: { en: 'Edit a member', zh: '编辑成员资料' },
  input: z.object({ ...ownFields, ...contactFields, properties: propertiesInput.optional() }),
  output: z.object(named),
  offeredTo: ['operator', 'journey'],
  needs: 'member.write',
  on: 'member',
  emits: [updated],
  fails: {
    ...OUTDATED,
    'member.masked_value': {
      status: 400,
      title: { en: 'A masked number cannot be saved', zh: '不能保存已打码的号码' },
    },
  },
  async run(ctx, { properties = {}, ...fields }) {
    if (!ctx.may('member.see_contact')) await dropMasked(ctx.db, ctx.memberId, fields)
    if (`${fields.phone}${fields.email}`.includes('**')) ctx.fail('member.masked_value')
    const news = await change(ctx.db, ctx.memberId, ctx.now, { ...properties, ...fields })
    if (Object.keys(news).length > 0) ctx.emit(updated, { properties: news })
    ctx.note({ changed: Object.keys(news) })
    return { memberId: ctx.memberId, externalId: await externalIdOf(ctx.db, ctx.memberId) }
  },
})

/** Who sees `138****1234` in a form and saves it has not changed the number. */
async function dropMasked(db: Store, memberId: string, fields: { email?: unknown; phone?: unknown }) {
  const { rows } = await sql<{ email: string | null; phone: string | null }>`select email, phone from members
    where id = ${memberId}`.execute(db)
  const { email = null, phone = null } = rows[0] ?? {}
  if (email !== null && fields.email === maskEmail(email)) delete fields.email
  if (phone !== null && fields.phone === maskPhone(phone)) delete fields.phone
}

export const updateMe = action('member.update_me', {
  title: { en: 'Edit my profile', zh: '编辑我的资料' },
  input: z.object(ownFields),
  output: z.object(named),
  offeredTo: ['member'],
  needs: null,
  on: 'self',
  emits: [updated],
  fails: OUTDATED,
  async run(ctx, fields) {
    const news = await change(ctx.db, ctx.memberId, ctx.now, fields)
    if (Object.keys(news).length > 0) ctx.emit(updated, { properties: news })
    return { memberId: ctx.memberId, externalId: await externalIdOf(ctx.db, ctx.memberId) }
  },
})

export const setOwner = action('member.set_owner', {
  title: { en: 'Assign a member to staff', zh: '分配成员归属' },
  input: z.object({ ownerId: z.uuid().nullable().meta({ en: 'Member of staff', zh: '归属员工', from: 'operator' }) }),
  output: z.object({ ...named, ownerId: z.uuid().nullable() }),
  offeredTo: ['operator', 'journey'],
  needs: 'member.assign',
  on: 'member',
  emits: [updated],
  async run(ctx, { ownerId }) {
    const { numAffectedRows } = await sql`update members set owner_id = ${ownerId}
      where id = ${ctx.memberId} and owner_id is distinct from ${ownerId}::uuid`.execute(ctx.db)
    if (numAffectedRows === 1n) ctx.emit(updated, { properties: {}, ownerId })
    ctx.note({ ownerId })
    return { memberId: ctx.memberId, externalId: await externalIdOf(ctx.db, ctx.memberId), ownerId }
  },
})
