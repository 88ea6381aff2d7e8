// Waits that are over. A batch of one journey at a time, locked so that several workers share the work; a paused
// journey's waits stay where they are.
import { sql } from 'kysely'
import { Problem } from '#kernel/problem'
import { timer } from './declare.ts'
import { advance, type Db, giveUp, graphOf, type JourneyContext, type Run, type Version } from './engine.ts'

interface Waiting {
  journey_id: string
  name: string
  due_at: Date
}

/** Per open journey the earliest instant at which a run is due, the earliest first. */
async function nextDues(db: Db, most: number): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select j.id as journey_id, j.name, d.due_at from journeys j cross join lateral (
      select due_at from journey_due where journey_id = j.id order by due_at limit 1) d
    where j.state = 'published' order by d.due_at, j.id limit ${most}`.execute(db)
  return rows
}

export const wake = timer('journey.wake', {
  async nextAt(db) {
    const [first] = await nextDues(db, 1)
    return first?.due_at ?? null
  },
  async run(ctx, limit) {
    let done = 0
    for (const journey of await nextDues(ctx.db, 20)) {
      if (done >= limit || journey.due_at > ctx.now) break
      done += await wakeRuns(ctx, journey, limit - done)
    }
    return done
  },
})

interface Woken {
  id: string
  version: number
  member_id: string
  node: string
  visit: number
  depth: number
  event: Run['event']
}

async function wakeRuns(ctx: JourneyContext, journey: Waiting, limit: number): Promise<number> {
  const { rows } = await sql<Woken>`
    with due as (select run_id from journey_due where journey_id = ${journey.journey_id} and due_at <= ${ctx.now}
        order by due_at limit ${limit} for update skip locked),
      gone as (delete from journey_due d using due where d.run_id = due.run_id returning d.run_id)
    select r.id, r.version, r.member_id, r.node, r.visit, r.depth, r.event from gone
      join journey_runs r on r.id = gone.run_id and r.state = 'waiting' order by r.id`.execute(ctx.db)
  for (const [version, list] of Map.groupBy(rows, (r) => r.version)) {
    const graph = await graphOf(ctx.db, journey.journey_id, version)
    const of = { journeyId: journey.journey_id, name: journey.name, version, graph }
    await advanceOrFail(
      ctx,
      of,
      list.map((r) => runOf(journey.journey_id, r)),
    )
  }
  return rows.length
}

const runOf = (journeyId: string, r: Woken): Run => ({
  id: r.id,
  journeyId,
  version: r.version,
  memberId: r.member_id,
  node: r.node,
  visit: r.visit,
  depth: r.depth,
  event: r.event,
  woken: r.visit > 0,
})

/** A run that breaks an action ends as failed, for people to see; it holds up neither the others nor the clock. */
async function advanceOrFail(ctx: JourneyContext, version: Version, runs: readonly Run[]): Promise<void> {
  try {
    await ctx.attempt(() => advance(ctx, version, runs))
  } catch (error) {
    if (isPassing(error)) throw error
    if (runs.length === 1) return giveUp(ctx, version, runs)
    for (const run of runs) await advanceOrFail(ctx, version, [run])
  }
}

/** Trouble of a store, which is no run's fault and goes by: the whole batch is done again. */
function isPassing(error: unknown): boolean {
  if (error instanceof Problem) return error.status === 503
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^(08|40|53|55|57|58|ECONN|EPIPE|ENOENT)/.test(code)
}
