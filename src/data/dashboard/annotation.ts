// Annotations: a campaign, an incident, a note at an instant, drawn on charts over time. One about a community is seen
// by those in charge of it.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { Scope } from '#kernel/context'
import { newId } from '#kernel/ids'
import { cutPage, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { action, id, like, query, search, when } from './declare.ts'
import type { Db } from './tables.ts'

const MOST_ANNOTATIONS = 20_000
const KINDS = ['campaign', 'incident', 'note'] as const

const at = z.iso.datetime({ offset: true }).meta({ en: 'When', zh: '时间' })
const text = z.string().trim().min(1).max(200).meta({ en: 'Text', zh: '内容' })
const kind = z.enum(KINDS).meta({ en: 'Kind', zh: '类型' })
const about = id.nullable().meta({ en: 'Community', zh: '社群' })

const inScope = (scope: Scope): RawBuilder<SqlBool> =>
  scope.kind === 'all'
    ? sql`true`
    : scope.kind === 'communities'
      ? sql`(community_id is null or community_id = any(${[...scope.ids]}::uuid[]))`
      : sql`community_id is null`

/** Who is in charge of a part tells of that part only. */
const mayTell = ({ kind: part, ...scope }: Scope, communityId: string | null): boolean =>
  part === 'all' || (communityId !== null && 'ids' in scope && scope.ids.includes(communityId))

export const createAnnotation = action('annotation.create', {
  title: { en: 'Add an annotation', zh: '添加事件标注' },
  input: z.object({ at, text, kind: kind.default('note'), communityId: about.default(null) }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  fails: {
    'annotation.too_many': { status: 409, title: { en: 'There are too many annotations', zh: '事件标注数量已达上限' } },
  },
  async run(ctx, input) {
    if (!mayTell(ctx.actor.scope, input.communityId)) ctx.fail('access.denied')
    const { n } = await ctx.db
      .selectFrom('annotations')
      .select(sql<number>`count(*)::int`.as('n'))
      .executeTakeFirstOrThrow()
    if (n >= MOST_ANNOTATIONS) ctx.fail('annotation.too_many')
    const row = { id: newId(), text: input.text, kind: input.kind, community_id: input.communityId }
    await ctx.db
      .insertInto('annotations')
      .values({ ...row, at: new Date(input.at), created_by: ctx.actor.id, created_at: ctx.now })
      .execute()
    ctx.note({ ...row, at: input.at })
    return { id: row.id }
  },
})

export const updateAnnotation = action('annotation.update', {
  title: { en: 'Change an annotation', zh: '修改事件标注' },
  input: z.object({
    id,
    at: at.optional(),
    text: text.optional(),
    kind: kind.optional(),
    communityId: about.optional(),
  }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  async run(ctx, { id: wanted, communityId, at: moved, ...change }) {
    const before = await ctx.db
      .selectFrom('annotations')
      .selectAll()
      .where('id', '=', wanted)
      .where(inScope(ctx.actor.scope))
      .forUpdate()
      .executeTakeFirst()
    if (!before) return ctx.fail('object.unknown')
    const now = communityId === undefined ? before.community_id : communityId
    if (!mayTell(ctx.actor.scope, before.community_id) || !mayTell(ctx.actor.scope, now)) ctx.fail('access.denied')
    const row = {
      at: moved ? new Date(moved) : before.at,
      text: change.text ?? before.text,
      kind: change.kind ?? before.kind,
      community_id: now,
    }
    await ctx.db.updateTable('annotations').set(row).where('id', '=', wanted).execute()
    ctx.note({
      id: wanted,
      before: { text: before.text, kind: before.kind },
      after: { text: row.text, kind: row.kind },
    })
    return { id: wanted }
  },
})

export const removeAnnotation = action('annotation.delete', {
  title: { en: 'Delete an annotation', zh: '删除事件标注' },
  input: z.object({ id }),
  output: z.object({ id }),
  offeredTo: ['operator'],
  needs: 'dashboard.manage',
  on: 'brand',
  withinScope: true,
  confirm: { en: 'It goes from every chart it is drawn on.', zh: '该标注将从所有图表中移除。' },
  async run(ctx, input) {
    const row = await ctx.db
      .selectFrom('annotations')
      .selectAll()
      .where('id', '=', input.id)
      .where(inScope(ctx.actor.scope))
      .forUpdate()
      .executeTakeFirst()
    if (!row) return ctx.fail('object.unknown')
    if (!mayTell(ctx.actor.scope, row.community_id)) ctx.fail('access.denied')
    await ctx.db.deleteFrom('annotations').where('id', '=', input.id).execute()
    ctx.note({ id: input.id, text: row.text })
    return { id: input.id }
  },
})

const shown = z.object({
  id,
  at: when,
  text: z.string(),
  kind,
  communityId: id.nullable(),
  createdBy: z.string(),
})

export const annotations = query('annotation.list', {
  title: { en: 'Annotations', zh: '事件标注列表' },
  input: z.object({
    ...pageInput,
    from: at.optional(),
    to: at.optional(),
    kind: kind.optional(),
    communityId: id.optional(),
    search: search.optional(),
    order: z.enum(['asc', 'desc']).default('desc'),
  }),
  output: pageOf(shown),
  offeredTo: ['operator'],
  needs: 'dashboard.read',
  on: 'brand',
  async run(ctx, input) {
    const after = decodeTimeCursor(input.cursor)
    const [direction, beyond] = input.order === 'asc' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`]
    const { rows } = await sql<Row>`select * from annotations where ${inScope(ctx.actor.scope)}
      and lower(text) like ${like(input.search ?? '')}
      and (${input.from === undefined} or at >= ${input.from ?? ctx.now}::timestamptz)
      and (${input.to === undefined} or at < ${input.to ?? ctx.now}::timestamptz)
      and (${input.kind === undefined} or kind = ${input.kind ?? ''})
      and (${input.communityId === undefined} or community_id = ${input.communityId ?? null}::uuid)
      and (${after === null} or (date_trunc('milliseconds', at), id) ${beyond} (${after?.[0] ?? ctx.now}::timestamptz, ${after?.[1] ?? null}::uuid))
      order by date_trunc('milliseconds', at) ${direction}, id ${direction} limit ${input.limit + 1}`.execute(ctx.db)
    return cutPage(rows, input.limit, (r) => [r.at.toISOString(), r.id], item)
  },
})

interface Row {
  id: string
  at: Date
  text: string
  kind: (typeof KINDS)[number]
  community_id: string | null
  created_by: string
}
const item = (r: Row) => ({
  id: r.id,
  at: r.at.toISOString(),
  text: r.text,
  kind: r.kind,
  communityId: r.community_id,
  createdBy: r.created_by,
})

/** As many as a chart can carry. */
const MOST_DRAWN = 100

/** What is to be drawn on a chart of these days for who sees this much. */
export async function drawnBetween(db: Db, scope: Scope, from: string, to: string) {
  const { rows } = await sql<Row>`select * from annotations where ${inScope(scope)}
    and at >= ${from}::timestamptz and at < ${to}::timestamptz order by at desc limit ${MOST_DRAWN}`.execute(db)
  return rows.map((r) => ({ at: r.at.toISOString(), text: r.text, kind: r.kind }))
}
