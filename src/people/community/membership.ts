// Who is in a community, in which state and role.
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import { action, banned, joined, left, memberRemoved, reasonField, roleChanged, roleField } from './declare.ts'
import { codeField, takeInvitation } from './invitation.ts'
import { acknowledge, currentVersion } from './rules.ts'
import { type CommunityRole, type CommunityTables, MEMBERSHIP_STATES, type MembershipState } from './tables.ts'

type CommunityDb = Kysely<CommunityTables>
/** From which a member may come (back) in. Banned is not among them. */
const MAY_ENTER: readonly MembershipState[] = ['pending', 'left', 'removed']

const NOT_MEMBER = {
  'community.not_member': { status: 409, title: { en: 'Not a member of this community', zh: '不是该社群的成员' } },
} as const
const ENTRY_FAILURES = {
  'community.archived': { status: 409, title: { en: 'This community is archived', zh: '该社群已归档' } },
  'community.banned': { status: 403, title: { en: 'Banned from this community', zh: '已被该社群封禁' } },
  'community.invitation_needed': {
    status: 403,
    title: { en: 'This community needs a valid invitation', zh: '加入该社群需要有效的邀请码' },
  },
  'community.rules_unacknowledged': {
    status: 409,
    title: { en: 'Please read and accept the current rules first', zh: '请先阅读并同意最新群规' },
  },
} as const

export const standing = z.object({
  state: z.enum(MEMBERSHIP_STATES),
  role: roleField,
  joinedAt: z.iso.datetime(),
})

const active = (role: CommunityRole, joinedAt: Date): z.input<typeof standing> => ({
  state: 'active',
  role,
  joinedAt: joinedAt.toISOString(),
})

interface Entry {
  communityId: string
  memberId: string
  role: CommunityRole
  at: Date
}

/** Makes memberships active where they may be; answers those that were not active before. */
async function enter(db: CommunityDb, entries: readonly Entry[], from: readonly MembershipState[]) {
  const { rows } = await sql<{ community_id: string; member_id: string; role: CommunityRole; joined_at: Date }>`
    insert into memberships as m (community_id, member_id, state, role, joined_at, changed_at)
    select distinct on (c, p) c, p, 'active', r, t, t
    from unnest(${entries.map((e) => e.communityId)}::uuid[], ${entries.map((e) => e.memberId)}::uuid[],
      ${entries.map((e) => e.role)}::text[], ${entries.map((e) => e.at)}::timestamptz[]) as x (c, p, r, t)
    order by c, p, t
    on conflict (community_id, member_id) do update
      set state = 'active', role = excluded.role, joined_at = excluded.joined_at, changed_at = excluded.changed_at
      where m.state = any(${from}::text[])
    returning community_id, member_id, role, joined_at`.execute(db)
  return rows
}

async function standingOf(db: CommunityDb, communityId: string, memberId: string) {
  const row = await db
    .selectFrom('memberships')
    .select(['state', 'role', 'joined_at'])
    .where('community_id', '=', communityId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  return row && { state: row.state, role: row.role, joinedAt: row.joined_at.toISOString() }
}

export const join = action('community.join', {
  title: { en: 'Join a community', zh: '加入社群' },
  input: z.object({
    code: codeField.optional(),
    rulesVersion: z.int().positive().optional().meta({ en: 'Accepted version of the rules', zh: '已同意的群规版本' }),
  }),
  output: standing,
  offeredTo: ['member'],
  needs: 'community.join',
  on: ['community', 'member'],
  // An invitation code can be guessed.
  rate: { max: 30, seconds: 60, by: 'caller' },
  emits: [joined],
  fails: ENTRY_FAILURES,
  async run(ctx, { code, rulesVersion }) {
    const { communityId, memberId } = ctx
    const community = await ctx.db
      .selectFrom('communities')
      .select(['admission', 'archived_at'])
      .where('id', '=', communityId)
      .executeTakeFirstOrThrow()
    if (community.archived_at) ctx.fail('community.archived')
    const [row] = await enter(ctx.db, [{ communityId, memberId, role: 'member', at: ctx.now }], MAY_ENTER)
    if (!row) {
      const there = await standingOf(ctx.db, communityId, memberId)
      return there?.state === 'active' ? there : ctx.fail('community.banned')
    }
    const closed = community.admission === 'closed'
    if (closed && !(await takeInvitation(ctx.db, communityId, code ?? '', ctx.now)))
      ctx.fail('community.invitation_needed')
    const version = await currentVersion(ctx.db, communityId)
    if (version !== null && rulesVersion === version) await ctx.call(acknowledge, { version })
    else if (version !== null && ctx.actor.caller === 'member') ctx.fail('community.rules_unacknowledged')
    const now = active(row.role, row.joined_at)
    ctx.emit(joined, { ...now, via: closed ? 'invitation' : 'open' })
    return now
  },
  async runMany(ctx, calls) {
    const ids = [...new Set(calls.map((c) => c.communityId))]
    const open = await ctx.db
      .selectFrom('communities')
      .select('id')
      .where('id', 'in', ids)
      .where('admission', '=', 'open')
      .where('archived_at', 'is', null)
      .execute()
    // Told apart call by call.
    if (open.length < ids.length || calls.some((c) => c.input.rulesVersion))
      throw new Problem('community.archived', 409)
    const entries = calls.map((c) => ({
      communityId: c.communityId,
      memberId: c.memberId,
      role: 'member' as const,
      at: c.at,
    }))
    const entered = await enter(ctx.db, entries, MAY_ENTER)
    const causes = new Map(calls.map((c) => [`${c.communityId}/${c.memberId}`, c.cause]))
    for (const e of entered) {
      const about = { memberId: e.member_id, communityId: e.community_id, at: e.joined_at }
      const cause = causes.get(`${e.community_id}/${e.member_id}`) ?? ''
      ctx.emit(joined, { ...active(e.role, e.joined_at), via: 'open' }, { ...about, cause })
    }
    const now = await ctx.db
      .selectFrom('memberships')
      .selectAll()
      .where('community_id', 'in', ids)
      .where('member_id', 'in', [...new Set(calls.map((c) => c.memberId))])
      .execute()
    const byKey = new Map(now.map((m) => [`${m.community_id}/${m.member_id}`, m]))
    return calls.map((c) => {
      const m = byKey.get(`${c.communityId}/${c.memberId}`)
      if (m?.state !== 'active') throw new Problem('community.banned', 403)
      return active(m.role, m.joined_at)
    })
  },
})

export const addMember = action('community.add_member', {
  title: { en: 'Add a member to a community', zh: '添加社群成员' },
  input: z.object({ role: roleField.default('member') }),
  output: standing,
  offeredTo: ['operator', 'journey'],
  needs: 'community.moderate',
  on: ['community', 'member'],
  emits: [joined],
  fails: { 'community.archived': ENTRY_FAILURES['community.archived'] },
  async run(ctx, { role }) {
    const { communityId, memberId } = ctx
    const community = await ctx.db
      .selectFrom('communities')
      .select('archived_at')
      .where('id', '=', communityId)
      .executeTakeFirstOrThrow()
    if (community.archived_at) ctx.fail('community.archived')
    // Adding by hand is also how a ban is lifted.
    const [row] = await enter(ctx.db, [{ communityId, memberId, role, at: ctx.now }], [...MAY_ENTER, 'banned'])
    if (!row) return (await standingOf(ctx.db, communityId, memberId)) ?? ctx.fail('member.unknown')
    const now = active(row.role, row.joined_at)
    ctx.emit(joined, { ...now, via: 'added' })
    return now
  },
})

export const leave = action('community.leave', {
  title: { en: 'Leave a community', zh: '退出社群' },
  input: z.object({}),
  output: z.object({}),
  offeredTo: ['member'],
  needs: 'community.join',
  on: ['community', 'member'],
  emits: [left],
  fails: NOT_MEMBER,
  async run(ctx) {
    const was = await end(ctx.db, ctx.communityId, ctx.memberId, 'left', ctx.now)
    if (!was) return ctx.fail('community.not_member')
    ctx.emit(left, was)
    return {}
  },
})

export const removeMember = action('community.remove_member', {
  title: { en: 'Remove a member from a community', zh: '移出社群' },
  input: z.object({ reason: reasonField }),
  output: z.object({}),
  offeredTo: ['operator', 'journey'],
  needs: 'community.moderate',
  on: ['community', 'member'],
  emits: [memberRemoved],
  fails: NOT_MEMBER,
  async run(ctx, { reason }) {
    const was = await end(ctx.db, ctx.communityId, ctx.memberId, 'removed', ctx.now)
    if (!was) return ctx.fail('community.not_member')
    ctx.emit(memberRemoved, { ...was, reason })
    ctx.note({ reason })
    return {}
  },
})

/** Ends a membership that is active or pending; answers what it was, or nothing when there was none. */
async function end(db: CommunityDb, communityId: string, memberId: string, state: MembershipState, at: Date) {
  const row = await db
    .updateTable('memberships')
    .set({ state, changed_at: at })
    .where('community_id', '=', communityId)
    .where('member_id', '=', memberId)
    .where('state', 'in', ['active', 'pending'])
    .returning(['role', 'joined_at'])
    .executeTakeFirst()
  return row && { role: row.role, joinedAt: row.joined_at.toISOString() }
}

export const ban = action('community.ban', {
  title: { en: 'Ban a member from a community', zh: '封禁社群成员' },
  input: z.object({ reason: reasonField }),
  output: z.object({}),
  offeredTo: ['operator'],
  needs: 'community.moderate',
  on: ['community', 'member'],
  emits: [banned],
  async run(ctx, { reason }) {
    const { communityId, memberId } = ctx
    const { rows } = await sql<{ role: CommunityRole; joined_at: Date }>`
      insert into memberships as m (community_id, member_id, state, role, joined_at, changed_at)
      values (${communityId}, ${memberId}, 'banned', 'member', ${ctx.now}, ${ctx.now})
      on conflict (community_id, member_id) do update set state = 'banned', role = 'member', changed_at = ${ctx.now}
        where m.state <> 'banned'
      returning role, joined_at`.execute(ctx.db)
    const [row] = rows
    if (row) ctx.emit(banned, { role: row.role, joinedAt: row.joined_at.toISOString(), reason })
    ctx.note({ reason })
    return {}
  },
})

export const setRole = action('community.set_role', {
  title: { en: 'Set the role in a community', zh: '设置社群角色' },
  input: z.object({ role: roleField }),
  output: z.object({}),
  offeredTo: ['operator', 'journey'],
  needs: 'community.moderate',
  on: ['community', 'member'],
  emits: [roleChanged],
  fails: NOT_MEMBER,
  async run(ctx, { role }) {
    const { rows } = await sql<{ was: CommunityRole; joined_at: Date }>`
      with before as (
        select role from memberships
        where community_id = ${ctx.communityId} and member_id = ${ctx.memberId} and state = 'active' for update)
      update memberships m set role = ${role}, changed_at = ${ctx.now} from before
      where m.community_id = ${ctx.communityId} and m.member_id = ${ctx.memberId}
      returning before.role as was, m.joined_at`.execute(ctx.db)
    const [row] = rows
    if (!row) return ctx.fail('community.not_member')
    if (row.was !== role) ctx.emit(roleChanged, { role, from: row.was, joinedAt: row.joined_at.toISOString() })
    ctx.note({ before: row.was, after: role })
    return {}
  },
})
