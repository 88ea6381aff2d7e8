// Judging everybody: at the first fill and after every change of the definition. In ranges of members, each in a
// short transaction, so that live membership goes on in between and a restart goes on where it stopped.
import { sql } from 'kysely'
import { z } from 'zod'
import { apply, lockMembership, type SegmentContext } from './apply.ts'
import { job } from './declare.ts'
import { compiledOf } from './load.ts'
import { verdicts } from './read.ts'

/** Identity numbers judged at once: well under a second, so that reactors never wait long. */
const RANGE = 10_000

export const fill = job('segment.fill', {
  payload: z.object({ segmentId: z.uuid(), version: z.int() }),
  async run(ctx, { segmentId, version }) {
    const [row] = await ctx.warehouse.query<{ n: number }>('SELECT max(number) AS n FROM members', {}, { lane: 'live' })
    const last = Number(row?.n ?? 0)
    let more = true
    while (more && !ctx.signal.aborted) more = await ctx.transaction((tx) => fillRange(tx, segmentId, version, last))
    // Stopped half-way: done again from where it stands.
    ctx.signal.throwIfAborted()
  },
})

/** Judges the next range; false when nothing is left, or a newer version has its own fill. */
async function fillRange(ctx: SegmentContext, id: string, version: number, last: number): Promise<boolean> {
  await lockMembership(ctx.db)
  const segment = await ctx.db
    .selectFrom('segments')
    .select(['id', 'name', 'definition', 'filled_to'])
    .where('id', '=', id)
    .where('version', '=', version)
    .where('state', '=', 'filling')
    .executeTakeFirst()
  if (!segment) return false
  const upTo = segment.filled_to + RANGE
  const compiled = await compiledOf(ctx.db, segment.definition, ctx.brand.zone)
  const who = { kind: 'range' as const, after: segment.filled_to, upTo }
  const answers = await verdicts(ctx.warehouse, [compiled], who, { at: ctx.now, lane: 'background' })
  const judged = { id: segment.id, name: segment.name, state: 'filling' as const }
  await apply(
    ctx,
    answers.map(({ memberId, verdict }) => ({
      segment: judged,
      memberId,
      verdict: verdict(compiled),
      at: ctx.now,
      cause: `definition:${id}:${version}`,
      depth: 0,
    })),
  )
  const done = upTo >= last
  await ctx.db
    .updateTable('segments')
    .set({ filled_to: upTo, ...(done ? { state: 'live' } : {}) })
    .where('id', '=', id)
    .execute()
  return !done
}

/** Rows of a deleted segment dropped at once. */
const PURGED = 20_000

export const purge = job('segment.purge', {
  payload: z.object({ segmentId: z.uuid() }),
  async run(ctx, { segmentId }) {
    let deleted = PURGED
    while (deleted === PURGED && !ctx.signal.aborted)
      deleted = await ctx.transaction(async ({ db }) => {
        const { numAffectedRows } = await sql`delete from segment_members where (member_id, segment_id) in
          (select member_id, segment_id from segment_members where segment_id = ${segmentId} limit ${PURGED})`.execute(
          db,
        )
        return Number(numAffectedRows ?? 0)
      })
    ctx.signal.throwIfAborted()
    await ctx.transaction(async ({ db }) => {
      await db.deleteFrom('segment_sizes').where('segment_id', '=', segmentId).execute()
      await db.deleteFrom('segments').where('id', '=', segmentId).where('state', '=', 'deleted').execute()
    })
  },
})
