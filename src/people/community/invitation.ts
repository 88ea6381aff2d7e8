// Invitations to closed communities: a code for one or for many uses.
import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { newId } from '#kernel/ids'
import { cutPage, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { action, query } from './declare.ts'
import type { CommunityTables } from './tables.ts'

const good = (communityId: string, code: string, now: Date) =>
  sql`community_id = ${communityId} and code = ${code} and revoked_at is null
    and (max_uses is null or uses < max_uses) and (expires_at is null or expires_at > ${now})`

/** Uses the code once; false when it is not good for this community now. */
export async function takeInvitation(
  db: Kysely<CommunityTables>,
  communityId: string,
  code: string,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`update community_invitations set uses = uses + 1
    where ${good(communityId, code, now)} returning id`.execute(db)
  return rows.length > 0
}

/** Whether the code would open this community now; uses nothing. */
export async function isInvited(
  db: Kysely<CommunityTables>,
  communityId: string,
  code: string,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`select from community_invitations where ${good(communityId, code, now)}`.execute(db)
  return rows.length > 0
}

export const codeField = z.string().trim().min(1).max(64).meta({ en: 'Invitation code', zh: '邀请码' })

const invitation = z.object({
  id: z.uuid(),
  code: z.string(),
  note: z.string(),
  maxUses: z.int().nullable(),
  uses: z.int(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
})

export const invite = action('community.invite', {
  title: { en: 'Make an invitation', zh: '生成邀请码' },
  input: z.object({
    maxUses: z.int().positive().max(1_000_000).nullable().default(1).meta({ en: 'Uses', zh: '可用次数' }),
    expiresAt: z.iso.datetime().optional().meta({ en: 'Valid until', zh: '有效期至' }),
    note: z.string().trim().max(200).default('').meta({ en: 'Note', zh: '备注' }),
  }),
  output: z.object({ id: z.uuid(), code: z.string() }),
  offeredTo: ['operator'],
  needs: 'community.moderate',
  on: 'community',
  async run(ctx, { maxUses, expiresAt, note }) {
    // 72 bits: not to be guessed at 30 tries a minute.
    const invitation = { id: newId(), code: randomBytes(9).toString('base64url') }
    await ctx.db
      .insertInto('community_invitations')
      .values({
        ...invitation,
        community_id: ctx.communityId,
        note,
        max_uses: maxUses,
        uses: 0,
        expires_at: expiresAt ? new Date(expiresAt) : null,
        revoked_at: null,
        created_at: ctx.now,
      })
      .execute()
    ctx.note({ id: invitation.id, maxUses, note })
    return invitation
  },
})

export const revokeInvitation = action('community.revoke_invitation', {
  title: { en: 'Revoke an invitation', zh: '撤销邀请码' },
  input: z.object({ id: z.uuid() }),
  output: z.object({}),
  offeredTo: ['operator'],
  needs: 'community.moderate',
  on: 'community',
  async run(ctx, { id }) {
    const row = await ctx.db
      .updateTable('community_invitations')
      .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(ctx.now)) }))
      .where('community_id', '=', ctx.communityId)
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst()
    if (!row) ctx.fail('object.unknown')
    return {}
  },
})

export const invitations = query('community.invitations', {
  title: { en: 'Invitations', zh: '邀请码列表' },
  input: z.object({ ...pageInput }),
  output: pageOf(invitation),
  offeredTo: ['operator'],
  needs: 'community.moderate',
  on: 'community',
  async run(ctx, { limit, cursor }) {
    const after = decodeTimeCursor(cursor)
    let find = ctx.db.selectFrom('community_invitations').selectAll().where('community_id', '=', ctx.communityId)
    if (after) find = find.where(sql<boolean>`(created_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
    const rows = await find
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    return cutPage(
      rows,
      limit,
      (r) => [r.created_at.toISOString(), r.id],
      (r) => ({
        id: r.id,
        code: r.code,
        note: r.note,
        maxUses: r.max_uses,
        uses: r.uses,
        expiresAt: r.expires_at?.toISOString() ?? null,
        revokedAt: r.revoked_at?.toISOString() ?? null,
        createdAt: r.created_at.toISOString(),
      }),
    )
  },
})
