// Whom a bulk change is about: members by id as given, or everyone who meets a condition at one instant. Who may see a
// part of the brand gets that part, found before anything is written.
import { sql } from 'kysely'
import { z } from 'zod'
import { type Condition, checkLive, condition, holders, linksOf } from '#data/segment'
import type { Context } from '#kernel/context'
import { Problem } from '#kernel/problem'
import { findMember, MOST_ID_LENGTH, membersByExternalId } from '#people/member'
import { id } from './declare.ts'
import type { TagTables } from './tables.ts'

/** One upload of ids; a body of 100,000 is some 3 MB. Members by id are looked up one by one. */
const MOST_EXTERNAL_IDS = 100_000
const MOST_MEMBER_IDS = 10_000
/** Ids that a narrowed scope is laid over at once, and how many a bulk change inside one may be about. */
const PAGE = 20_000
const MOST_NARROWED = 100_000

export const whoInput = {
  memberIds: z.array(id).min(1).max(MOST_MEMBER_IDS).optional().meta({ en: 'Members', zh: '成员' }),
  externalIds: z
    .array(z.string().trim().min(1).max(MOST_ID_LENGTH))
    .min(1)
    .max(MOST_EXTERNAL_IDS)
    .optional()
    .meta({ en: 'External ids', zh: '品牌会员号' }),
  segmentId: id.optional().meta({ en: 'Segment', zh: '分群' }),
  condition: condition.optional(),
}
export interface Who {
  memberIds?: string[] | undefined
  externalIds?: string[] | undefined
  segmentId?: string | undefined
  condition?: Condition | undefined
}

export type Audience = { ids: string[]; unknown: number } | { condition: Condition; total: number }

type Asking = Context<TagTables, never>

/** Throws `input.invalid` unless exactly one way of naming members is given. */
export async function audienceOf(ctx: Asking, who: Who): Promise<Audience> {
  const given = [who.memberIds, who.externalIds, who.segmentId, who.condition].filter((w) => w !== undefined)
  if (given.length !== 1)
    throw new Problem('input.invalid', 400, {
      errors: [
        {
          path: 'memberIds',
          message: {
            en: 'exactly one of memberIds, externalIds, segmentId and condition is needed',
            zh: 'memberIds、externalIds、segmentId、condition 须且仅须填写一项',
          },
        },
      ],
    })
  if (who.memberIds) return byId(ctx, who.memberIds, await rootsOf(ctx, who.memberIds))
  if (who.externalIds) return byId(ctx, who.externalIds, await membersByExternalId(ctx.db, who.externalIds))
  const asked = who.condition ?? { segment: who.segmentId ?? '' }
  await checkLive(ctx, asked)
  if (ctx.actor.scope.kind === 'all') return { condition: asked, total: await countOf(ctx, asked) }
  return { ids: await idsInScope(ctx, asked), unknown: 0 }
}

async function rootsOf({ db }: Asking, memberIds: readonly string[]): Promise<Map<string, string>> {
  const roots = new Map<string, string>()
  for (const memberId of memberIds) {
    const root = await findMember(db, { memberId })
    if (root) roots.set(memberId, root)
  }
  return roots
}

async function byId(ctx: Asking, given: readonly string[], known: ReadonlyMap<string, string>): Promise<Audience> {
  const ids = await inScope(ctx, [...new Set(known.values())])
  const seen = new Set(ids)
  const unknown = [...new Set(given)].filter((g) => !seen.has(known.get(g) ?? '')).length
  return { ids, unknown }
}

async function inScope(ctx: Asking, ids: readonly string[]): Promise<string[]> {
  if (ctx.actor.scope.kind === 'all') return [...ids]
  const { rows } = await sql<{ id: string }>`select v.id from unnest(${[...ids]}::uuid[]) as v (id)
    where ${ctx.inScope(sql.ref('v.id'))}`.execute(ctx.db)
  return rows.map((r) => r.id)
}

type Reading = Pick<Asking, 'db' | 'now' | 'brand' | 'warehouse'>

async function compiled(ctx: Reading, asked: Condition, at: Date) {
  return holders(asked, { at, zone: ctx.brand.zone, links: await linksOf(ctx, [asked]) })
}

/** For how many members a condition holds now. */
export async function countOf(ctx: Reading, asked: Condition): Promise<number> {
  const { sql: roots, params } = await compiled(ctx, asked, ctx.now)
  const rows = await ctx.warehouse.query<{ n: number | string }>(`SELECT count() AS n FROM (${roots})`, params, {
    lane: 'interactive',
  })
  return Number(rows[0]?.n ?? 0)
}

/** Members for whom a condition held at an instant, in the order of their numbers, after one of them. */
export async function pageOfHolders(
  ctx: Reading,
  asked: Condition,
  { at, after, limit }: { at: Date; after: number; limit: number },
): Promise<{ number: number; memberId: string }[]> {
  const { sql: roots, params } = await compiled(ctx, asked, at)
  const rows = await ctx.warehouse.query<{ number: number | string; id: string }>(
    `SELECT number, toString(memberId) AS id FROM members
     WHERE number > {tagAfter:UInt32} AND number IN (${roots}) ORDER BY number LIMIT {tagLimit:UInt32}`,
    { ...params, tagAfter: after, tagLimit: limit },
    { lane: 'background' },
  )
  return rows.map((r) => ({ number: Number(r.number), memberId: r.id }))
}

async function idsInScope(ctx: Asking, asked: Condition): Promise<string[]> {
  const ids: string[] = []
  for (let after = 0, more = true; more; ) {
    const page = await pageOfHolders(ctx, asked, { at: ctx.now, after, limit: PAGE })
    more = page.length === PAGE
    after = page.at(-1)?.number ?? after
    for (const memberId of await inScope(
      ctx,
      page.map((p) => p.memberId),
    ))
      ids.push(memberId)
    if (ids.length > MOST_NARROWED) throw new Problem('tag.too_many_members', 409)
  }
  return ids
}

export const tooMany = {
  'tag.too_many_members': {
    status: 409,
    title: { en: 'These are too many members for one bulk change', zh: '成员数量过多，请缩小范围后分批操作' },
  },
} as const
