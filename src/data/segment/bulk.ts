// One action for every member of a segment: any that the catalogue offers to operators about one member and that can be
// mended afterwards. All its effects carry the cause of the work, so that they are taken back together.
import { sql } from 'kysely'
import { z } from 'zod'
import type { AnyAction } from '#kernel/capability'
import type { Context, JobContext } from '#kernel/context'
import { parse } from '#kernel/invoke'
import { Problem } from '#kernel/problem'
import { action, job, query } from './declare.ts'
import type { SegmentTables } from './tables.ts'
import { begin, countOf, end, going, type Work, workOf } from './work.ts'

/** Members in one transaction: a stop is heard within a second. */
const BATCH = 200
/** What became of each member is kept this long; taking back stays possible afterwards. */
const KEPT_MS = 30 * 86_400_000

const id = z.uuid()
const actionName = z.string().min(3).max(100).meta({ en: 'Action', zh: '操作' })
type Asking = Context<SegmentTables, never>

const fails = {
  'segment.no_bulk_action': {
    status: 400,
    title: { en: 'This cannot be done for a whole segment', zh: '该操作不支持批量执行' },
  },
} as const

/** About one member and nothing else, for operators, and without a warning: what cannot be undone is done one by one. */
const suits = (a: AnyAction) =>
  a.offeredTo.includes('operator') && [a.on].flat().join() === 'member' && a.confirm === undefined

/** The action, where the caller may do it to one member. */
function chosen(ctx: Pick<Asking, 'contributors' | 'may'> & { fail(code: string): never }, name: string): AnyAction {
  const found = ctx.contributors.flatMap((c) => c.actions).find((a) => a.name === name)
  if (!found || !suits(found)) return ctx.fail('segment.no_bulk_action')
  if (found.needs !== null && !ctx.may(found.needs)) return ctx.fail('access.denied')
  return found
}

export const bulkActions = query('segment.bulk_actions', {
  title: { en: 'What can be done for a whole segment', zh: '可批量执行的操作' },
  input: z.object({}),
  output: z.object({
    items: z.array(z.object({ name: z.string(), title: z.object({ en: z.string(), zh: z.string() }) })),
  }),
  offeredTo: ['operator'],
  needs: 'segment.bulk',
  on: 'brand',
  run: async (ctx) => ({
    items: ctx.contributors
      .flatMap((c) => c.actions)
      .filter((a) => suits(a) && (a.needs === null || ctx.may(a.needs)))
      .map(({ name, title }) => ({ name, title })),
  }),
})

export const bulkPreview = query('segment.bulk_preview', {
  title: { en: 'How many an action would be done for', zh: '批量操作预览' },
  input: z.object({ id, action: actionName, input: z.record(z.string().max(100), z.unknown()).default({}) }),
  output: z.object({ members: z.int() }),
  offeredTo: ['operator'],
  needs: 'segment.bulk',
  on: 'brand',
  fails,
  async run(ctx, input) {
    await known(ctx, input.id)
    checkInput(ctx, chosen(ctx as never, input.action), input.input)
    return { members: await countOf(ctx, input.id) }
  },
})

export const bulk = action('segment.bulk', {
  title: { en: 'Do something for every member of a segment', zh: '分群批量操作' },
  input: z.object({ id, action: actionName, input: z.record(z.string().max(100), z.unknown()).default({}) }),
  output: z.object({ workId: id, total: z.int() }),
  offeredTo: ['operator'],
  needs: 'segment.bulk',
  on: 'brand',
  withinScope: true,
  fails,
  async run(ctx, input) {
    await known(ctx, input.id)
    checkInput(ctx, chosen(ctx as never, input.action), input.input)
    const task = { action: input.action, input: input.input }
    const work = await begin(ctx, { segment_id: input.id, kind: 'bulk', task, keptMs: KEPT_MS })
    await ctx.enqueue(perform, { workId: work.id })
    ctx.note({ workId: work.id, segment: input.id, ...task, members: work.total })
    return { workId: work.id, total: work.total }
  },
})

async function known(ctx: Pick<Asking, 'db'> & { fail(code: 'object.unknown'): never }, segmentId: string) {
  const row = await ctx.db
    .selectFrom('segments')
    .select('id')
    .where('id', '=', segmentId)
    .where('state', '<>', 'deleted')
    .executeTakeFirst()
  if (!row) ctx.fail('object.unknown')
}

/** What is wrong with it is told before anybody is touched, under the names of this operation's own input. */
function checkInput(ctx: Pick<Asking, 'locale'>, { input: schema }: AnyAction, given: Record<string, unknown>) {
  try {
    parse(schema, given, ctx.locale)
  } catch (error) {
    if (!(error instanceof Problem) || !error.errors) throw error
    throw new Problem('input.invalid', 400, {
      errors: error.errors.map((e) => ({ ...e, path: e.path ? `input.${e.path}` : 'input' })),
    })
  }
}

const causeOf = (workId: string) => `bulk:${workId}`

export const perform = job('segment.bulk_run', {
  payload: z.object({ workId: id }),
  async run(ctx, { workId }) {
    for (let more = true; more && !ctx.signal.aborted; ) {
      more = await performSome(ctx, workId)
      if (more) await ctx.runtime.makeWay(ctx.signal)
    }
    // Stopped half-way: done again from where it stands.
    ctx.signal.throwIfAborted()
  },
})

/** The next members in their order; false when none is left or somebody stopped it. */
async function performSome(ctx: JobContext<SegmentTables>, workId: string): Promise<boolean> {
  return ctx.transaction(async (tx) => {
    const work = await going(tx, workId)
    if (!work) return false
    const { rows } = await sql<{ place: number; member_id: string }>`select place, member_id from segment_work_members
      where work_id = ${workId} and outcome is null order by place limit ${BATCH}`.execute(tx.db)
    if (rows.length === 0) {
      await end(tx, workId, { state: 'done' })
      return false
    }
    const { action: name, input } = work.task as { action: string; input: Record<string, unknown> }
    const results = await tx.callNamed(
      name,
      rows.map((r) => ({ memberId: r.member_id, cause: causeOf(workId), input })),
    )
    const outcomes = results.map((r) => (r.ok ? 'done' : r.code))
    await sql`update segment_work_members w set outcome = v.outcome
      from unnest(${rows.map((r) => r.place)}::integer[], ${outcomes}::text[]) as v (place, outcome)
      where w.work_id = ${workId} and w.place = v.place`.execute(tx.db)
    await sql`update segment_works set state = 'running', done = done + ${rows.length},
      failed = failed + ${outcomes.filter((o) => o !== 'done').length} where id = ${workId}`.execute(tx.db)
    return true
  })
}

const undone = z.object({
  capabilities: z.array(
    z.object({
      capability: z.string(),
      title: z.object({ en: z.string(), zh: z.string() }),
      consequences: z.array(
        z.object({
          title: z.object({ en: z.string(), zh: z.string() }),
          count: z.int(),
          stays: z.literal(true).optional(),
        }),
      ),
    }),
  ),
})
type Undone = Awaited<ReturnType<Asking['undo']>>
const answer = (list: Undone): z.input<typeof undone> => ({
  capabilities: list.map((u) => ({ ...u, consequences: [...u.consequences] })),
})

const undoFails = {
  'segment.still_running': {
    status: 409,
    title: { en: 'It is still running; stop it first', zh: '任务仍在执行，请先停止' },
  },
} as const

/** The work, where it is over and the caller may take effects back. */
async function over(
  ctx: Pick<Asking, 'db' | 'actor' | 'may'> & { fail(code: string): never },
  workId: string,
): Promise<Work> {
  if (!ctx.may('event.undo')) return ctx.fail('access.denied')
  const work = await workOf(ctx, workId)
  if (work.kind !== 'bulk') return ctx.fail('object.unknown')
  if (work.state === 'waiting' || work.state === 'running') return ctx.fail('segment.still_running')
  return work
}

export const undoBulkPreview = query('segment.undo_bulk_preview', {
  title: { en: 'What taking an action for a segment back would do', zh: '撤销批量操作预览' },
  input: z.object({ workId: id }),
  output: undone,
  offeredTo: ['operator'],
  needs: 'segment.bulk',
  on: 'brand',
  fails: undoFails,
  async run(ctx, { workId }) {
    const work = await over(ctx as never, workId)
    return answer(await ctx.previewUndo(causeOf(work.id)))
  },
})

export const undoBulk = action('segment.undo_bulk', {
  title: { en: 'Take an action for a segment back', zh: '撤销批量操作' },
  input: z.object({ workId: id }),
  output: undone,
  offeredTo: ['operator'],
  needs: 'segment.bulk',
  on: 'brand',
  withinScope: true,
  fails: undoFails,
  confirm: {
    en: 'Points, messages and all else it brought about are taken back where they can be.',
    zh: '由该批量操作产生的积分、消息等影响将被尽可能撤销。',
  },
  async run(ctx, { workId }) {
    const work = await over(ctx as never, workId)
    const done = await ctx.undo(causeOf(work.id))
    await ctx.db.updateTable('segment_works').set({ undone_at: ctx.now }).where('id', '=', workId).execute()
    ctx.note({
      workId,
      undone: done.flatMap((u) => u.consequences.map(({ title, count }) => `${u.capability}: ${title.en}: ${count}`)),
    })
    return answer(done)
  },
})
