// A dashboard by e-mail, at the times its rhythm says: one mail a reader and a due instant.
import { sql } from 'kysely'
import { z } from 'zod'
import { newId } from '#kernel/ids'
import { cutPage, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { action, id, query, timer, when } from './declare.ts'
import { deliver } from './deliver.ts'
import { held, json, visible } from './manage.ts'
import { drawing } from './render.ts'
import { nextDue, rhythm } from './rhythm.ts'
import { givenScope, scopeInput, scopeToday } from './share.ts'
import type { Db } from './tables.ts'

const MOST_SCHEDULES = 20
const MOST_RECIPIENTS = 20

const format = z.enum(['pdf', 'png']).meta({ en: 'Format', zh: '格式' })
const recipients = z
  .array(z.email().max(254).toLowerCase())
  .min(1)
  .max(MOST_RECIPIENTS)
  .transform((all) => [...new Set(all)])
  .meta({ en: 'Recipients', zh: '收件人' })

export const schedule = action('dashboard.schedule', {
  title: { en: 'Send a dashboard by e-mail regularly', zh: '设置看板定时邮件' },
  input: z.object({
    id,
    format: format.default('pdf'),
    rhythm,
    recipients,
    language: z.enum(['en', 'zh']).optional().meta({ en: 'Language', zh: '语言' }),
    ...scopeInput,
  }),
  output: z.object({ scheduleId: id, nextAt: when }),
  offeredTo: ['operator'],
  needs: 'dashboard.share',
  on: 'brand',
  withinScope: true,
  fails: {
    'dashboard.too_many_schedules': {
      status: 409,
      title: { en: 'This dashboard has as many scheduled mails as it can have', zh: '该看板的定时邮件数量已达上限' },
    },
  },
  async run(ctx, input) {
    await held(ctx, input.id)
    const scope = givenScope(ctx, input.communityIds)
    if ((await scopeToday(ctx.db, ctx.actor.id, scope)) === null) return ctx.fail('access.denied')
    const open = await ctx.db
      .selectFrom('dashboard_schedules')
      .select(sql<number>`count(*)::int`.as('n'))
      .where('dashboard_id', '=', input.id)
      .where('next_at', 'is not', null)
      .executeTakeFirstOrThrow()
    if (open.n >= MOST_SCHEDULES) ctx.fail('dashboard.too_many_schedules')
    const next_at = nextDue(input.rhythm, ctx.now)
    const scheduleId = newId()
    await ctx.db
      .insertInto('dashboard_schedules')
      .values({
        id: scheduleId,
        dashboard_id: input.id,
        format: input.format,
        rhythm: json(input.rhythm),
        recipients: input.recipients,
        language: input.language ?? ctx.locale,
        scope: json(scope),
        created_by: ctx.actor.id,
        created_at: ctx.now,
        next_at,
      })
      .execute()
    ctx.note({ id: input.id, scheduleId, recipients: input.recipients.length, rhythm: input.rhythm })
    return { scheduleId, nextAt: next_at.toISOString() }
  },
})

const ofCaller = async (ctx: Parameters<typeof held>[0] & { db: Db }, scheduleId: string) => {
  const found = await ctx.db
    .selectFrom('dashboard_schedules')
    .selectAll()
    .where('id', '=', scheduleId)
    .forUpdate()
    .executeTakeFirst()
  if (!found) return ctx.fail('object.unknown')
  await held(ctx, found.dashboard_id)
  return found
}

export const unschedule = action('dashboard.unschedule', {
  title: { en: 'Stop a scheduled mail', zh: '停止看板定时邮件' },
  input: z.object({ scheduleId: id }),
  output: z.object({ scheduleId: id }),
  offeredTo: ['operator'],
  needs: 'dashboard.share',
  on: 'brand',
  withinScope: true,
  confirm: {
    en: 'Its readers get no more mails. What was sent stays in the history.',
    zh: '收件人将不再收到邮件，发送记录予以保留。',
  },
  async run(ctx, { scheduleId }) {
    const found = await ofCaller(ctx, scheduleId)
    await ctx.db.updateTable('dashboard_schedules').set({ next_at: null }).where('id', '=', scheduleId).execute()
    ctx.note({ id: found.dashboard_id, scheduleId })
    return { scheduleId }
  },
})

export const deliverNow = action('dashboard.deliver_now', {
  title: { en: 'Send a scheduled mail now', zh: '立即发送一次' },
  input: z.object({ scheduleId: id }),
  output: z.object({ deliveryId: id }),
  offeredTo: ['operator'],
  needs: 'dashboard.share',
  on: 'brand',
  withinScope: true,
  rate: { max: 20, seconds: 600, by: 'caller' },
  async run(ctx, { scheduleId }) {
    const found = await ofCaller(ctx, scheduleId)
    if (!found.next_at) return ctx.fail('object.unknown')
    const deliveryId = await plan(ctx.db, scheduleId, ctx.now)
    if (!deliveryId) return ctx.fail('object.unknown')
    await ctx.enqueue(deliver, { deliveryId }, { key: deliveryId })
    ctx.note({ id: found.dashboard_id, scheduleId, deliveryId })
    return { deliveryId }
  },
})

/** Notes a due instant down once; null where it is there already. */
async function plan(db: Db, scheduleId: string, at: Date): Promise<string | null> {
  const made = await db
    .insertInto('dashboard_deliveries')
    .values({
      id: newId(),
      schedule_id: scheduleId,
      due_at: at,
      state: 'planned',
      attached: null,
      reason: null,
      sent: 0,
      done_at: null,
    })
    .onConflict((c) => c.columns(['schedule_id', 'due_at']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return made?.id ?? null
}

export const due = timer('dashboard.due', {
  async nextAt(db) {
    const row = await db
      .selectFrom('dashboard_schedules')
      .select((e) => e.fn.min('next_at').as('at'))
      .executeTakeFirst()
    return row?.at ?? null
  },
  async run(ctx, limit) {
    const rows = await ctx.db
      .selectFrom('dashboard_schedules')
      .selectAll()
      .where('next_at', '<=', ctx.now)
      .orderBy('next_at')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute()
    for (const row of rows) {
      // After a time away the last due instant is made up for, not each of them.
      await ctx.db
        .updateTable('dashboard_schedules')
        .set({ next_at: nextDue(row.rhythm, ctx.now) })
        .where('id', '=', row.id)
        .execute()
      const deliveryId = await plan(ctx.db, row.id, row.next_at ?? ctx.now)
      if (deliveryId) await ctx.enqueue(deliver, { deliveryId }, { key: deliveryId })
    }
    return rows.length
  },
})

export const schedules = query('dashboard.schedules', {
  title: { en: 'Scheduled mails of a dashboard', zh: '看板定时邮件列表' },
  input: z.object({ id, ...pageInput }),
  output: pageOf(
    z.object({
      scheduleId: id,
      format,
      rhythm,
      recipients: z.array(z.string()),
      language: z.enum(['en', 'zh']),
      communities: z.int().nullable(),
      createdBy: z.string(),
      createdAt: when,
      /** Null: it was stopped. */
      nextAt: when.nullable(),
      last: z.object({ at: when, state: z.enum(['planned', 'sent', 'failed']) }).nullable(),
    }),
  ).extend({
    /** Whether this server has a browser that draws what is attached. */
    draws: z.boolean(),
  }),
  offeredTo: ['operator'],
  needs: 'dashboard.share',
  on: 'brand',
  personal: true,
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
      .selectFrom('dashboard_schedules')
      .selectAll()
      .where('dashboard_id', '=', input.id)
      .$if(after !== null, (q) =>
        q.where(sql<boolean>`(${at}, id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`),
      )
      .orderBy(at, 'desc')
      .orderBy('id', 'desc')
      .limit(input.limit + 1)
      .execute()
    const ids = rows.map((r) => r.id)
    const { rows: lasts } = await sql<{ schedule_id: string; due_at: Date; state: 'planned' | 'sent' | 'failed' }>`
      select distinct on (schedule_id) schedule_id, due_at, state from dashboard_deliveries
      where schedule_id = any(${ids}::uuid[]) order by schedule_id, due_at desc`.execute(ctx.db)
    const page = cutPage(
      rows,
      input.limit,
      (r) => [r.created_at.toISOString(), r.id],
      (r) => {
        const last = lasts.find((l) => l.schedule_id === r.id)
        return {
          scheduleId: r.id,
          format: r.format,
          rhythm: r.rhythm,
          recipients: r.recipients,
          language: r.language,
          communities: r.scope.kind === 'communities' ? r.scope.ids.length : null,
          createdBy: r.created_by,
          createdAt: r.created_at.toISOString(),
          nextAt: r.next_at?.toISOString() ?? null,
          last: last ? { at: last.due_at.toISOString(), state: last.state } : null,
        }
      },
    )
    return { ...page, draws: drawing() !== null }
  },
})

export const deliveries = query('dashboard.deliveries', {
  title: { en: 'History of a scheduled mail', zh: '定时邮件发送记录' },
  input: z.object({ scheduleId: id, ...pageInput }),
  output: pageOf(
    z.object({
      deliveryId: id,
      dueAt: when,
      state: z.enum(['planned', 'sent', 'failed']),
      attached: format.nullable(),
      /** Why nothing was attached, or why it failed. */
      reason: z.string().nullable(),
      sent: z.int(),
      doneAt: when.nullable(),
    }),
  ),
  offeredTo: ['operator'],
  needs: 'dashboard.share',
  on: 'brand',
  async run(ctx, input) {
    const seen = await ctx.db
      .selectFrom('dashboard_schedules as s')
      .innerJoin('dashboards as d', 'd.id', 's.dashboard_id')
      .select('s.id')
      .where('s.id', '=', input.scheduleId)
      .where(visible(ctx.actor))
      .executeTakeFirst()
    if (!seen) return ctx.fail('object.unknown')
    const after = decodeTimeCursor(input.cursor)
    const rows = await ctx.db
      .selectFrom('dashboard_deliveries')
      .selectAll()
      .where('schedule_id', '=', input.scheduleId)
      .$if(after !== null, (q) =>
        q.where(
          sql<boolean>`(date_trunc('milliseconds', due_at), id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`,
        ),
      )
      .orderBy(sql`date_trunc('milliseconds', due_at)`, 'desc')
      .orderBy('id', 'desc')
      .limit(input.limit + 1)
      .execute()
    return cutPage(
      rows,
      input.limit,
      (r) => [r.due_at.toISOString(), r.id],
      (r) => ({
        deliveryId: r.id,
        dueAt: r.due_at.toISOString(),
        state: r.state,
        attached: r.attached,
        reason: r.reason,
        sent: r.sent,
        doneAt: r.done_at?.toISOString() ?? null,
      }),
    )
  },
})
