// Tags as things: made, changed, deleted, and merged into one another.
import { sql } from 'kysely'
import { z } from 'zod'
import { type Condition, condition, contactHidden, drop, keep, linksOf, refersTo, textOf } from '#data/segment'
import type { Context } from '#kernel/context'
import { Problem } from '#kernel/problem'
import { begin } from './bulk-job.ts'
import {
  action,
  colour,
  created,
  deleted,
  descriptionInput,
  dimensionKey,
  inUse,
  keptByCondition,
  key,
  lapsesAfter,
  merged,
  overlapping,
  ownerId,
  titleInput,
  updated,
} from './declare.ts'
import { overlaps } from './dimension.ts'
import { startClock } from './history.ts'
import type { TagTables } from './tables.ts'
import { keyOfTitle, textOfTitle } from './title.ts'
import { usesOf } from './usage.ts'

/** Dynamic ones are kept by the segment engine, which takes a thousand; a list of more than this helps nobody. */
const MOST_TAGS = 2000

type Keeping = Pick<Context<TagTables>, 'db' | 'now' | 'brand' | 'warehouse' | 'enqueue' | 'today' | 'may'>
type Row = Omit<TagTables['tags'], 'size' | 'state'>

const wrong = (path: string, en: string, zh: string) =>
  new Problem('input.invalid', 400, { errors: [{ path, message: { en, zh } }] })

/** Refuses a condition that leads back to the tag itself, whether it is kept already or not. */
async function refuseCircle(ctx: Keeping, tag: string, definition: Condition) {
  const links = await linksOf(ctx, [definition])
  if (refersTo([definition, ...links.segments.values(), ...links.tags.values()], { kind: 'tag', id: tag }))
    throw wrong('condition', 'a tag cannot stand in its own condition', '标签不能出现在自身的条件中')
}

/** Writes a new tag and begins to keep it; false where one with this key exists. Throws where it cannot be kept. */
export async function make(ctx: Keeping, tag: Row): Promise<boolean> {
  const { rows } = await sql`insert into tags
      (key, kind, dimension, title, description, colour, owner_id, lapses_after, condition, created_at, updated_at)
    values (${tag.key}, ${tag.kind}, ${tag.dimension}, ${JSON.stringify(tag.title)}::jsonb,
      ${tag.description && JSON.stringify(tag.description)}::jsonb, ${tag.colour}, ${tag.owner_id}, ${tag.lapses_after},
      ${tag.condition && JSON.stringify(tag.condition)}::jsonb, ${tag.created_at}, ${tag.updated_at})
    on conflict do nothing returning 1`.execute(ctx.db)
  if (rows.length === 0) return false
  await startClock(ctx)
  if (tag.condition)
    await keep(ctx, { origin: 'tag', ref: tag.key, name: tag.title[ctx.brand.locale], definition: tag.condition })
  return true
}

async function refuseUnknownDimension(ctx: Keeping, dimension: string | null | undefined) {
  if (!dimension) return
  const { rows } = await sql`select 1 from tag_dimensions where key = ${dimension} for key share`.execute(ctx.db)
  if (rows.length === 0) throw wrong('dimension', 'there is no such dimension', '该维度不存在')
}

const aboutTag = {
  dimension: dimensionKey.nullable().optional(),
  description: descriptionInput.nullable().optional(),
  colour: colour.optional(),
  ownerId: ownerId.nullable().optional(),
  lapsesAfter: lapsesAfter.nullable().optional(),
  /** Makes the tag a dynamic one. */
  condition: condition.optional(),
}
const lapsing = {
  'tag.lapse_dynamic': {
    status: 400,
    title: {
      en: 'A dynamic tag ends with its condition and has no duration of its own',
      zh: '动态标签随条件自动失效，无需设置有效期',
    },
  },
} as const

export const create = action('tag.create', {
  title: { en: 'Create a tag', zh: '创建标签' },
  input: z.object({ key: key.optional(), title: titleInput, ...aboutTag }),
  output: z.object({ key }),
  offeredTo: ['operator'],
  needs: 'tag.manage',
  on: 'brand',
  emits: [created],
  fails: {
    ...contactHidden,
    ...lapsing,
    'tag.key_taken': { status: 409, title: { en: 'A tag with this key exists', zh: '已存在相同标识的标签' } },
    'tag.too_many': { status: 409, title: { en: 'There are too many tags', zh: '标签数量已达上限' } },
  },
  async run(ctx, input) {
    const title = textOfTitle(input.title)
    const tag = key.safeParse(input.key ?? keyOfTitle(title))
    if (!tag.success) throw wrong('key', 'a key is needed', '请填写标签标识')
    if (input.condition && input.lapsesAfter) ctx.fail('tag.lapse_dynamic')
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from tags`.execute(ctx.db)
    if ((rows[0]?.n ?? 0) >= MOST_TAGS) ctx.fail('tag.too_many')
    await refuseUnknownDimension(ctx, input.dimension)
    if (input.condition) await refuseCircle(ctx, tag.data, input.condition)
    const made = await make(ctx, {
      key: tag.data,
      kind: input.condition ? 'dynamic' : 'fixed',
      dimension: input.dimension ?? null,
      title,
      description: input.description ? textOfTitle(input.description) : null,
      colour: input.colour ?? 'grey',
      owner_id: input.ownerId === undefined ? (ctx.actor.operatorId ?? null) : input.ownerId,
      lapses_after: input.lapsesAfter ?? null,
      condition: input.condition ?? null,
      created_at: ctx.now,
      updated_at: ctx.now,
    })
    if (!made) ctx.fail('tag.key_taken')
    ctx.emit(created, { tag: tag.data, name: title[ctx.brand.locale] })
    ctx.note({ ...input, key: tag.data })
    return { key: tag.data }
  },
})

export const update = action('tag.update', {
  title: { en: 'Change a tag', zh: '修改标签' },
  input: z.object({ key, title: titleInput.optional(), ...aboutTag }),
  output: z.object({ key }),
  offeredTo: ['operator'],
  needs: 'tag.manage',
  on: 'brand',
  emits: [updated],
  fails: {
    ...contactHidden,
    ...lapsing,
    ...overlapping,
    'tag.fixed': {
      status: 409,
      title: { en: 'A fixed tag takes no condition; create a dynamic one', zh: '固定标签不能设置条件，请新建动态标签' },
    },
  },
  async run(ctx, input) {
    const { rows } = await sql<TagTables['tags']>`select * from tags
      where key = ${input.key} and state = 'live' for update`.execute(ctx.db)
    const before = rows[0]
    if (!before) return ctx.fail('object.unknown')
    if (input.condition && before.kind === 'fixed') ctx.fail('tag.fixed')
    if (input.lapsesAfter && before.kind === 'dynamic') ctx.fail('tag.lapse_dynamic')
    await refuseUnknownDimension(ctx, input.dimension)
    const after = {
      title: input.title === undefined ? before.title : textOfTitle(input.title),
      description:
        input.description === undefined ? before.description : input.description && textOfTitle(input.description),
      dimension: input.dimension === undefined ? before.dimension : input.dimension,
      colour: input.colour ?? before.colour,
      owner_id: input.ownerId === undefined ? before.owner_id : input.ownerId,
      lapses_after: input.lapsesAfter === undefined ? before.lapses_after : input.lapsesAfter,
      condition: input.condition ?? before.condition,
    }
    const changed = (Object.keys(after) as (keyof typeof after)[]).filter((k) => textOf(after[k]) !== textOf(before[k]))
    if (changed.length === 0) return { key: input.key }
    await sql`update tags set title = ${JSON.stringify(after.title)}::jsonb,
        description = ${after.description && JSON.stringify(after.description)}::jsonb, dimension = ${after.dimension},
        colour = ${after.colour}, owner_id = ${after.owner_id}, lapses_after = ${after.lapses_after},
        condition = ${after.condition && JSON.stringify(after.condition)}::jsonb, updated_at = ${ctx.now}
      where key = ${input.key}`.execute(ctx.db)
    if (changed.includes('dimension') && after.dimension) {
      const single = await sql`select 1 from tag_dimensions where key = ${after.dimension} and single`.execute(ctx.db)
      const n = single.rows.length > 0 ? await overlaps(ctx.db, after.dimension) : 0
      if (n > 0) ctx.fail('tag.dimension_overlap', { en: `${n} members`, zh: `${n} 名成员` })
    }
    if (after.condition && (changed.includes('condition') || changed.includes('title'))) {
      if (changed.includes('condition')) await refuseCircle(ctx, input.key, after.condition)
      const name = after.title[ctx.brand.locale]
      await keep(ctx, { origin: 'tag', ref: input.key, name, definition: after.condition })
    }
    ctx.emit(updated, { tag: input.key, name: after.title[ctx.brand.locale], changed })
    ctx.note({ key: input.key, before: pick(before, changed), after: pick(after, changed) })
    return { key: input.key }
  },
})

const pick = (of: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(names.map((n) => [n, of[n]]))

type Ending = Pick<Context<TagTables>, 'db' | 'contributors'>

/** Throws `tag.in_use` with what uses the tag; `but` is a use that goes with it. */
async function refuseUsed(ctx: Ending, tag: string) {
  const uses = await usesOf(ctx, tag)
  if (uses.length === 0) return
  const names = uses
    .map((u) => `${u.kind} ${u.name}`)
    .join(', ')
    .slice(0, 500)
  throw new Problem('tag.in_use', 409, { detail: { en: names, zh: names } })
}

/** From here on nobody sees the tag; who had it is worked through by a job. */
async function end(ctx: Ending & { now: Date }, tag: string) {
  const { rows } = await sql<TagTables['tags']>`update tags set state = 'ending', updated_at = ${ctx.now}
    where key = ${tag} and state = 'live' returning *`.execute(ctx.db)
  return rows[0]
}

export const remove = action('tag.delete', {
  title: { en: 'Delete a tag', zh: '删除标签' },
  input: z.object({ key }),
  output: z.object({ key, members: z.int() }),
  offeredTo: ['operator'],
  needs: 'tag.manage',
  on: 'brand',
  emits: [deleted],
  confirm: {
    en: 'It is taken off all its members and gone for good.',
    zh: '该标签将从所有成员身上移除并永久删除。',
  },
  fails: inUse,
  async run(ctx, input) {
    await refuseUsed(ctx, input.key)
    const gone = await end(ctx, input.key)
    if (!gone) return ctx.fail('object.unknown')
    if (gone.kind === 'dynamic') {
      await drop(ctx, 'tag', [input.key])
      await sql`delete from tags where key = ${input.key}`.execute(ctx.db)
    } else await begin(ctx, { kind: 'delete', tag: input.key, total: gone.size })
    ctx.emit(deleted, { tag: input.key, name: gone.title[ctx.brand.locale] })
    ctx.note({ key: input.key, title: gone.title, members: gone.size })
    return { key: input.key, members: gone.size }
  },
})

export const merge = action('tag.merge', {
  title: { en: 'Merge a tag into another', zh: '合并标签' },
  input: z.object({
    key,
    into: key.meta({ en: 'Into', zh: '合并到' }),
  }),
  output: z.object({ jobId: z.uuid(), members: z.int() }),
  offeredTo: ['operator'],
  needs: 'tag.manage',
  on: 'brand',
  emits: [merged],
  confirm: {
    en: 'All its members get the other tag, and this one is gone for good.',
    zh: '该标签下的成员将全部改为目标标签，原标签永久删除。',
  },
  fails: {
    ...inUse,
    ...keptByCondition,
    'tag.same': { status: 400, title: { en: 'Both are the same tag', zh: '不能与自身合并' } },
  },
  async run(ctx, { key: from, into }) {
    if (from === into) ctx.fail('tag.same')
    const target = await sql<{ kind: string }>`select kind from tags where key = ${into} and state = 'live'`.execute(
      ctx.db,
    )
    const kind = target.rows[0]?.kind ?? ctx.fail('object.unknown')
    await refuseUsed(ctx, from)
    const gone = await end(ctx, from)
    if (!gone) return ctx.fail('object.unknown')
    if (kind === 'dynamic' || gone.kind === 'dynamic') ctx.fail('tag.dynamic')
    const jobId = await begin(ctx, { kind: 'merge', tag: from, into, total: gone.size })
    ctx.emit(merged, { tag: from, name: gone.title[ctx.brand.locale], into })
    ctx.note({ from, into, members: gone.size })
    return { jobId, members: gone.size }
  },
})
