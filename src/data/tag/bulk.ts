// Tags for many members at once: what it would do in numbers, then at once for a few and as a job for many.
import { sql } from 'kysely'
import { z } from 'zod'
import { contactHidden } from '#data/segment'
import type { Context } from '#kernel/context'
import { type Audience, audienceOf, countOf, tooMany, whoInput } from './audience.ts'
import { begin } from './bulk-job.ts'
import { action, applied, id, keptByCondition, key, query, removed } from './declare.ts'
import { sourceOf } from './member.ts'
import type { TagTables } from './tables.ts'
import { apply, dueAt, lockTags, remove } from './write.ts'

/** So many are done within the request; more are a job. */
const AT_ONCE = 500

type Asking = Context<TagTables, never>

/** The tag, where it is a fixed one. */
async function fixedTag(ctx: Pick<Asking, 'db' | 'fail'> & { fail(code: 'tag.dynamic'): never }, tag: string) {
  const { rows } = await sql<{ kind: string; single: string | null }>`select t.kind,
      case when d.single then d.key end as single
    from tags t left join tag_dimensions d on d.key = t.dimension where t.key = ${tag} and t.state = 'live'`.execute(
    ctx.db,
  )
  const [found] = rows
  if (!found) return ctx.fail('object.unknown')
  if (found.kind === 'dynamic') ctx.fail('tag.dynamic')
  return found
}

const many = {
  input: z.object({
    key,
    ...whoInput,
    /** `import` where the ids come from a file of another system. */
    source: z.enum(['operator', 'import']).optional().meta({ en: 'Source', zh: '来源' }),
  }),
  offeredTo: ['operator'],
  on: 'brand',
} as const
const fails = { ...keptByCondition, ...contactHidden, ...tooMany }

export const previewMany = query('tag.preview_many', {
  title: { en: 'Preview a bulk change of tags', zh: '预览批量打标' },
  ...many,
  input: many.input.extend({ change: z.enum(['apply', 'remove']).default('apply') }),
  output: z.object({
    matched: z.int(),
    /** Ids that nobody goes by, or nobody the caller may see. */
    unknown: z.int(),
    /** Those for whom something changes. */
    changes: z.int(),
    /** Those who lose another tag of the dimension, of which a member has only one. */
    replaces: z.int(),
    isJob: z.boolean(),
  }),
  needs: 'tag.apply',
  personal: true,
  fails,
  async run(ctx, input) {
    const { single } = await fixedTag(ctx, input.key)
    const audience = await audienceOf(ctx as Asking, input)
    const others = input.change === 'apply' && single ? await othersOf(ctx as Asking, single, input.key) : []
    const { matched, have, replaces } = await measure(ctx as Asking, audience, input.key, others)
    return {
      matched,
      unknown: 'ids' in audience ? audience.unknown : 0,
      changes: input.change === 'apply' ? matched - have : have,
      replaces,
      isJob: !('ids' in audience) || audience.ids.length > AT_ONCE,
    }
  },
})

async function othersOf({ db }: Asking, dimension: string, tag: string): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`select key from tags
    where dimension = ${dimension} and key <> ${tag} and kind = 'fixed' and state = 'live'`.execute(db)
  return rows.map((r) => r.key)
}

async function measure(ctx: Asking, audience: Audience, tag: string, others: readonly string[]) {
  if ('condition' in audience) {
    const { condition, total } = audience
    const have = await countOf(ctx, { all: [condition, { tag }] })
    const replaces =
      others.length === 0 ? 0 : await countOf(ctx, { all: [condition, { any: others.map((o) => ({ tag: o })) }] })
    return { matched: total, have, replaces }
  }
  const { rows } = await sql<{ have: number; replaces: number }>`select
      count(distinct a.member_id) filter (where a.tag_key = ${tag})::int as have,
      count(distinct a.member_id) filter (where a.tag_key = any(${[...others]}::text[]))::int as replaces
    from tag_applications a join unnest(${audience.ids}::uuid[]) as v (id) on v.id = a.member_id
    where a.tag_key = ${tag} or a.tag_key = any(${[...others]}::text[])`.execute(ctx.db)
  return { matched: audience.ids.length, have: rows[0]?.have ?? 0, replaces: rows[0]?.replaces ?? 0 }
}

/** `jobId` where it goes on in the background; `changed` where it is done. */
const outcome = z.object({ jobId: id.nullable(), matched: z.int(), unknown: z.int(), changed: z.int().nullable() })

export const applyMany = action('tag.apply_many', {
  title: { en: 'Tag many members', zh: '批量打标签' },
  ...many,
  output: outcome,
  needs: 'tag.apply',
  withinScope: true,
  emits: [applied, removed],
  fails,
  async run(ctx, input) {
    await fixedTag(ctx, input.key)
    const audience = await audienceOf(ctx as unknown as Asking, input)
    const source = input.source ?? sourceOf(ctx.actor)
    if ('condition' in audience || audience.ids.length > AT_ONCE) {
      const total = 'condition' in audience ? audience.total : audience.ids.length
      const jobId = await begin(ctx, { kind: 'apply', tag: input.key, audience, total, source })
      ctx.note({ key: input.key, jobId, matched: total })
      return { jobId, matched: total, unknown: 'ids' in audience ? audience.unknown : 0, changed: null }
    }
    const tags = await lockTags(ctx.db, [input.key])
    const { cause, now: at } = ctx
    const by = { source, actor: ctx.actor.id, cause, at }
    const due = dueAt(tags.get(input.key)?.lapses_after ?? null, at, ctx.brand.zone)
    const wanted = audience.ids.map((memberId) => ({ key: input.key, memberId, dueAt: due, ...by }))
    const done = await apply(ctx.db, tags, wanted)
    const { locale } = ctx.brand
    for (const { key: tag, title, memberId } of done.replaced)
      ctx.emit(removed, { tag, name: title[locale], reason: 'replaced' }, { memberId })
    for (const { key: tag, title, memberId } of done.applied)
      ctx.emit(applied, { tag, name: title[locale], source }, { memberId })
    ctx.note({ key: input.key, matched: audience.ids.length, changed: done.applied.length })
    return { jobId: null, matched: audience.ids.length, unknown: audience.unknown, changed: done.applied.length }
  },
})

export const removeMany = action('tag.remove_many', {
  title: { en: 'Take a tag off many members', zh: '批量移除标签' },
  ...many,
  output: outcome,
  needs: 'tag.apply',
  withinScope: true,
  emits: [removed],
  fails,
  async run(ctx, input) {
    await fixedTag(ctx, input.key)
    const audience = await audienceOf(ctx as unknown as Asking, input)
    if ('condition' in audience || audience.ids.length > AT_ONCE) {
      const total = 'condition' in audience ? audience.total : audience.ids.length
      const jobId = await begin(ctx, { kind: 'remove', tag: input.key, audience, total })
      ctx.note({ key: input.key, jobId, matched: total })
      return { jobId, matched: total, unknown: 'ids' in audience ? audience.unknown : 0, changed: null }
    }
    const tags = await lockTags(ctx.db, [input.key])
    const gone = await remove(
      ctx.db,
      tags,
      audience.ids.map((memberId) => ({ key: input.key, memberId })),
    )
    for (const { key: tag, title, memberId } of gone)
      ctx.emit(removed, { tag, name: title[ctx.brand.locale], reason: 'removed' }, { memberId })
    ctx.note({ key: input.key, matched: audience.ids.length, changed: gone.length })
    return { jobId: null, matched: audience.ids.length, unknown: audience.unknown, changed: gone.length }
  },
})
