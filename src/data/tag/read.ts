// Tags as an operator sees them: the list with sizes, one tag with where it comes from, and who has it.
import { sql } from 'kysely'
import { z } from 'zod'
import { keptOf, segmentMembers } from '#data/segment'
import type { Context } from '#kernel/context'
import { cutPage, decodeCursor, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { shownProfiles } from '#people/member'
import { colour, dimensionKey, id, key, query, source, text, verification, when } from './declare.ts'
import { application, byCondition, shownApplication } from './member.ts'
import type { TagTables } from './tables.ts'
import { usesOf } from './usage.ts'

type Asking = Context<TagTables, never>

const summary = z.object({
  key,
  title: text,
  description: text.nullable(),
  kind: z.enum(['fixed', 'dynamic']),
  dimension: z.object({ key: z.string(), title: text, single: z.boolean() }).nullable(),
  colour,
  ownerId: id.nullable(),
  lapsesAfter: z.string().nullable(),
  /** null where the caller may see a part of the brand and the size of that part is not kept. */
  size: z.int().nullable(),
  /** Everybody is being judged by its condition; the size is still growing. */
  isFilling: z.boolean(),
  createdAt: when,
  updatedAt: when,
})
type Summary = z.output<typeof summary>

type Row = TagTables['tags'] & { dimension_title: Summary['title'] | null; single: boolean | null }

const rowsOf = async (ctx: Asking, tag: string | null): Promise<Row[]> => {
  const { rows } = await sql<Row>`select t.*, d.title as dimension_title, d.single
    from tags t left join tag_dimensions d on d.key = t.dimension
    where t.state = 'live' and (${tag}::text is null or t.key = ${tag})`.execute(ctx.db)
  return rows
}

/** With sizes: kept numbers for who sees everybody, else counted where that is cheap. */
async function summaries(ctx: Asking, rows: readonly Row[]): Promise<Summary[]> {
  const isAll = ctx.actor.scope.kind === 'all'
  const kept = await keptOf(
    ctx.db,
    'tag',
    rows.filter((r) => r.kind === 'dynamic').map((r) => r.key),
  )
  const mine = isAll ? new Map<string, number>() : await sizesInScope(ctx, rows)
  return rows.map((r) => {
    const size = r.kind === 'dynamic' ? (kept.get(r.key)?.size ?? 0) : r.size
    return {
      key: r.key,
      title: r.title,
      description: r.description,
      kind: r.kind,
      dimension:
        r.dimension !== null && r.dimension_title
          ? { key: r.dimension, title: r.dimension_title, single: r.single === true }
          : null,
      colour: r.colour,
      ownerId: r.owner_id,
      lapsesAfter: r.lapses_after,
      size: isAll ? size : (mine.get(r.key) ?? null),
      isFilling: kept.get(r.key)?.isFilling ?? false,
      createdAt: r.created_at.toISOString(),
      updatedAt: r.updated_at.toISOString(),
    }
  })
}

async function sizesInScope(ctx: Asking, rows: readonly Row[]): Promise<Map<string, number>> {
  const keys = rows.filter((r) => r.kind === 'fixed').map((r) => r.key)
  const { rows: found } = await sql<{ key: string; n: number }>`select k.key, (select count(*)::int
      from tag_applications a where a.tag_key = k.key and ${ctx.inScope(sql.ref('a.member_id'))}) as n
    from unnest(${keys}::text[]) as k (key)`.execute(ctx.db)
  return new Map(found.map((r) => [r.key, r.n]))
}

const SORTS = ['dimension', 'title', 'size', 'updatedAt'] as const
const collator = new Intl.Collator('zh-CN-u-co-pinyin', { numeric: true })

/** All tags of a brand fit in memory (at most 2,000), and names are sorted as people do, which PostgreSQL cannot. */
export const list = query('tag.list', {
  title: { en: 'Tags', zh: '标签列表' },
  input: z.object({
    ...pageInput,
    search: z.string().max(100).optional(),
    /** A key, or `none` for tags without one. */
    dimension: dimensionKey.optional(),
    kind: z.enum(['fixed', 'dynamic']).optional(),
    sort: z.enum(SORTS).default('dimension'),
    direction: z.enum(['asc', 'desc']).default('asc'),
    /** Counts what uses each tag, too. */
    uses: z.coerce.boolean().default(false),
  }),
  output: pageOf(summary.extend({ uses: z.int().nullable() })),
  offeredTo: ['operator'],
  needs: 'tag.read',
  on: 'brand',
  async run(ctx, input) {
    const place = Number(decodeCursor(input.cursor, 1)?.[0] ?? 0)
    const words = (input.search ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    const rows = (await rowsOf(ctx, null)).filter((r) => {
      const said = [r.key, r.title.en, r.title.zh, r.description?.en, r.description?.zh].join(' ').toLowerCase()
      return (
        words.every((w) => said.includes(w)) &&
        (input.kind === undefined || r.kind === input.kind) &&
        (input.dimension === undefined || (r.dimension ?? 'none') === input.dimension)
      )
    })
    const all = (await summaries(ctx, rows)).sort(orderOf(input.sort, input.direction, ctx.locale))
    const shown = all.slice(place, place + input.limit)
    const uses = await Promise.all(shown.map(async (s) => (input.uses ? (await usesOf(ctx, s.key)).length : null)))
    const page = cutPage(
      [...shown, ...all.slice(place + input.limit, place + input.limit + 1)],
      input.limit,
      () => [place + input.limit],
      (s) => s,
    )
    return { ...page, items: page.items.map((s, i) => ({ ...s, uses: uses[i] ?? null })) }
  },
})

function orderOf(sort: (typeof SORTS)[number], direction: 'asc' | 'desc', locale: 'en' | 'zh') {
  const sign = direction === 'asc' ? 1 : -1
  const byTitle = (a: Summary, b: Summary) => collator.compare(a.title[locale], b.title[locale])
  const compare: Record<typeof sort, (a: Summary, b: Summary) => number> = {
    dimension: (a, b) => collator.compare(a.dimension?.title[locale] ?? '￿', b.dimension?.title[locale] ?? '￿'),
    title: byTitle,
    size: (a, b) => (a.size ?? -1) - (b.size ?? -1),
    updatedAt: (a, b) => a.updatedAt.localeCompare(b.updatedAt),
  }
  return (a: Summary, b: Summary) => sign * compare[sort](a, b) || byTitle(a, b) || a.key.localeCompare(b.key)
}

const counted = z.record(z.string(), z.int())

export const get = query('tag.get', {
  title: { en: 'A tag', zh: '标签详情' },
  input: z.object({ key }),
  output: summary.extend({
    condition: z.record(z.string(), z.unknown()).nullable(),
    /** What the segment engine keeps a dynamic tag under: for its history and for why a member has it. */
    segmentId: id.nullable(),
    /** Of a fixed tag, in the caller's scope: how many applications by each source, and by how they were verified. */
    sources: counted,
    verifications: counted,
    /** Said by more than one source. */
    crossChecked: z.int(),
  }),
  offeredTo: ['operator'],
  needs: 'tag.read',
  on: 'brand',
  async run(ctx, input) {
    const rows = await rowsOf(ctx, input.key)
    const [row] = rows
    const [shown] = await summaries(ctx, rows)
    if (!row || !shown) return ctx.fail('object.unknown')
    const kept = await keptOf(ctx.db, 'tag', [input.key])
    const { rows: groups } = await sql<{ source: string; verification: string; n: number; several: number }>`
      select a.source, a.verification, count(*)::int as n, (count(*) filter (where cardinality(a.sources) > 1))::int as several
      from tag_applications a where a.tag_key = ${input.key} and ${ctx.inScope(sql.ref('a.member_id'))}
      group by 1, 2`.execute(ctx.db)
    const sum = (of: 'source' | 'verification') => {
      const byWord = Map.groupBy(groups, (g) => g[of])
      return Object.fromEntries([...byWord].map(([word, list]) => [word, list.reduce((n, g) => n + g.n, 0)]))
    }
    return {
      ...shown,
      condition: row.condition && { ...row.condition },
      segmentId: kept.get(input.key)?.segmentId ?? null,
      sources: sum('source'),
      verifications: sum('verification'),
      crossChecked: groups.reduce((n, g) => n + g.several, 0),
    }
  },
})

export const members = query('tag.members', {
  title: { en: 'Who has a tag', zh: '打标成员' },
  input: z.object({
    key,
    ...pageInput,
    source: source.optional(),
    verification: verification.optional(),
  }),
  output: pageOf(application.extend({ memberId: id, externalId: z.string().nullable(), name: z.string().nullable() })),
  offeredTo: ['operator'],
  needs: 'tag.read',
  on: 'brand',
  personal: true,
  async run(ctx, input) {
    const [tag] = await rowsOf(ctx, input.key)
    if (!tag) return ctx.fail('object.unknown')
    if (tag.kind === 'dynamic') return membersByCondition(ctx, input)
    const after = decodeTimeCursor(input.cursor)
    let rows = ctx.db
      .selectFrom('tag_applications as a')
      .selectAll()
      .where('a.tag_key', '=', input.key)
      .where(ctx.inScope(sql.ref('a.member_id')))
    if (input.source) rows = rows.where(sql<boolean>`${input.source} = any(a.sources)`)
    if (input.verification) rows = rows.where('a.verification', '=', input.verification)
    if (after)
      rows = rows.where(sql<boolean>`(a.applied_at, a.member_id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
    const found = await rows
      .orderBy('a.applied_at', 'desc')
      .orderBy('a.member_id', 'desc')
      .limit(input.limit + 1)
      .execute()
    const people = await shownProfiles(
      ctx,
      found.map((r) => r.member_id),
    )
    return cutPage(
      found,
      input.limit,
      (r) => [r.applied_at.toISOString(), r.member_id],
      (r) => ({
        ...shownApplication(r),
        memberId: r.member_id,
        externalId: people.get(r.member_id)?.externalId ?? null,
        name: people.get(r.member_id)?.name ?? null,
      }),
    )
  },
})

/** Nobody said it and nobody verified it: where that is asked for, nobody is shown. */
async function membersByCondition(
  ctx: Asking,
  input: { key: string; limit: number; cursor?: string | undefined; source?: unknown; verification?: unknown },
) {
  const segmentId = (await keptOf(ctx.db, 'tag', [input.key])).get(input.key)?.segmentId
  if (segmentId === undefined || input.source || (input.verification && input.verification !== 'unverified'))
    return { items: [], nextCursor: null }
  const { limit, cursor } = input
  const page = (await segmentMembers.run(ctx as never, { id: segmentId, limit, cursor } as never)) as z.output<
    typeof segmentMembers.output
  >
  return {
    items: page.items.map(({ enteredAt, ...member }) => ({ ...byCondition(enteredAt), ...member })),
    nextCursor: page.nextCursor,
  }
}
