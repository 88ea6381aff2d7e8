// What is known of one member, as an operator may see it and as the member itself does.
import { sql } from 'kysely'
import { z } from 'zod'
import { instant, isoOf, named, query } from './declare.ts'
import { FIELDS, type Fields } from './field.ts'
import { maskDeep, maskEmail, maskPhone, maskText } from './mask.ts'
import { PROPERTY_KINDS } from './property.ts'
import type { Store } from './stored.ts'

const text = z.string().nullable()

export const fieldShape = {
  name: text,
  email: text,
  phone: text,
  avatar: text,
  birthday: text,
  gender: text,
  locale: text,
  timezone: text,
}

const profile = z.object({
  ...named,
  status: z.enum(['anonymous', 'known']),
  ...fieldShape,
  /** With the fields among them, as they were told. */
  properties: z.record(z.string(), z.unknown()),
  identities: z.array(z.object({ kind: z.string(), value: z.string(), since: instant })),
  /** Members that were merged into this one. */
  mergedIds: z.array(z.uuid()),
  ownerId: z.uuid().nullable(),
  createdAt: instant,
  lastSeenAt: instant.nullable(),
  /** Whether phone and e-mail are masked for this reader. */
  masked: z.boolean(),
})
type Profile = z.input<typeof profile>

export interface Row extends Fields {
  id: string
  external_id: string | null
  status: 'anonymous' | 'known'
  properties: Record<string, unknown>
  owner_id: string | null
  created_at: Date
  last_seen_at: Date | null
}

/** Columns of a member `m` whose sight `s` was joined. */
export const ROW = sql.raw(`m.id, m.external_id, m.status, ${FIELDS.map((f) => `m.${f}`).join(', ')}, m.properties,
  m.owner_id, m.created_at, nullif(s.at, '-infinity') as last_seen_at`)

/** Fields for a reader who may not see phone and e-mail. */
export const maskFields = <F extends Pick<Fields, 'email' | 'phone'>>(fields: F): F => ({
  ...fields,
  email: fields.email && maskEmail(fields.email),
  phone: fields.phone && maskPhone(fields.phone),
})

export const fieldsOf = (row: Fields): Fields =>
  Object.fromEntries(FIELDS.map((field) => [field, row[field]])) as Fields

async function readProfile(db: Store, memberId: string, seesContact: boolean): Promise<Profile | null> {
  const { rows } = await sql<Row>`select ${ROW} from members m left join member_seen s on s.member_id = m.id
    where m.id = ${memberId}::uuid and m.merged_into is null and m.status <> 'erased'`.execute(db)
  const [row] = rows
  if (!row) return null
  const merged = await sql<{ id: string }>`select id from members
    where root_id = ${memberId}::uuid and merged_into is not null order by id`.execute(db)
  const mergedIds = merged.rows.map((r) => r.id)
  const identities = await sql<{ kind: string; value: string; at: Date }>`select kind, value, at from identities
    where member_id = any(${[memberId, ...mergedIds]}::uuid[]) order by at, kind, value limit 200`.execute(db)
  const fields = seesContact ? fieldsOf(row) : maskFields(fieldsOf(row))
  const told = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
  const properties = seesContact ? row.properties : (maskDeep(row.properties) as Record<string, unknown>)
  return {
    memberId: row.id,
    externalId: seesContact ? row.external_id : row.external_id && maskText(row.external_id),
    status: row.status,
    ...fields,
    properties: { ...told, ...properties },
    identities: identities.rows.map(({ kind, value, at }) => ({
      kind,
      value: seesContact ? value : (maskDeep(value, kind) as string),
      since: at.toISOString(),
    })),
    mergedIds,
    ownerId: row.owner_id,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: isoOf(row.last_seen_at),
    masked: !seesContact,
  }
}

/** Who these members are, by id; those that are erased or unknown are left out. */
export async function profiles(
  db: Store,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, { externalId: string | null; name: string | null }>> {
  const { rows } = await sql<{ id: string; external_id: string | null; name: string | null }>`
    select m.id, r.external_id, r.name from members m join members r on r.id = m.root_id
    where m.id = any(${memberIds}::uuid[]) and r.status <> 'erased'`.execute(db)
  return new Map(rows.map((r) => [r.id, { externalId: r.external_id, name: r.name }]))
}

export const get = query('member.get', {
  title: { en: 'One member', zh: '成员详情' },
  input: z.object({}),
  output: profile,
  offeredTo: ['operator'],
  needs: 'member.read',
  on: 'member',
  personal: true,
  async run(ctx) {
    return (await readProfile(ctx.db, ctx.memberId, ctx.may('member.see_contact'))) ?? ctx.fail('member.unknown')
  },
})

export const me = query('member.me', {
  title: { en: 'My profile', zh: '我的资料' },
  input: z.object({}),
  output: profile.omit({ ownerId: true, masked: true }),
  offeredTo: ['member'],
  needs: null,
  on: 'self',
  personal: true,
  async run(ctx) {
    return (await readProfile(ctx.db, ctx.memberId, true)) ?? ctx.fail('member.unknown')
  },
})

export const properties = query('member.properties', {
  title: { en: 'Properties of members and their types', zh: '成员属性及类型' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      z.object({
        path: z.string(),
        /** The type seen most often first. */
        kinds: z.array(
          z.object({
            kind: z.enum(PROPERTY_KINDS),
            /** How often in the whole brand; null for who may see a part of it. */
            count: z.int().nullable(),
          }),
        ),
        firstSeen: instant,
        lastSeen: instant,
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'member.read',
  on: 'brand',
  async run(ctx) {
    const isAll = ctx.actor.scope.kind === 'all'
    const { rows } = await sql<{
      path: string
      kinds: { kind: (typeof PROPERTY_KINDS)[number]; count: number }[]
      first: Date
      last: Date
    }>`select path, jsonb_agg(jsonb_build_object('kind', kind, 'count', count) order by count desc, kind) as kinds,
        min(first_seen) as first, max(last_seen) as last
      from property_types group by path order by path limit 5000`.execute(ctx.db)
    return {
      items: rows.map((r) => ({
        path: r.path,
        kinds: isAll ? r.kinds : r.kinds.map(({ kind }) => ({ kind, count: null })),
        firstSeen: r.first.toISOString(),
        lastSeen: r.last.toISOString(),
      })),
    }
  },
})
