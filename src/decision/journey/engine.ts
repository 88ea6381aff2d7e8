// Moves runs through their graphs. All that belongs to a step — where the run stands, the record of the step, what its
// action did, the events — is written in one transaction, and a visit's effects bear its permanent cause: a crash
// leaves either everything or nothing. Runs at the same node go together, with a few statements for hundreds of them.
import { sql } from 'kysely'
import type { ReactorContext } from '#kernel/context'
import { idFrom } from '#kernel/ids'
import { exited, failed } from './declare.ts'
import type { Graph } from './graph.ts'
import type { Outcome, Visit } from './node/kind.ts'
import { kindOf } from './node/registry.ts'
import type { JourneyTables, RunState } from './tables.ts'

export type JourneyContext = ReactorContext<JourneyTables>
export type Db = JourneyContext['db']

export interface Run {
  id: string
  journeyId: string
  version: number
  memberId: string
  node: string
  visit: number
  depth: number
  event: JourneyTables['journey_runs']['event']
  /** Its wait at `node` is over. */
  woken: boolean
}

export interface Version {
  journeyId: string
  name: string
  version: number
  graph: Graph
}

interface Step {
  runId: string
  visit: number
  node: string
  outcome: string
  detail: Record<string, unknown> | null
}
interface Rest {
  run: Run
  state: RunState
  reason: string | null
  until: Date | null
}

/** What a node did in a visit is known by this for ever. */
const causeOf = (run: Run) => idFrom(`${run.id}/${run.visit}`)

/** Moves runs on until each rests or has ended, and writes what came of it. */
export async function advance(ctx: JourneyContext, version: Version, runs: readonly Run[]): Promise<void> {
  const steps: Step[] = []
  const rests: Rest[] = []
  let moving = runs.map((r) => ({ ...r }))
  // A graph without restless circles brings every run to rest within as many rounds as it has nodes.
  while (moving.length > 0) {
    const next: Run[] = []
    for (const [nodeId, here] of Map.groupBy(moving, (r) => r.node)) {
      const outcomes = await visit(ctx, version, nodeId, here)
      here.forEach((run, i) => {
        const outcome = outcomes[i] ?? GONE
        steps.push(stepOf(run, nodeId, outcome))
        if (outcome.kind === 'go') next.push({ ...run, node: outcome.to, visit: run.visit + 1, woken: false })
        else rests.push(restOf(run, outcome))
      })
    }
    moving = next
  }
  await writeRuns(ctx, rests)
  await writeSteps(ctx, steps)
  tell(ctx, version, rests)
}

/** Ends runs that cannot go on, where they stand. */
export async function giveUp(ctx: JourneyContext, version: Version, runs: readonly Run[]): Promise<void> {
  const outcome = { kind: 'end', state: 'failed', reason: 'service.failed' } as const
  const rests = runs.map((run) => restOf(run, outcome))
  await writeRuns(ctx, rests)
  await writeSteps(
    ctx,
    runs.map((run) => stepOf(run, run.node, outcome)),
  )
  tell(ctx, version, rests)
}

const GONE: Outcome = { kind: 'end', state: 'failed', reason: 'journey.node_gone' }

async function visit(ctx: JourneyContext, version: Version, nodeId: string, runs: readonly Run[]) {
  const node = version.graph.nodes[nodeId]
  if (!node) return runs.map(() => GONE)
  const visits = runs.map(
    (run): Visit => ({
      runId: run.id,
      memberId: run.memberId,
      cause: causeOf(run),
      depth: run.depth,
      event: run.event,
      woken: run.woken,
    }),
  )
  const env = { ctx, journey: { id: version.journeyId, name: version.name } }
  const outcomes = await kindOf(node).step(node as never, visits, env)
  if (outcomes.length !== runs.length) throw new Error(`${node.type} must answer every visit`)
  return outcomes
}

function stepOf(run: Run, node: string, outcome: Outcome): Step {
  const detail = outcome.detail ?? (outcome.kind === 'wait' ? { until: outcome.until.toISOString() } : null)
  const word = outcome.kind === 'go' ? outcome.outcome : outcome.kind === 'wait' ? 'waiting' : outcome.state
  return { runId: run.id, visit: run.visit, node, outcome: word, detail }
}

function restOf(run: Run, outcome: Exclude<Outcome, { kind: 'go' }>): Rest {
  // The visit of a wait is over once it has been recorded; waking is a visit of its own.
  if (outcome.kind === 'wait')
    return { run: { ...run, visit: run.visit + 1 }, state: 'waiting', reason: null, until: outcome.until }
  return { run, state: outcome.state, reason: outcome.reason, until: null }
}

async function writeRuns(ctx: JourneyContext, rests: readonly Rest[]) {
  if (rests.length === 0) return
  await sql`update journey_runs r set node = v.node, visit = v.visit, state = v.state, reason = v.reason,
      ended_at = case when v.state = 'waiting' then null else ${ctx.now}::timestamptz end
    from unnest(${rests.map((r) => r.run.id)}::uuid[], ${rests.map((r) => r.run.node)}::text[],
      ${rests.map((r) => r.run.visit)}::integer[], ${rests.map((r) => r.state)}::text[],
      ${rests.map((r) => r.reason)}::text[]) as v (id, node, visit, state, reason)
    where r.id = v.id`.execute(ctx.db)
  const waiting = rests.filter((r) => r.until !== null)
  if (waiting.length > 0)
    await sql`insert into journey_due (run_id, journey_id, due_at)
      select * from unnest(${waiting.map((r) => r.run.id)}::uuid[], ${waiting.map((r) => r.run.journeyId)}::uuid[],
        ${waiting.map((r) => r.until)}::timestamptz[])`.execute(ctx.db)
}

async function writeSteps(ctx: JourneyContext, steps: readonly Step[]) {
  await sql`insert into journey_steps (run_id, visit, node, at, outcome, detail)
    select run_id, visit, node, ${ctx.now}::timestamptz, outcome, detail
    from unnest(${steps.map((s) => s.runId)}::uuid[], ${steps.map((s) => s.visit)}::integer[],
      ${steps.map((s) => s.node)}::text[], ${steps.map((s) => s.outcome)}::text[],
      ${steps.map((s) => (s.detail ? JSON.stringify(s.detail) : null))}::jsonb[])
      as v (run_id, visit, node, outcome, detail)`.execute(ctx.db)
}

function tell(ctx: JourneyContext, { journeyId, name }: Version, rests: readonly Rest[]) {
  for (const { run, state, reason } of rests) {
    const about = { memberId: run.memberId, cause: causeOf(run), depth: run.depth }
    const what = { journeyId, name, runId: run.id, reason: reason ?? '' }
    if (state === 'failed') ctx.emit(failed, { ...what, node: run.node }, about)
    else if (state !== 'waiting') ctx.emit(exited, what, about)
  }
}

const versions = new Map<string, Graph>()

/** The graph of a published version; versions never change, so they are kept. */
export async function graphOf(db: Db, journeyId: string, version: number): Promise<Graph> {
  const key = `${journeyId}/${version}`
  const known = versions.get(key)
  if (known) return known
  const row = await db
    .selectFrom('journey_versions')
    .select('graph')
    .where('journey_id', '=', journeyId)
    .where('version', '=', version)
    .executeTakeFirstOrThrow()
  if (versions.size > 500) versions.clear()
  versions.set(key, row.graph)
  return row.graph
}
