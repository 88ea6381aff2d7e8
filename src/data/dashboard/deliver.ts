// Sends one due instant of a schedule: asks the tiles with the schedule's scope, draws them where there is a browser,
// and mails every reader once.
import { z } from 'zod'
import type { JobContext, Scope } from '#kernel/context'
import { configFromEnvironment } from '#platform/config'
import { answer, questionsOf } from './ask.ts'
import { job } from './declare.ts'
import { letterOf } from './mail.ts'
import { draw, drawing, NO_BROWSER } from './render.ts'
import { scopeToday } from './share.ts'
import { shown } from './shared.ts'
import { summaryOf } from './summary.ts'
import type { DashboardTables, Format } from './tables.ts'

type Ctx = JobContext<DashboardTables>
type Due = NonNullable<Awaited<ReturnType<typeof dueOf>>>

export const deliver = job('dashboard.deliver', {
  payload: z.object({ deliveryId: z.uuid() }),
  async run(ctx, { deliveryId }) {
    const due = await dueOf(ctx, deliveryId)
    if (!due || due.state === 'sent') return
    const scope = await scopeToday(ctx.db, due.created_by, due.scope)
    if (!due.next_at) return done(ctx, deliveryId, { state: 'failed', reason: 'stopped' })
    if (!scope) return done(ctx, deliveryId, { state: 'failed', reason: 'maker_may_not_share' })
    const made = await mailOf(ctx, due, scope)
    let sent = 0
    for (const to of due.recipients) sent += await once(ctx, deliveryId, to, () => ctx.mail.send({ to, ...made.mail }))
    await done(ctx, deliveryId, { state: 'sent', reason: made.reason, attached: made.attached })
    await ctx.db
      .updateTable('dashboard_deliveries')
      .set((e) => ({ sent: e('sent', '+', sent) }))
      .where('id', '=', deliveryId)
      .execute()
  },
})

const dueOf = (ctx: Ctx, deliveryId: string) =>
  ctx.db
    .selectFrom('dashboard_deliveries as y')
    .innerJoin('dashboard_schedules as s', 's.id', 'y.schedule_id')
    .innerJoin('dashboards as d', 'd.id', 's.dashboard_id')
    .select(['y.state', 's.format', 's.recipients', 's.language', 's.scope', 's.created_by', 's.next_at'])
    .select(['d.id as dashboard_id', 'd.name', 'd.description', 'd.content'])
    .where('y.id', '=', deliveryId)
    .executeTakeFirst()

interface Outcome {
  state: 'sent' | 'failed'
  reason: string | null
  attached?: Format | null
}
const done = async (ctx: Ctx, deliveryId: string, outcome: Outcome): Promise<void> => {
  await ctx.db
    .updateTable('dashboard_deliveries')
    .set({ attached: null, ...outcome, done_at: ctx.now })
    .where('id', '=', deliveryId)
    .execute()
}

/**
 * One reader's mail of this due instant. It is noted down before it leaves and struck out when the server refuses it, so
 * that a crash in between costs one mail and never doubles one. Answers how many were sent.
 */
async function once(ctx: Ctx, delivery_id: string, recipient: string, send: () => Promise<void>): Promise<number> {
  const claimed = await ctx.db
    .insertInto('dashboard_mails')
    .values({ delivery_id, recipient })
    .onConflict((c) => c.doNothing())
    .returning('recipient')
    .executeTakeFirst()
  if (!claimed) return 0
  try {
    await send()
    return 1
  } catch (error) {
    await ctx.db
      .deleteFrom('dashboard_mails')
      .where('delivery_id', '=', delivery_id)
      .where('recipient', '=', recipient)
      .execute()
    await done(ctx, delivery_id, { state: 'failed', reason: 'mail_refused' })
    throw error
  }
}

async function mailOf(ctx: Ctx, due: Due, scope: Scope) {
  const opened = await shown(ctx, due, scope)
  const questions = await questionsOf(ctx, due.content)
  const answers = new Map<string, Record<string, unknown>>()
  // One that fails is told as missing; the others are worth sending.
  for (const question of questions)
    answers.set(
      question.id,
      await answer(ctx, scope, due.language, question).catch(() => ({}) as Record<string, unknown>),
    )
  for (const [tile, found] of answers) if (Object.keys(found).length === 0) answers.delete(tile)
  const drawn = await pictureOf(ctx, due, { opened, answers, timezone: opened.timezone })
  const titles = new Map(ctx.contributors.flatMap((c) => c.events.map((e) => [e.name, e.title])))
  const writing = {
    language: due.language,
    currency: ctx.brand.currency,
    titleOf: (name: string) => titles.get(name)?.[due.language] ?? name,
  }
  const day = new Intl.DateTimeFormat(due.language === 'zh' ? 'zh-CN' : 'en', {
    dateStyle: 'medium',
    timeZone: opened.timezone,
  })
  const last = new Date(Date.parse(opened.to) - 1)
  const { BANYAN_PUBLIC_URL: base } = configFromEnvironment()
  const letter = letterOf(
    {
      name: due.name,
      description: due.description,
      brand: ctx.brand.name,
      days: `${day.format(new Date(opened.from))} – ${day.format(last)}`,
      asOf: new Intl.DateTimeFormat(due.language === 'zh' ? 'zh-CN' : 'en', {
        dateStyle: 'medium',
        timeStyle: 'short',
        timeZone: opened.timezone,
      }).format(ctx.now),
      summaries: due.content.tiles.flatMap(
        (tile) =>
          summaryOf(
            tile,
            questions.find((q) => q.id === tile.id),
            answers.get(tile.id),
            writing,
          ) ?? [],
      ),
      attached: drawn.bytes ? due.format : null,
      language: due.language,
      link: base ? new URL(`/console/dashboards/${due.dashboard_id}`, base).href : null,
    },
    drawn.reason,
  )
  const file = `${due.name.replaceAll(/[^\p{L}\p{N} _-]/gu, '').slice(0, 80) || 'dashboard'}.${due.format}`
  const type = due.format === 'pdf' ? 'application/pdf' : 'image/png'
  return {
    mail: { ...letter, ...(drawn.bytes ? { attachments: [{ name: file, type, content: drawn.bytes }] } : {}) },
    attached: drawn.bytes ? due.format : null,
    reason: drawn.reason,
  }
}

interface Numbers {
  opened: object
  answers: ReadonlyMap<string, object>
  timezone: string
}

async function pictureOf(ctx: Ctx, { format, language }: Due, numbers: Numbers) {
  const path = drawing()
  if (!path) return { bytes: null, reason: NO_BROWSER }
  try {
    return { bytes: await draw(path, { ...numbers, format, language, signal: ctx.signal }), reason: null }
  } catch (error) {
    ctx.signal.throwIfAborted()
    // The browser's own words are long and name paths; the first line says what is wrong.
    const [first = ''] = String(error instanceof Error ? error.message : error).split('\n')
    return { bytes: null, reason: `not_drawn: ${first.slice(0, 200)}` }
  }
}
