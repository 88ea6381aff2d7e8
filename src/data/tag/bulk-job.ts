// Bulk changes that take longer than a request: worked through in batches, each committed together with how far it has
// come, so that a job that was cut off goes on behind its last batch and can be stopped between two.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Context, JobContext, ReactorContext } from '#kernel/context'
import { newId } from '#kernel/ids'
import { cutPage, decodeTimeCursor, pageInput, pageOf } from '#kernel/page'
import { Problem } from '#kernel/problem'
import { profiles } from '#people/member'
import { isPassing } from '#platform/passing'
import { type Audience, pageOfHolders } from './audience.ts'
import { action, applied, id, job, key, query, removed, text, when } from './declare.ts'
import { sourceOf } from './member.ts'
import { JOB_KINDS, JOB_STATES, type Source, type TagTables } from './tables.ts'
import { apply, dueAt, lockTags, remove, type Tags } from './write.ts'

type Job = TagTables['tag_jobs']

/** One transaction: some 0.1 s, so that nobody waits long for the tag. */
const BATCH = 1000

interface Begun {
  kind: Job['kind']
  tag: string
  into?: string
  audience?: Audience
  total: number
  source?: Source
}

/** Writes the job down and hands it over; its id. */
export async function begin(
  ctx: Pick<Context<TagTables>, 'db' | 'now' | 'enqueue'> & {
    actor: Pick<Context<TagTables>['actor'], 'id' | 'caller'>
  },
  { kind, tag, into, audience, total, source }: Begun,
): Promise<string> {
  const jobId = newId()
  const condition = audience && 'condition' in audience ? JSON.stringify(audience.condition) : null
  await sql`insert into tag_jobs
      (id, kind, tag_key, into_key, condition, member_ids, state, total, source, actor, created_at, changed_at)
    values (${jobId}, ${kind}, ${tag}, ${into ?? null}, ${condition}::jsonb,
      ${audience && 'ids' in audience ? audience.ids : null}::uuid[], 'waiting', ${total},
      ${source ?? sourceOf(ctx.actor)}, ${ctx.actor.id}, ${ctx.now}, ${ctx.now})`.execute(ctx.db)
  await ctx.enqueue(work, { id: jobId })
  return jobId
}

export const work = job('tag.work', {
  payload: z.object({ id: z.uuid() }),
  async run(ctx, payload) {
    try {
      while (await step(ctx, payload.id)) {
        await ctx.runtime.makeWay(ctx.signal)
        ctx.signal.throwIfAborted()
      }
    } catch (error) {
      // The tag is gone, or the condition names what is gone: no repetition mends that.
      if (!(error instanceof Problem) || isPassing(error)) throw error
      await finish(ctx.db, ctx.now, payload.id, 'failed', error.code)
    }
  },
})

const finish = (db: JobContext<TagTables>['db'], at: Date, jobId: string, state: Job['state'], reason: string | null) =>
  sql`update tag_jobs set state = ${state}, reason = ${reason}, member_ids = null, changed_at = ${at}
    where id = ${jobId} and state in ('waiting', 'running')`.execute(db)

interface Batch {
  memberIds: string[]
  /** What of the audience it stands for, and where the next one begins. */
  taken: number
  next: number
}

/** One batch; false when there is nothing more to do. */
async function step(ctx: JobContext<TagTables>, jobId: string): Promise<boolean> {
  const row = await ctx.db.selectFrom('tag_jobs').selectAll().where('id', '=', jobId).executeTakeFirst()
  if (!row || (row.state !== 'waiting' && row.state !== 'running')) return false
  // Read before the transaction: the warehouse may take its time.
  const batch = await nextBatch(ctx, row)
  return ctx.transaction(async (tx) => {
    const now = await tx.db.selectFrom('tag_jobs').selectAll().where('id', '=', jobId).forUpdate().executeTakeFirst()
    if (!now || (now.state !== 'waiting' && now.state !== 'running') || now.position !== row.position) return false
    const { taken, next, changed } = await CHANGES[row.kind](tx, row, batch)
    await sql`update tag_jobs set state = 'running', done = done + ${taken}, changed = changed + ${changed},
      position = ${next}, changed_at = ${tx.now} where id = ${jobId}`.execute(tx.db)
    if (taken > 0) return true
    if (row.kind === 'delete' || row.kind === 'merge')
      await sql`delete from tags where key = ${row.tag_key}`.execute(tx.db)
    await finish(tx.db, tx.now, jobId, 'done', null)
    return false
  })
}

async function nextBatch(ctx: JobContext<TagTables>, row: Job): Promise<Batch> {
  const position = Number(row.position)
  if (row.condition) {
    const at = { at: row.created_at, after: position, limit: BATCH }
    const page = await pageOfHolders(ctx, row.condition, at)
    return { memberIds: page.map((p) => p.memberId), taken: page.length, next: page.at(-1)?.number ?? position }
  }
  if (row.member_ids) {
    const some = row.member_ids.slice(position, position + BATCH)
    return { memberIds: some.filter((m) => m !== null), taken: some.length, next: position + some.length }
  }
  return { memberIds: [], taken: 0, next: position }
}

type Tx = ReactorContext<TagTables>
type Done = { taken: number; next: number; changed: number }

const CHANGES: Record<Job['kind'], (tx: Tx, row: Job, batch: Batch) => Promise<Done>> = {
  async apply(tx, row, { memberIds, taken, next }) {
    const tags = await lockTags(tx.db, [row.tag_key])
    const tag = fixed(tags, row.tag_key)
    const end = dueAt(tag.lapses_after, tx.now, tx.brand.zone)
    // Who was erased since is nobody any more.
    const there = await profiles(tx.db as never, memberIds)
    const wanted = memberIds
      .filter((m) => there.has(m))
      .map((memberId) => ({
        key: row.tag_key,
        memberId,
        source: row.source,
        actor: row.actor,
        cause: causeOf(row),
        at: tx.now,
        dueAt: end,
      }))
    const done = await apply(tx.db, tags, wanted)
    tellAll(tx, row, done)
    return { taken, next, changed: done.applied.length }
  },
  async remove(tx, row, { memberIds, taken, next }) {
    const tags = await lockTags(tx.db, [row.tag_key])
    fixed(tags, row.tag_key)
    const gone = await remove(
      tx.db,
      tags,
      memberIds.map((memberId) => ({ key: row.tag_key, memberId })),
    )
    for (const c of gone) emitRemoved(tx, row, c, 'removed')
    return { taken, next, changed: gone.length }
  },
  async delete(tx, row) {
    const tags = await lockTags(tx.db, [row.tag_key], row.tag_key)
    const gone = await remove(tx.db, tags, await someOf(tx, row.tag_key))
    for (const c of gone) emitRemoved(tx, row, c, 'deleted')
    return { taken: gone.length, next: 0, changed: gone.length }
  },
  async merge(tx, row) {
    const into = row.into_key ?? ''
    const tags = await lockTags(tx.db, [row.tag_key, into], row.tag_key)
    fixed(tags, into)
    const before = await someOf(tx, row.tag_key)
    const gone = await remove(tx.db, tags, before)
    for (const c of gone) emitRemoved(tx, row, c, 'merged')
    // Who put it on whom and until when stays as it was said of the old tag.
    const wanted = before.map((a) => ({
      key: into,
      memberId: a.memberId,
      source: a.source,
      actor: a.actor,
      cause: a.cause,
      at: a.applied_at,
      dueAt: a.due_at,
    }))
    const done = await apply(tx.db, tags, wanted)
    await sql`update tag_applications a set verification = v.verification, verified_by = v.verified_by,
        verified_at = v.verified_at,
        sources = array(select distinct s from unnest(a.sources || b.sources) as s order by s)
      from jsonb_to_recordset(${JSON.stringify(before)}::jsonb) as v ("memberId" uuid, verification text,
        verified_by text, verified_at timestamptz, sources jsonb),
        lateral (select array_agg(x) as sources from jsonb_array_elements_text(v.sources) as x) b
      where a.tag_key = ${into} and a.member_id = v."memberId" and a.verification = 'unverified'`.execute(tx.db)
    tellAll(tx, row, done)
    return { taken: before.length, next: 0, changed: done.applied.length }
  },
}

function fixed(tags: Tags, tag: string) {
  const found = tags.get(tag)
  if (!found) throw new Problem('object.unknown', 404)
  if (found.kind === 'dynamic') throw new Problem('tag.dynamic', 409)
  return found
}

async function someOf(tx: Tx, tag: string) {
  const { rows } = await sql<
    Omit<TagTables['tag_applications'], 'member_id'> & { key: string; memberId: string }
  >`select tag_key as key, member_id as "memberId", source, sources, actor, cause, applied_at, due_at, verification,
      verified_by, verified_at
    from tag_applications where tag_key = ${tag} limit ${BATCH}`.execute(tx.db)
  return rows
}

const causeOf = (row: Job) => `tag:${row.id}`
type Changed = { key: string; memberId: string; title: { en: string; zh: string } }

function emitRemoved(tx: Tx, row: Job, c: Changed, reason: z.input<typeof removed.data>['reason']) {
  const about = { memberId: c.memberId, actor: row.actor, cause: causeOf(row), depth: 0 }
  tx.emit(removed, { tag: c.key, name: c.title[tx.brand.locale], reason }, about)
}

function tellAll(tx: Tx, row: Job, done: Awaited<ReturnType<typeof apply>>) {
  for (const c of done.replaced) emitRemoved(tx, row, c, 'replaced')
  for (const c of done.applied) {
    const about = { memberId: c.memberId, actor: row.actor, cause: causeOf(row), depth: 0 }
    tx.emit(applied, { tag: c.key, name: c.title[tx.brand.locale], source: c.source }, about)
  }
}

const shown = z.object({
  id,
  kind: z.enum(JOB_KINDS),
  key,
  title: text.nullable(),
  into: z.string().nullable(),
  state: z.enum(JOB_STATES),
  total: z.int().nullable(),
  done: z.int(),
  changed: z.int(),
  reason: z.string().nullable(),
  startedBy: z.string(),
  createdAt: when,
  changedAt: when,
})

export const jobs = query('tag.jobs', {
  title: { en: 'Bulk changes of tags', zh: '批量打标任务' },
  input: z.object({ ...pageInput, id: id.optional(), open: z.coerce.boolean().optional() }),
  output: pageOf(shown),
  offeredTo: ['operator'],
  needs: 'tag.read',
  on: 'brand',
  async run(ctx, input) {
    const after = decodeTimeCursor(input.cursor)
    // Who may see a part of the brand sees what they have started.
    const mine = ctx.actor.scope.kind === 'all' ? null : ctx.actor.id
    const { rows } = await sql<Job & { title: z.output<typeof text> | null }>`select j.*, t.title
      from tag_jobs j left join tags t on t.key = j.tag_key
      where (${input.id ?? null}::uuid is null or j.id = ${input.id ?? null}::uuid)
        and (${mine}::text is null or j.actor = ${mine})
        and (${input.open !== true} or j.state in ('waiting', 'running'))
        and (${after?.[0] ?? null}::timestamptz is null or (j.created_at, j.id) < (${after?.[0] ?? null}, ${after?.[1] ?? null}::uuid))
      order by j.created_at desc, j.id desc limit ${input.limit + 1}`.execute(ctx.db)
    return cutPage(
      rows,
      input.limit,
      (r) => [r.created_at.toISOString(), r.id],
      (r) => ({
        id: r.id,
        kind: r.kind,
        key: r.tag_key,
        title: r.title,
        into: r.into_key,
        state: r.state,
        total: r.total,
        done: r.done,
        changed: r.changed,
        reason: r.reason,
        startedBy: r.actor,
        createdAt: r.created_at.toISOString(),
        changedAt: r.changed_at.toISOString(),
      }),
    )
  },
})

export const cancel = action('tag.cancel_job', {
  title: { en: 'Stop a bulk change of tags', zh: '停止批量打标任务' },
  input: z.object({ id }),
  output: z.object({ id, changed: z.int() }),
  offeredTo: ['operator'],
  needs: 'tag.apply',
  on: 'brand',
  withinScope: true,
  fails: {
    'tag.job_over': {
      status: 409,
      title: { en: 'It is over, or cannot be stopped half way', zh: '任务已结束，或不支持中途停止' },
    },
  },
  async run(ctx, input) {
    const mine = ctx.actor.scope.kind === 'all' ? null : ctx.actor.id
    const { rows } = await sql<{ changed: number }>`update tag_jobs
      set state = 'cancelled', member_ids = null, changed_at = ${ctx.now}
      where id = ${input.id} and kind in ('apply', 'remove') and state in ('waiting', 'running')
        and (${mine}::text is null or actor = ${mine}) returning changed`.execute(ctx.db)
    const [row] = rows
    if (!row) return ctx.fail('tag.job_over')
    ctx.note({ id: input.id, changed: row.changed })
    return { id: input.id, changed: row.changed }
  },
})
