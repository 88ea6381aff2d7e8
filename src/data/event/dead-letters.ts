import { z } from 'zod'
import { reasonText } from '#data/ingest'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { Problem } from '#kernel/problem'
import { maskDeep } from '#people/member'
import { declared } from './declare.ts'

const KINDS = ['rejected', 'parked', 'loop', 'refused', 'job'] as const
const STATES = ['open', 'replayed', 'dropped'] as const

const letter = z.object({
  id: z.uuid(),
  kind: z.enum(KINDS),
  origin: z.string(),
  reason: z.string(),
  /** The reason in words and what to do, for rejected events. */
  explanation: z.object({ en: z.string(), zh: z.string() }).nullable(),
  item: z.unknown(),
  at: z.iso.datetime(),
  state: z.enum(STATES),
})

export const deadLetters = declared.query('event.dead_letters', {
  title: { en: 'Dead letters', zh: '死信' },
  input: z.object({
    ...pageInput,
    kind: z.enum(KINDS).optional(),
    state: z.enum(STATES).default('open'),
    origin: z.string().max(200).optional(),
    search: z.string().max(200).optional(),
  }),
  output: pageOf(letter),
  offeredTo: ['operator'],
  needs: 'event.read',
  on: 'brand',
  personal: true,
  async run(ctx, { limit, cursor, kind, state, origin, search }) {
    // A letter's item can hold anybody's data and names no member we could check; a narrowed scope sees none.
    if (ctx.actor.scope.kind !== 'all') return { items: [], nextCursor: null }
    const after = decodeCursor(cursor, 1)
    const seesContact = ctx.may('member.see_contact')
    let query = ctx.db.selectFrom('dead_letters').selectAll().where('state', '=', state)
    if (kind) query = query.where('kind', '=', kind)
    if (origin) query = query.where('origin', '=', origin)
    if (search)
      query = query.where((eb) =>
        eb.or([
          eb('reason', 'ilike', like(search)),
          // Who may not see a value must not find out by searching for its parts either.
          ...(seesContact ? [eb('item', 'ilike', like(search))] : []),
        ]),
      )
    if (after) query = query.where('id', '<', String(after[0]))
    const rows = await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    return cutPage(
      rows,
      limit,
      (r) => [r.id],
      ({ id, kind, origin, reason, item, at, state }) => ({
        id,
        kind,
        origin,
        // A parked event's reason is an error's message, which may quote a value.
        reason: seesContact ? reason : String(maskDeep(reason)),
        explanation: kind === 'rejected' ? reasonText(reason) : null,
        item: seesContact ? (JSON.parse(item) as unknown) : maskDeep(JSON.parse(item)),
        at: at.toISOString(),
        state,
      }),
    )
  },
})

const like = (text: string) => `%${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`

const fails = {
  'event.refused_again': {
    status: 409,
    title: { en: 'The mended event is still not acceptable', zh: '修复后的事件仍不符合要求' },
  },
  'event.not_replayable': {
    status: 409,
    title: { en: 'This letter can only be dropped', zh: '该死信只能丢弃' },
  },
} as const

export const replay = declared.action('event.replay', {
  title: { en: 'Mend and replay', zh: '修复并重放' },
  input: z.object({ id: z.uuid(), item: z.record(z.string().max(200), z.unknown()).optional() }),
  output: z.object({ id: z.uuid() }),
  offeredTo: ['operator'],
  needs: 'event.repair',
  on: 'brand',
  fails,
  async run(ctx, { id, item }) {
    const found = await ctx.db
      .updateTable('dead_letters')
      .set({ state: 'replayed', replayed_at: ctx.now })
      .where('id', '=', id)
      .where('state', '=', 'open')
      .returningAll()
      .executeTakeFirst()
    if (!found) return ctx.fail('object.unknown')
    const what = item ?? (JSON.parse(found.item) as Record<string, unknown>)
    if (found.kind === 'rejected') {
      const reason = await ctx.runtime.replayRejected(found.origin, what)
      if (reason) return ctx.fail('event.refused_again', reasonText(reason) ?? { en: reason, zh: reason })
    } else if (found.kind === 'parked') {
      await ctx.runtime.replayParked(found.origin, what).catch((error: unknown) => {
        if (error instanceof Problem) throw error
        ctx.fail('event.refused_again')
      })
    } else if (found.kind === 'job') await ctx.runtime.replayJob(ctx.db as never, what)
    else return ctx.fail('event.not_replayable')
    ctx.note({ letter: id, kind: found.kind, origin: found.origin, mended: item !== undefined })
    return { id }
  },
})

export const drop = declared.action('event.drop', {
  title: { en: 'Drop dead letters', zh: '丢弃死信' },
  input: z.object({ ids: z.array(z.uuid()).min(1).max(500) }),
  output: z.object({ dropped: z.int() }),
  offeredTo: ['operator'],
  needs: 'event.repair',
  on: 'brand',
  confirm: { en: 'Dropped events are not counted anywhere.', zh: '丢弃后的事件不会计入任何统计。' },
  async run(ctx, { ids }) {
    const gone = await ctx.db
      .updateTable('dead_letters')
      .set({ state: 'dropped' })
      .where('id', 'in', ids)
      .where('state', '=', 'open')
      .returning('id')
      .execute()
    ctx.note({ dropped: gone.length })
    return { dropped: gone.length }
  },
})
