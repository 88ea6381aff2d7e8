// Links to a dashboard for whoever has no account: a secret that is kept as a hash, ends, can be taken back, and shows
// no more than its maker may see on the day it is opened.
import { type QueryExecutorProvider, sql } from 'kysely'
import { z } from 'zod'
import type { Context, Scope } from '#kernel/context'
import { inWords } from '#kernel/flaw'
import { newId } from '#kernel/ids'
import { cutPage, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { standingOf } from '#people/operator'
import { newSecret, secretHash } from '#platform/secret'
import { action, id, query, SHARERS, when } from './declare.ts'
import { held, json, visible } from './manage.ts'
import type { DashboardTables } from './tables.ts'

const DAY_MS = 86_400_000
/** A link that is never looked at again must not stay open for ever. */
const MOST_DAYS = 365
const MOST_LINKS = 100

/** Within whichever is narrower; null where nothing is left. */
export function narrowed(scope: Scope, limit: Scope): Scope | null {
  if (limit.kind === 'all') return scope
  if (scope.kind === 'all') return limit
  if (scope.kind === 'own' || limit.kind === 'own')
    return scope.kind === 'own' && limit.kind === 'own' && scope.operatorId === limit.operatorId ? scope : null
  const ids = scope.ids.filter((one) => limit.ids.includes(one))
  return ids.length > 0 ? { kind: 'communities', ids } : null
}

/**
 * What something shared by an account may show today: nothing once the account is switched off or has lost the right,
 * and never more than the account sees itself.
 */
export async function scopeToday(db: QueryExecutorProvider, by: string, scope: Scope): Promise<Scope | null> {
  const standing = await standingOf(db, by)
  if (!standing?.may('dashboard.share', SHARERS)) return null
  return narrowed(scope, standing.scope)
}

type Sharing = Pick<Context<DashboardTables>, 'db' | 'actor' | 'fail'>

/** The scope a caller may give away: some communities, or all it sees. */
export function givenScope(ctx: Sharing, communityIds: readonly string[] | undefined): Scope {
  if (!communityIds) return ctx.actor.scope
  return narrowed({ kind: 'communities', ids: communityIds }, ctx.actor.scope) ?? ctx.fail('access.denied')
}

const communityIds = z.array(id).min(1).max(50).optional().meta({
  en: 'Only members of these communities',
  zh: '仅限以下社群的成员',
})
export const scopeInput = { communityIds }

/** An origin as frame-ancestors takes it: nothing that could end the directive or widen it. */
const origin = z
  .string()
  .max(200)
  .regex(/^https?:\/\/(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i, {
    error: 'an origin such as https://www.example.org',
  })
  .refine(
    (o) => !/^https?:\/\/\*\.[a-z]+$/i.test(o),
    inWords('name a site, not a whole domain ending', '请填写具体站点'),
  )

export const createLink = action('dashboard.create_link', {
  title: { en: 'Share a dashboard by link', zh: '创建看板分享链接' },
  input: z.object({
    id,
    label: z.string().trim().min(1).max(100).meta({ en: 'For whom', zh: '分享对象' }),
    days: z.int().min(1).max(MOST_DAYS).default(30).meta({ en: 'Days it is valid', zh: '有效天数' }),
    ...scopeInput,
    frameOrigins: z.array(origin).max(10).default([]).meta({ en: 'Sites that may embed it', zh: '允许嵌入的站点' }),
  }),
  /** The secret is told once. It stands behind #, so that it is in no log. */
  output: z.object({ linkId: id, path: z.string(), expiresAt: when }),
  offeredTo: ['operator'],
  needs: 'dashboard.share',
  on: 'brand',
  withinScope: true,
  fails: {
    'dashboard.too_many_links': {
      status: 409,
      title: { en: 'Too many links are open; revoke some first', zh: '有效链接过多，请先撤销部分链接' },
    },
  },
  async run(ctx, input) {
    await held(ctx, input.id)
    const scope = givenScope(ctx, input.communityIds)
    if ((await scopeToday(ctx.db, ctx.actor.id, scope)) === null) return ctx.fail('access.denied')
    const open = await ctx.db
      .selectFrom('dashboard_links')
      .select(sql<number>`count(*)::int`.as('n'))
      .where('dashboard_id', '=', input.id)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', ctx.now)
      .executeTakeFirstOrThrow()
    if (open.n >= MOST_LINKS) ctx.fail('dashboard.too_many_links')
    const secret = newSecret()
    const linkId = newId()
    const expires_at = new Date(ctx.now.getTime() + input.days * DAY_MS)
    await ctx.db
      .insertInto('dashboard_links')
      .values({
        id: linkId,
        dashboard_id: input.id,
        hash: secretHash(secret),
        label: input.label,
        scope: json(scope),
        frame_origins: input.frameOrigins,
        created_by: ctx.actor.id,
        created_at: ctx.now,
        expires_at,
        revoked_at: null,
        opened_at: null,
      })
      .execute()
    ctx.note({ id: input.id, linkId, label: input.label, scope, frameOrigins: input.frameOrigins })
    return { linkId, path: `/console/shared/${linkId}#${secret}`, expiresAt: expires_at.toISOString() }
  },
})

export const revokeLink = action('dashboard.revoke_link', {
  title: { en: 'Revoke a link', zh: '撤销分享链接' },
  input: z.object({ linkId: id }),
  output: z.object({ linkId: id }),
  offeredTo: ['operator'],
  needs: 'dashboard.share',
  on: 'brand',
  withinScope: true,
  confirm: { en: 'Whoever has the link sees nothing from now on.', zh: '持有该链接的人将立即无法查看。' },
  async run(ctx, { linkId }) {
    const link = await ctx.db
      .selectFrom('dashboard_links')
      .select(['id', 'dashboard_id', 'label'])
      .where('id', '=', linkId)
      .executeTakeFirst()
    if (!link) return ctx.fail('object.unknown')
    await held(ctx, link.dashboard_id)
    await ctx.db
      .updateTable('dashboard_links')
      .set({ revoked_at: ctx.now })
      .where('id', '=', linkId)
      .where('revoked_at', 'is', null)
      .execute()
    ctx.note({ id: link.dashboard_id, linkId, label: link.label })
    return { linkId }
  },
})

export const links = query('dashboard.links', {
  title: { en: 'Links of a dashboard', zh: '看板分享链接列表' },
  input: z.object({ id, ...pageInput }),
  output: pageOf(
    z.object({
      linkId: id,
      label: z.string(),
      state: z.enum(['open', 'expired', 'revoked']),
      /** How many communities it is limited to; null: all that its maker sees. */
      communities: z.int().nullable(),
      frameOrigins: z.array(z.string()),
      createdBy: z.string(),
      createdAt: when,
      expiresAt: when,
      openedAt: when.nullable(),
    }),
  ),
  offeredTo: ['operator'],
  needs: 'dashboard.share',
  on: 'brand',
  async run(ctx, input) {
    const seen = await ctx.db
      .selectFrom('dashboards')
      .select('id')
      .where('id', '=', input.id)
      .where(visible(ctx.actor))
      .executeTakeFirst()
    if (!seen) return ctx.fail('object.unknown')
    const after = decodeTimeCursor(input.cursor)
    const at = sql`date_trunc('milliseconds', created_at)`
    const rows = await ctx.db
      .selectFrom('dashboard_links')
      .selectAll()
      .where('dashboard_id', '=', input.id)
      .$if(after !== null, (q) =>
        q.where(sql<boolean>`(${at}, id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`),
      )
      .orderBy(at, 'desc')
      .orderBy('id', 'desc')
      .limit(input.limit + 1)
      .execute()
    return cutPage(
      rows,
      input.limit,
      (r) => [r.created_at.toISOString(), r.id],
      (r) => ({
        linkId: r.id,
        label: r.label,
        state: r.revoked_at ? ('revoked' as const) : r.expires_at <= ctx.now ? ('expired' as const) : ('open' as const),
        communities: r.scope.kind === 'communities' ? r.scope.ids.length : null,
        frameOrigins: r.frame_origins,
        createdBy: r.created_by,
        createdAt: r.created_at.toISOString(),
        expiresAt: r.expires_at.toISOString(),
        openedAt: r.opened_at?.toISOString() ?? null,
      }),
    )
  },
})
