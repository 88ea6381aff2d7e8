// Long work on a segment's members, as they were when somebody began it: seen while it goes, stopped, and forgotten.
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Context, JobContext, ReactorContext } from '#kernel/context'
import { newId } from '#kernel/ids'
import { cutPage, decodeCursor, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { action, query, timer } from './declare.ts'
import { sampled, sampleOf } from './preview.ts'
import { type SegmentTables, WORK_STATES } from './tables.ts'

export type Work = SegmentTables['segment_works']
type Asking = Context<SegmentTables, never>
type Fails = { fail(code: 'object.unknown'): never }

const id = z.uuid()
const when = z.iso.datetime()

type Begun = Pick<Work, 'segment_id' | 'kind' | 'task'> & { keptMs: number }

/** Everybody of the segment inside the caller's scope, now, as the members of a new work. */
export const begin = (ctx: Beginner, work: Begun) =>
  beginFrom(
    ctx,
    work,
    sql`select row_number() over (order by m.entered_at desc, m.member_id desc), m.member_id
      from segment_members m where m.segment_id = ${work.segment_id} and ${ctx.inScope(sql.ref('m.member_id'))}`,
  )

/** These members, who are inside the caller's scope, as those of a new work. */
export const beginWith = (ctx: Beginner, work: Begun, memberIds: readonly string[]) =>
  beginFrom(ctx, work, sql`select v.place, v.id from unnest(${memberIds}::uuid[]) with ordinality as v (id, place)`)

type Beginner = Pick<Asking, 'db' | 'inScope' | 'actor' | 'now'>

/** `members`: rows of a place and a member. */
async function beginFrom(
  ctx: Beginner,
  work: Begun,
  members: RawBuilder<unknown>,
): Promise<{ id: string; total: number }> {
  const workId = newId()
  await ctx.db
    .insertInto('segment_works')
    .values({
      id: workId,
      segment_id: work.segment_id,
      kind: work.kind,
      state: 'waiting',
      total: 0,
      done: 0,
      failed: 0,
      task: sql`${JSON.stringify(work.task)}::jsonb`,
      file_id: null,
      actor: ctx.actor.id,
      created_at: ctx.now,
      ended_at: null,
      expires_at: new Date(ctx.now.getTime() + work.keptMs),
      undone_at: null,
    })
    .execute()
  const { numAffectedRows } = await sql`insert into segment_work_members (work_id, place, member_id)
    select ${workId}::uuid, rows.* from (${members}) as rows`.execute(ctx.db)
  const total = Number(numAffectedRows ?? 0)
  await ctx.db.updateTable('segment_works').set({ total }).where('id', '=', workId).execute()
  return { id: workId, total }
}

/** How many `begin` would take. */
export async function countOf(ctx: Pick<Asking, 'db' | 'inScope'>, segmentId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from segment_members m
    where m.segment_id = ${segmentId} and ${ctx.inScope(sql.ref('m.member_id'))}`.execute(ctx.db)
  return rows[0]?.n ?? 0
}

/** Holds the work for this transaction; null when it is to go no further. */
export async function going(tx: ReactorContext<SegmentTables>, workId: string): Promise<Work | null> {
  const work = await tx.db
    .selectFrom('segment_works')
    .selectAll()
    .where('id', '=', workId)
    .forUpdate()
    .executeTakeFirst()
  return work && (work.state === 'waiting' || work.state === 'running') ? work : null
}

export async function end(ctx: Pick<JobContext<SegmentTables>, 'db' | 'now'>, workId: string, to: Partial<Work>) {
  await ctx.db
    .updateTable('segment_works')
    .set({ ...(to as object), ended_at: ctx.now })
    .where('id', '=', workId)
    .where('state', 'in', ['waiting', 'running'])
    .execute()
}

const shown = z.object({
  id,
  /** Null for the members of a condition. */
  segmentId: id.nullable(),
  kind: z.enum(['export', 'bulk']),
  state: z.enum(WORK_STATES),
  total: z.int(),
  done: z.int(),
  failed: z.int(),
  /** Of an action for each: its name. */
  action: z.string().nullable(),
  /** Of an export: `csv` or `xlsx`. */
  format: z.string().nullable(),
  /** The file is there to be downloaded, by who asked for it. */
  ready: z.boolean(),
  actor: z.string(),
  mine: z.boolean(),
  createdAt: when,
  endedAt: when.nullable(),
  undoneAt: when.nullable(),
})
const itemOf = (ctx: Pick<Asking, 'actor'>, w: Work): z.input<typeof shown> => ({
  id: w.id,
  segmentId: w.segment_id,
  kind: w.kind,
  state: w.state,
  total: w.total,
  done: w.done,
  failed: w.failed,
  action: typeof w.task.action === 'string' ? w.task.action : null,
  format: typeof w.task.format === 'string' ? w.task.format : null,
  ready: w.file_id !== null && w.actor === ctx.actor.id,
  actor: w.actor,
  mine: w.actor === ctx.actor.id,
  createdAt: w.created_at.toISOString(),
  endedAt: w.ended_at?.toISOString() ?? null,
  undoneAt: w.undone_at?.toISOString() ?? null,
})

/** The work, when the caller may know of it: its own, or anybody's where the caller sees the whole brand. */
export async function workOf(ctx: Pick<Asking, 'db' | 'actor'> & Fails, workId: string): Promise<Work> {
  const work = await ctx.db.selectFrom('segment_works').selectAll().where('id', '=', workId).executeTakeFirst()
  if (!work || (work.actor !== ctx.actor.id && ctx.actor.scope.kind !== 'all')) return ctx.fail('object.unknown')
  return work
}

export const getWork = query('segment.work', {
  title: { en: 'How long work on a segment goes', zh: '分群任务进度' },
  input: z.object({ id }),
  output: shown.extend({
    /** Members per outcome, other than `done`. */
    refusals: z.array(z.object({ code: z.string(), members: z.int() })),
  }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  async run(ctx, input) {
    const work = await workOf(ctx, input.id)
    const { rows } = await sql<{ code: string; members: number }>`select outcome as code, count(*)::int as members
      from segment_work_members where work_id = ${input.id} and outcome <> 'done'
      group by outcome order by members desc, outcome limit 50`.execute(ctx.db)
    return { ...itemOf(ctx, work), refusals: rows }
  },
})

export const listWorks = query('segment.works', {
  title: { en: 'Long work on a segment', zh: '分群任务记录' },
  input: z.object({ segmentId: id, ...pageInput }),
  output: pageOf(shown),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  async run(ctx, { segmentId, limit, cursor }) {
    const before = decodeTimeCursor(cursor)
    let rows = ctx.db.selectFrom('segment_works').selectAll().where('segment_id', '=', segmentId)
    if (ctx.actor.scope.kind !== 'all') rows = rows.where('actor', '=', ctx.actor.id)
    if (before) rows = rows.where(sql<boolean>`(created_at, id) < (${before[0]}::timestamptz, ${before[1]}::uuid)`)
    const found = await rows
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    return cutPage(
      found,
      limit,
      (w) => [w.created_at.toISOString(), w.id],
      (w) => itemOf(ctx, w),
    )
  },
})

export const workMembers = query('segment.work_members', {
  title: { en: 'What became of each member', zh: '批量操作逐人结果' },
  input: z.object({ id, ...pageInput, refused: z.boolean().default(false) }),
  output: pageOf(sampled.extend({ outcome: z.string().nullable() })),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  personal: true,
  async run(ctx, { id: workId, limit, cursor, refused }) {
    await workOf(ctx, workId)
    const after = Math.trunc(Number(decodeCursor(cursor, 1)?.[0] ?? 0)) || 0
    const { rows } = await sql<{ place: number; member_id: string; outcome: string | null }>`
      select place, member_id, outcome from segment_work_members
      where work_id = ${workId} and place > ${after}::bigint and ${ctx.inScope(sql.ref('member_id'))}
        and ${refused ? sql`outcome <> 'done'` : sql`true`}
      order by place limit ${limit + 1}`.execute(ctx.db)
    const page = cutPage(
      rows,
      limit,
      (r) => [r.place],
      (r) => r,
    )
    const people = await sampleOf(
      ctx,
      page.items.map((r) => r.member_id),
    )
    return {
      ...page,
      items: page.items.map((r, i) => ({
        memberId: r.member_id,
        externalId: people[i]?.externalId ?? null,
        name: people[i]?.name ?? null,
        outcome: r.outcome,
      })),
    }
  },
})

export const cancelWork = action('segment.cancel_work', {
  title: { en: 'Stop long work on a segment', zh: '停止分群任务' },
  input: z.object({ id }),
  output: z.object({ id, state: z.enum(WORK_STATES), done: z.int() }),
  offeredTo: ['operator'],
  needs: 'segment.read',
  on: 'brand',
  withinScope: true,
  async run(ctx, input) {
    const before = await workOf(ctx, input.id)
    // Who may begin such work may stop anybody's.
    if (before.actor !== ctx.actor.id && !ctx.may(`segment.${before.kind}`)) return ctx.fail('access.denied')
    await end(ctx, input.id, { state: 'cancelled' })
    const work = await workOf(ctx, input.id)
    ctx.note({ id: input.id, kind: work.kind, done: work.done, total: work.total })
    return { id: input.id, state: work.state, done: work.done }
  },
})

/** Works forgotten at once; their files with them. */
export const workExpiry = timer('segment.work_expiry', {
  async nextAt(db) {
    const row = await db
      .selectFrom('segment_works')
      .select((eb) => eb.fn.min('expires_at').as('at'))
      .executeTakeFirst()
    return row?.at ?? null
  },
  async run(ctx, limit) {
    const due = await ctx.db
      .selectFrom('segment_works')
      .select(['id', 'file_id'])
      .where('expires_at', '<=', ctx.now)
      .orderBy('expires_at')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute()
    if (due.length === 0) return 0
    await ctx.db
      .deleteFrom('segment_works')
      .where(
        'id',
        'in',
        due.map((w) => w.id),
      )
      .execute()
    // Last, and no error when it is gone: a repetition removes nothing twice.
    for (const { file_id } of due) if (file_id) await ctx.files.remove(file_id)
    return due.length
  },
})
