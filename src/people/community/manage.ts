// Creating, changing and finding communities.
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { Actor } from '#kernel/context'
import { newId } from '#kernel/ids'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { timezone } from '#kernel/time'
import { action, admissionField, archived, created, query, roleField, typeField, updated } from './declare.ts'
import {
  type Admission,
  type CommunityRole,
  type CommunityTables,
  type CommunityType,
  MEMBERSHIP_STATES,
  type MembershipState,
} from './tables.ts'

const name = z.string().trim().min(1).max(120).meta({ en: 'Name', zh: '名称' })
const description = z.string().trim().max(2000).meta({ en: 'Description', zh: '简介' })
const zone = timezone.nullable().meta({ en: 'Time zone', zh: '时区' })

export const create = action('community.create', {
  title: { en: 'Create a community', zh: '创建社群' },
  input: z.object({
    name,
    type: typeField.default('interest'),
    admission: admissionField.default('open'),
    description: description.default(''),
    zone: zone.default(null),
    key: z.string().trim().min(1).max(200).optional().meta({ en: 'Key for imports', zh: '导入标识' }),
  }),
  output: z.object({ id: z.uuid(), created: z.boolean() }),
  offeredTo: ['operator'],
  needs: 'community.manage',
  on: 'brand',
  emits: [created],
  async run(ctx, { key, ...input }) {
    if (ctx.actor.scope.kind !== 'all') ctx.fail('access.denied')
    const id = newId()
    const row = await ctx.db
      .insertInto('communities')
      .values({ ...input, id, key: key ?? null, created_at: ctx.now, archived_at: null })
      .onConflict((c) => c.column('key').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (row) {
      const { name, type, admission } = input
      ctx.emit(created, { name, type, admission }, { communityId: id })
      ctx.note({ id, name })
      return { id, created: true }
    }
    const there = await ctx.db
      .selectFrom('communities')
      .select('id')
      .where('key', '=', key ?? '')
      .executeTakeFirstOrThrow()
    return { id: there.id, created: false }
  },
})

export const update = action('community.update', {
  title: { en: 'Edit a community', zh: '编辑社群' },
  input: z.object({
    name: name.optional(),
    type: typeField.optional(),
    admission: admissionField.optional(),
    description: description.optional(),
    zone: zone.optional(),
  }),
  output: z.object({}),
  offeredTo: ['operator'],
  needs: 'community.manage',
  on: 'community',
  emits: [updated],
  async run(ctx, input) {
    const given = Object.entries(input).filter(([, value]) => value !== undefined)
    const before = await ctx.db
      .selectFrom('communities')
      .select(['name', 'type', 'admission', 'description', 'zone'])
      .where('id', '=', ctx.communityId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const changed = given.filter(([field, value]) => before[field as keyof typeof before] !== value)
    if (changed.length === 0) return {}
    const after = Object.fromEntries(changed)
    await ctx.db.updateTable('communities').set(after).where('id', '=', ctx.communityId).execute()
    ctx.emit(updated, { changed: changed.map(([field]) => field) })
    ctx.note({ before: Object.fromEntries(changed.map(([f]) => [f, before[f as keyof typeof before]])), after })
    return {}
  },
})

export const archive = action('community.archive', {
  title: { en: 'Archive a community', zh: '归档社群' },
  input: z.object({}),
  output: z.object({}),
  offeredTo: ['operator'],
  needs: 'community.manage',
  on: 'community',
  emits: [archived],
  confirm: {
    en: 'Nobody can join it any more. Its members and history stay.',
    zh: '归档后不能再加入，成员与历史记录保留。',
  },
  async run(ctx) {
    const row = await ctx.db
      .updateTable('communities')
      .set({ archived_at: ctx.now })
      .where('id', '=', ctx.communityId)
      .where('archived_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (row) ctx.emit(archived, {})
    return {}
  },
})

const shown = z.object({
  id: z.uuid(),
  key: z.string().nullable(),
  name: z.string(),
  type: typeField,
  admission: admissionField,
  description: z.string(),
  zone: z.string().nullable(),
  createdAt: z.iso.datetime(),
  archivedAt: z.iso.datetime().nullable(),
  memberCount: z.int(),
  /** The caller's own standing, for members. */
  mine: z.object({ state: z.enum(MEMBERSHIP_STATES), role: roleField }).nullable(),
})

interface Row {
  id: string
  key: string | null
  name: string
  type: CommunityType
  admission: Admission
  description: string
  zone: string | null
  created_at: Date
  archived_at: Date | null
  member_count: number
  my_state: MembershipState | null
  my_role: CommunityRole | null
}

const item = (r: Row): z.input<typeof shown> => ({
  id: r.id,
  key: r.key,
  name: r.name,
  type: r.type,
  admission: r.admission,
  description: r.description,
  zone: r.zone,
  createdAt: r.created_at.toISOString(),
  archivedAt: r.archived_at?.toISOString() ?? null,
  memberCount: r.member_count,
  mine: r.my_state && r.my_role ? { state: r.my_state, role: r.my_role } : null,
})

const COLUMNS = sql`c.*, my.state as my_state, my.role as my_role,
  (select count(*) from memberships m where m.community_id = c.id and m.state = 'active') as member_count`

/** The caller's standing and, as a condition on `c`, which communities the caller may know of. */
function seenBy(actor: Actor) {
  const me = actor.caller === 'member' ? (actor.memberId ?? null) : null
  const mine = sql`left join memberships my on my.community_id = c.id and my.member_id = ${me}::uuid`
  const operators = actor.caller === 'operator' || actor.caller === 'machine'
  const { scope } = actor
  const seen = !operators
    ? sql<boolean>`((c.admission = 'open' and c.archived_at is null) or my.state in ('active', 'pending'))`
    : scope.kind === 'communities'
      ? sql<boolean>`c.id = any(${scope.ids}::uuid[])`
      : sql<boolean>`true`
  return { mine, seen }
}

/** One community as this caller may see it, or nothing. */
export async function seenCommunity(db: Kysely<CommunityTables>, actor: Actor, id: string) {
  const { mine, seen } = seenBy(actor)
  const { rows } = await sql<Row>`select ${COLUMNS} from communities c ${mine} where c.id = ${id} and ${seen}`.execute(
    db,
  )
  return rows[0] ? item(rows[0]) : undefined
}

export const list = query('community.list', {
  title: { en: 'Communities', zh: '社群列表' },
  input: z.object({
    ...pageInput,
    search: z.string().trim().max(120).optional(),
    type: typeField.optional(),
    archived: z.stringbool().or(z.boolean()).default(false),
  }),
  output: pageOf(shown),
  offeredTo: ['public', 'member', 'operator'],
  needs: null,
  on: 'brand',
  async run(ctx, { limit, cursor, search, type, archived }) {
    const after = decodeCursor(cursor, 2)
    const { mine, seen } = seenBy(ctx.actor)
    const { rows } = await sql<Row>`
      select ${COLUMNS} from communities c ${mine}
      where ${seen} and (c.archived_at is not null) = ${archived}
        and (${type ?? null}::text is null or c.type = ${type ?? null})
        and (${search ?? null}::text is null or position(lower(${search ?? ''}) in lower(c.name)) > 0)
        and (${after?.[0] ?? null}::timestamptz is null
          or (c.created_at, c.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::uuid))
      order by c.created_at desc, c.id desc limit ${limit + 1}`.execute(ctx.db)
    return cutPage(rows, limit, (r) => [r.created_at.toISOString(), r.id], item)
  },
})

export const get = query('community.get', {
  title: { en: 'A community', zh: '社群详情' },
  input: z.object({ communityId: z.uuid() }),
  output: shown.extend({
    rulesVersion: z.int().nullable(),
    /** Members by state and by role among the active; null for who is no operator. */
    counts: z.object({ states: z.record(z.string(), z.int()), roles: z.record(z.string(), z.int()) }).nullable(),
  }),
  offeredTo: ['public', 'member', 'operator'],
  needs: null,
  on: 'brand',
  async run(ctx, { communityId }) {
    const found = await seenCommunity(ctx.db, ctx.actor, communityId)
    if (!found) return ctx.fail('community.unknown')
    const rules = await ctx.db
      .selectFrom('community_rules')
      .select((eb) => eb.fn.max('version').as('version'))
      .where('community_id', '=', communityId)
      .executeTakeFirst()
    return {
      ...found,
      rulesVersion: rules?.version ?? null,
      counts: ctx.may('community.read') && ctx.actor.caller !== 'member' ? await counts(ctx.db, communityId) : null,
    }
  },
})

async function counts(db: Kysely<CommunityTables>, communityId: string) {
  const rows = await db
    .selectFrom('memberships')
    .select(['state', 'role', (eb) => eb.fn.countAll<number>().as('n')])
    .where('community_id', '=', communityId)
    .groupBy(['state', 'role'])
    .execute()
  const states: Record<string, number> = {}
  const roles: Record<string, number> = {}
  for (const { state, role, n } of rows) {
    states[state] = (states[state] ?? 0) + n
    if (state === 'active') roles[role] = (roles[role] ?? 0) + n
  }
  return { states, roles }
}
