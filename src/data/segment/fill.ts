// Judging everybody: at the first fill and after every change of the definition. In ranges of members, each in a
// short transaction, so that live membership goes on in between and a restart goes on where it stopped. What is being
// filled goes together: members are read once for all of it.
import { sql } from 'kysely'
import { z } from 'zod'
import { apply, type Finding, insideOf, lockMembership, type SegmentContext } from './apply.ts'
import { job } from './declare.ts'
import { loadSegments } from './load.ts'
import { verdicts } from './read.ts'

/** Identity numbers judged at once: what takes well under a second, so that live membership never waits long. */
let range = 1000
const MOST = 50_000
const LEAST = 500
const LONG_MS = 800
const SHORT_MS = 300

export const fill = job('segment.fill', {
  payload: z.object({ segmentId: z.uuid(), version: z.int() }),
  async run(ctx, { segmentId, version }) {
    const [row] = await ctx.warehouse.query<{ n: number }>('SELECT max(number) AS n FROM members', {}, { lane: 'live' })
    const last = Number(row?.n ?? 0)
    let more = true
    while (more && !ctx.signal.aborted) {
      const began = performance.now()
      try {
        more = await ctx.transaction((tx) => fillRange(tx, segmentId, version, last))
      } catch (error) {
        // What asked too much of the warehouse is tried again with fewer.
        range = Math.max(LEAST, Math.floor(range / 4))
        throw error
      }
      const took = performance.now() - began
      if (took > LONG_MS) range = Math.max(LEAST, Math.floor(range / 2))
      else if (took < SHORT_MS) range = Math.min(MOST, range * 2)
      // Everything that changes goes the road of events, which others travel too.
      if (more) await ctx.runtime.makeWay(ctx.signal)
    }
    // Stopped half-way: done again from where it stands.
    ctx.signal.throwIfAborted()
  },
})

/** Judges the next range; false when this one is filled, or a newer version has its own fill. */
async function fillRange(ctx: SegmentContext, id: string, version: number, last: number): Promise<boolean> {
  await lockMembership(ctx.db)
  // Neither changed nor deleted before this range is done: what is deleted would live again, and what is changed would
  // be taken to have come as far as what it was.
  const { rows } = await sql<{ id: string; version: number; filled_to: string }>`
    select id, version, filled_to::text from segments where state = 'filling' order by id for no key update`.execute(
    ctx.db,
  )
  if (!rows.some((r) => r.id === id && r.version === version)) return false
  const after = Math.min(...rows.map((r) => Number(r.filled_to)))
  const here = new Set(rows.filter((r) => Number(r.filled_to) === after).map((r) => r.id))
  const others = rows.filter((r) => !here.has(r.id)).map((r) => Number(r.filled_to))
  // Those further on are met where they stand, and go along from there.
  const upTo = Math.min(after + range, ...others)
  const segments = (await loadSegments(ctx.db, ctx.brand.zone)).filter((s) => here.has(s.id))
  const who = { kind: 'range' as const, after, upTo }
  const answers = await verdicts(
    ctx.warehouse,
    segments.map((s) => s.compiled),
    who,
    { at: ctx.now, lane: 'background' },
  )
  const inside = await insideOf(
    ctx.db,
    answers.map((a) => a.memberId),
    [...here],
  )
  const findings: Finding[] = []
  const next = new Map<string, number>()
  for (const { memberId, weigh } of answers) {
    let earliest = Number.POSITIVE_INFINITY
    for (const segment of segments) {
      const weight = weigh(segment.compiled)
      earliest = Math.min(earliest, Math.abs(weight))
      const holds = weight > 0
      if (holds !== (inside.get(memberId)?.has(segment.id) ?? false))
        findings.push({
          segment,
          memberId,
          holds,
          at: ctx.now,
          cause: `definition:${segment.id}:${segment.version}`,
          depth: 0,
        })
    }
    next.set(memberId, earliest)
  }
  await apply(ctx, findings, { next })
  await sql`update segments set filled_to = ${upTo}, state = ${upTo >= last ? 'live' : 'filling'}
    where id = any(${[...here]}::uuid[])`.execute(ctx.db)
  return true
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
