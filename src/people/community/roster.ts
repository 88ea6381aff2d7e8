// Lists: who is in a community, and where a member is.
import { sql } from 'kysely'
import { z } from 'zod'
import { cutPage, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { displayNames } from '#people/member'
import { query, roleField } from './declare.ts'
import { standing } from './membership.ts'
import { MEMBERSHIP_STATES } from './tables.ts'

export const members = query('community.members', {
  title: { en: 'Members of a community', zh: '社群成员' },
  input: z.object({
    ...pageInput,
    state: z.enum(MEMBERSHIP_STATES).default('active'),
    role: roleField.optional(),
  }),
  output: pageOf(
    standing.extend({ memberId: z.uuid(), memberName: z.string().nullable(), changedAt: z.iso.datetime() }),
  ),
  offeredTo: ['operator'],
  needs: 'community.read',
  on: 'community',
  personal: true,
  async run(ctx, { limit, cursor, state, role }) {
    const after = decodeTimeCursor(cursor)
    let find = ctx.db
      .selectFrom('memberships')
      .selectAll()
      .where('community_id', '=', ctx.communityId)
      .where('state', '=', state)
    if (role) find = find.where('role', '=', role)
    if (after) find = find.where(sql<boolean>`(joined_at, member_id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
    const rows = await find
      .orderBy('joined_at', 'desc')
      .orderBy('member_id', 'desc')
      .limit(limit + 1)
      .execute()
    const names = await displayNames(
      ctx,
      rows.map((r) => r.member_id),
    )
    return cutPage(
      rows,
      limit,
      (r) => [r.joined_at.toISOString(), r.member_id],
      (r) => ({
        memberId: r.member_id,
        memberName: names.get(r.member_id) ?? null,
        state: r.state,
        role: r.role,
        joinedAt: r.joined_at.toISOString(),
        changedAt: r.changed_at.toISOString(),
      }),
    )
  },
})

export const mine = query('community.mine', {
  title: { en: 'Communities of a member', zh: '成员加入的社群' },
  input: z.object({}),
  output: z.object({ items: z.array(standing.extend({ communityId: z.uuid(), name: z.string() })) }),
  offeredTo: ['member', 'operator'],
  needs: 'community.read',
  on: 'member',
  async run(ctx) {
    const rows = await ctx.db
      .selectFrom('memberships as m')
      .innerJoin('communities as c', 'c.id', 'm.community_id')
      .select(['m.community_id', 'c.name', 'm.state', 'm.role', 'm.joined_at'])
      .where('m.member_id', '=', ctx.memberId)
      .orderBy('m.joined_at', 'desc')
      .limit(200)
      .execute()
    const items = rows.map((r) => ({
      communityId: r.community_id,
      name: r.name,
      state: r.state,
      role: r.role,
      joinedAt: r.joined_at.toISOString(),
    }))
    return { items }
  },
})
