// The rules of a community: every text that was ever published stays, and who accepted which.
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { action, query, rulesAcknowledged, rulesPublished } from './declare.ts'
import { codeField, isInvited } from './invitation.ts'
import { seenCommunity } from './manage.ts'
import type { CommunityTables } from './tables.ts'

/** The version in force, null before the first. */
export async function currentVersion(db: Kysely<CommunityTables>, communityId: string): Promise<number | null> {
  const row = await db
    .selectFrom('community_rules')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('community_id', '=', communityId)
    .executeTakeFirst()
  return row?.version ?? null
}

export const publishRules = action('community.publish_rules', {
  title: { en: 'Publish the rules', zh: '发布群规' },
  input: z.object({ text: z.string().trim().min(1).max(20_000).meta({ en: 'Rules', zh: '群规' }) }),
  output: z.object({ version: z.int() }),
  offeredTo: ['operator'],
  needs: 'community.manage',
  on: 'community',
  emits: [rulesPublished],
  async run(ctx, { text }) {
    // The lock on the community makes the next version a number nobody else takes.
    await sql`select from communities where id = ${ctx.communityId} for update`.execute(ctx.db)
    const version = ((await currentVersion(ctx.db, ctx.communityId)) ?? 0) + 1
    await ctx.db
      .insertInto('community_rules')
      .values({ community_id: ctx.communityId, version, text, published_at: ctx.now, published_by: ctx.actor.id })
      .execute()
    ctx.emit(rulesPublished, { version })
    ctx.note({ version })
    return { version }
  },
})

export const acknowledge = action('community.acknowledge_rules', {
  title: { en: 'Accept the rules', zh: '同意群规' },
  input: z.object({ version: z.int().positive() }),
  output: z.object({}),
  offeredTo: ['member'],
  needs: 'community.join',
  on: ['community', 'member'],
  emits: [rulesAcknowledged],
  fails: {
    'community.rules_outdated': {
      status: 409,
      title: { en: 'These rules are not the current ones', zh: '该群规不是最新版本' },
    },
  },
  async run(ctx, { version }) {
    if (version !== (await currentVersion(ctx.db, ctx.communityId))) ctx.fail('community.rules_outdated')
    const row = await ctx.db
      .insertInto('rule_acknowledgements')
      .values({ community_id: ctx.communityId, member_id: ctx.memberId, version, at: ctx.now })
      .onConflict((c) => c.doNothing())
      .returning('version')
      .executeTakeFirst()
    if (row) ctx.emit(rulesAcknowledged, { version })
    return {}
  },
})

export const rules = query('community.rules', {
  title: { en: 'Rules of a community', zh: '群规' },
  input: z.object({
    communityId: z.uuid(),
    version: z.coerce.number().int().positive().optional(),
    /** Who is invited reads the rules before they join. */
    code: codeField.optional(),
  }),
  output: z.object({
    /** The newest 50, newest first. */
    versions: z.array(z.object({ version: z.int(), publishedAt: z.iso.datetime() })),
    version: z.int().nullable(),
    text: z.string(),
    publishedAt: z.iso.datetime().nullable(),
    /** The newest version that the caller accepted, for members. */
    acknowledged: z.int().nullable(),
    /** How many accepted this version; null for who is no operator. */
    acknowledgements: z.int().nullable(),
  }),
  offeredTo: ['public', 'member', 'operator'],
  needs: null,
  on: 'brand',
  async run(ctx, { communityId, version, code }) {
    const seen =
      (await seenCommunity(ctx.db, ctx.actor, communityId)) ??
      (code !== undefined && (await isInvited(ctx.db, communityId, code, ctx.now)))
    if (!seen) ctx.fail('community.unknown')
    const versions = await ctx.db
      .selectFrom('community_rules')
      .select(['version', 'published_at'])
      .where('community_id', '=', communityId)
      .orderBy('version', 'desc')
      .limit(50)
      .execute()
    const wanted = version ?? versions[0]?.version ?? 0
    const found = await ctx.db
      .selectFrom('community_rules')
      .select(['version', 'text', 'published_at'])
      .where('community_id', '=', communityId)
      .where('version', '=', wanted)
      .executeTakeFirst()
    if (version !== undefined && !found) ctx.fail('object.unknown')
    const { rows } = await sql<{ mine: number | null; n: number }>`
      select (select max(version) from rule_acknowledgements
          where community_id = ${communityId} and member_id = ${ctx.actor.memberId ?? null}::uuid) as mine,
        (select count(*) from rule_acknowledgements
          where community_id = ${communityId} and version = ${wanted}) as n`.execute(ctx.db)
    const operator = ctx.actor.caller === 'operator' || ctx.actor.caller === 'machine'
    return {
      versions: versions.map((v) => ({ version: v.version, publishedAt: v.published_at.toISOString() })),
      version: found?.version ?? null,
      text: found?.text ?? '',
      publishedAt: found?.published_at.toISOString() ?? null,
      acknowledged: rows[0]?.mine ?? null,
      acknowledgements: operator ? (rows[0]?.n ?? 0) : null,
    }
  },
})
