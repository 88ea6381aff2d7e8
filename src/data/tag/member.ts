// Tags of one member: put on, taken off, verified, listed. The first two are steps of journeys, too.
import { sql } from 'kysely'
import { z } from 'zod'
import { keptOfMembers } from '#data/segment'
import type { Actor } from '#kernel/context'
import { Problem } from '#kernel/problem'
import {
  action,
  applied,
  colour,
  keptByCondition,
  key,
  query,
  removed,
  source,
  text,
  verification,
  when,
} from './declare.ts'
import type { Source } from './tables.ts'
import { dueAt, lockTags, type Tags, remove as take, apply as write } from './write.ts'

/** In whose name it is said. */
export const sourceOf = ({ caller, id }: Pick<Actor, 'caller' | 'id'>): Source =>
  caller === 'machine' ? 'journey' : id.startsWith('key:') ? 'api' : 'operator'

/** Applications of fixed tags only; throws `object.unknown` or `tag.dynamic`. */
function refuseUnfit(tags: Tags, keys: readonly string[]) {
  for (const k of keys) {
    const tag = tags.get(k)
    if (!tag) throw new Problem('object.unknown', 404)
    if (tag.kind === 'dynamic') throw new Problem('tag.dynamic', 409)
  }
}

const applyInput = z.object({
  key,
  /** null: until it is removed; left out: by the tag's own rule. */
  expiresAt: z.iso.datetime({ offset: true }).nullable().optional().meta({ en: 'Expires at', zh: '到期时间' }),
})

/** What an application becomes: by its own end, else by the tag's rule. */
function wantedOf(
  tags: Tags,
  call: { memberId: string; cause: string; at: Date; input: z.output<typeof applyInput> },
  by: { source: Source; actor: string; zone: string },
) {
  const { memberId, cause, at, input } = call
  const rule = tags.get(input.key)?.lapses_after ?? null
  const end = input.expiresAt === undefined ? dueAt(rule, at, by.zone) : input.expiresAt && new Date(input.expiresAt)
  return { key: input.key, memberId, cause, at, source: by.source, actor: by.actor, dueAt: end || null }
}

export const apply = action('tag.apply', {
  title: { en: 'Tag a member', zh: '打标签' },
  input: applyInput,
  output: z.object({ key, applied: z.boolean(), expiresAt: when.nullable() }),
  offeredTo: ['operator', 'journey'],
  needs: 'tag.apply',
  on: 'member',
  emits: [applied, removed],
  fails: {
    ...keptByCondition,
    'tag.expiry_past': { status: 400, title: { en: 'The end lies in the past', zh: '到期时间不能早于当前时间' } },
  },
  async run(ctx, input) {
    const tags = await lockTags(ctx.db, [input.key])
    refuseUnfit(tags, [input.key])
    const { memberId, cause, now: at } = ctx
    const by = { source: sourceOf(ctx.actor), actor: ctx.actor.id, zone: ctx.brand.zone }
    const wanted = wantedOf(tags, { memberId, cause, at, input }, by)
    if (wanted.dueAt && wanted.dueAt <= at) ctx.fail('tag.expiry_past')
    const done = await write(ctx.db, tags, [wanted])
    const { locale } = ctx.brand
    for (const c of done.replaced) ctx.emit(removed, { tag: c.key, name: c.title[locale], reason: 'replaced' })
    for (const c of done.applied) ctx.emit(applied, { tag: c.key, name: c.title[locale], source: c.source })
    return { key: input.key, applied: done.applied.length > 0, expiresAt: wanted.dueAt?.toISOString() ?? null }
  },
  async runMany(ctx, calls) {
    const keys = [...new Set(calls.map((c) => c.input.key))]
    const tags = await lockTags(ctx.db, keys)
    refuseUnfit(tags, keys)
    const by = { source: 'journey' as const, actor: 'machine:journey', zone: ctx.brand.zone }
    const wanted = calls.map((c) => wantedOf(tags, c, by))
    const late = wanted.some((w) => w.dueAt && w.dueAt <= w.at)
    // Told apart call by call.
    if (late) throw new Problem('tag.expiry_past', 400)
    const done = await write(ctx.db, tags, wanted)
    const { locale } = ctx.brand
    const callOf = new Map(calls.map((c) => [c.memberId, c]))
    for (const c of done.replaced) {
      const call = callOf.get(c.memberId)
      if (call) ctx.emit(removed, { tag: c.key, name: c.title[locale], reason: 'replaced' }, call)
    }
    for (const c of done.applied) ctx.emit(applied, { tag: c.key, name: c.title[locale], source: c.source }, c)
    const fresh = new Set(done.applied.map((c) => `${c.key}/${c.memberId}`))
    return wanted.map((w) => ({
      key: w.key,
      applied: fresh.delete(`${w.key}/${w.memberId}`),
      expiresAt: w.dueAt?.toISOString() ?? null,
    }))
  },
})

export const remove = action('tag.remove', {
  title: { en: 'Take a tag off a member', zh: '移除标签' },
  input: z.object({ key }),
  output: z.object({ key, removed: z.boolean() }),
  offeredTo: ['operator', 'journey'],
  needs: 'tag.apply',
  on: 'member',
  emits: [removed],
  fails: keptByCondition,
  async run(ctx, input) {
    const tags = await lockTags(ctx.db, [input.key])
    refuseUnfit(tags, [input.key])
    const gone = await take(ctx.db, tags, [{ key: input.key, memberId: ctx.memberId }])
    for (const c of gone) ctx.emit(removed, { tag: c.key, name: c.title[ctx.brand.locale], reason: 'removed' })
    return { key: input.key, removed: gone.length > 0 }
  },
  async runMany(ctx, calls) {
    const keys = [...new Set(calls.map((c) => c.input.key))]
    const tags = await lockTags(ctx.db, keys)
    refuseUnfit(tags, keys)
    const gone = await take(
      ctx.db,
      tags,
      calls.map((c) => ({ key: c.input.key, memberId: c.memberId })),
    )
    const callOf = new Map(calls.map((c) => [`${c.input.key}/${c.memberId}`, c]))
    for (const c of gone) {
      const call = callOf.get(`${c.key}/${c.memberId}`)
      if (call) ctx.emit(removed, { tag: c.key, name: c.title[ctx.brand.locale], reason: 'removed' }, call)
    }
    const left = new Set(gone.map((c) => `${c.key}/${c.memberId}`))
    return calls.map((c) => ({ key: c.input.key, removed: left.delete(`${c.input.key}/${c.memberId}`) }))
  },
})

export const verify = action('tag.verify', {
  title: { en: 'Verify a tag of a member', zh: '核验成员标签' },
  input: z.object({ key, verification }),
  output: z.object({ key, verification }),
  offeredTo: ['operator'],
  needs: 'tag.apply',
  on: 'member',
  fails: keptByCondition,
  async run(ctx, input) {
    refuseUnfit(await lockTags(ctx.db, [input.key]), [input.key])
    const isSaid = input.verification !== 'unverified'
    const { rows } = await sql`update tag_applications set verification = ${input.verification},
        verified_by = ${isSaid ? ctx.actor.id : null}, verified_at = ${isSaid ? ctx.now : null}
      where tag_key = ${input.key} and member_id = ${ctx.memberId} returning 1`.execute(ctx.db)
    if (rows.length === 0) ctx.fail('object.unknown')
    ctx.note(input)
    return input
  },
})

/** What is known of one application; dynamic tags are applied by their condition and need no verification. */
export const application = z.object({
  since: when,
  expiresAt: when.nullable(),
  source: source.nullable(),
  sources: z.array(source),
  appliedBy: z.string().nullable(),
  verification,
  verifiedAt: when.nullable(),
  verifiedBy: z.string().nullable(),
})

interface Row {
  source: Source
  sources: Source[]
  actor: string
  applied_at: Date
  due_at: Date | null
  verification: z.output<typeof verification>
  verified_by: string | null
  verified_at: Date | null
}
export const shownApplication = (r: Row): z.input<typeof application> => ({
  since: r.applied_at.toISOString(),
  expiresAt: r.due_at?.toISOString() ?? null,
  source: r.source,
  sources: r.sources,
  appliedBy: r.actor,
  verification: r.verification,
  verifiedAt: r.verified_at?.toISOString() ?? null,
  verifiedBy: r.verified_by,
})
export const byCondition = (since: Date | string): z.input<typeof application> => ({
  since: typeof since === 'string' ? since : since.toISOString(),
  expiresAt: null,
  source: null,
  sources: [],
  appliedBy: null,
  verification: 'unverified',
  verifiedAt: null,
  verifiedBy: null,
})

/** More tags than anybody reads of one member. */
const MOST_SHOWN = 500

export const ofMember = query('tag.of_member', {
  title: { en: "A member's tags", zh: '成员标签' },
  input: z.object({}),
  output: z.object({
    items: z.array(
      application.extend({
        key,
        title: text,
        kind: z.enum(['fixed', 'dynamic']),
        colour,
        dimension: z.object({ key: z.string(), title: text }).nullable(),
      }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'tag.read',
  on: 'member',
  personal: true,
  async run(ctx) {
    const kept = (await keptOfMembers(ctx.db, 'tag', [ctx.memberId])).get(ctx.memberId) ?? []
    const enteredAt = new Map(kept.map((k) => [k.ref, k.enteredAt]))
    const { rows } = await sql<
      Partial<Row> & {
        key: string
        title: z.output<typeof text>
        kind: 'fixed' | 'dynamic'
        colour: z.output<typeof colour>
        dimension: string | null
        dimension_title: z.output<typeof text> | null
      }
    >`select t.key, t.title, t.kind, t.colour, d.key as dimension, d.title as dimension_title, a.*
      from tags t left join tag_dimensions d on d.key = t.dimension
      left join tag_applications a on a.tag_key = t.key and a.member_id = ${ctx.memberId}
      where t.state = 'live' and (a.tag_key is not null or t.key = any(${[...enteredAt.keys()]}::text[]))
      order by d.created_at nulls last, t.created_at, t.key limit ${MOST_SHOWN}`.execute(ctx.db)
    return {
      items: rows.map((r) => ({
        key: r.key,
        title: r.title,
        kind: r.kind,
        colour: r.colour,
        dimension: r.dimension !== null && r.dimension_title ? { key: r.dimension, title: r.dimension_title } : null,
        ...(r.applied_at ? shownApplication(r as Row) : byCondition(enteredAt.get(r.key) ?? ctx.now)),
      })),
    }
  },
})
