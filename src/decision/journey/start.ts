// Who comes in: re-entry rules, the new run, its first steps.
import { sql } from 'kysely'
import { newId } from '#kernel/ids'
import { parseDuration, windowStart } from '#kernel/time'
import { entered } from './declare.ts'
import { advance, type Db, graphOf, type JourneyContext, type Run } from './engine.ts'
import { type Settings, triggerOf } from './graph.ts'
import type { JourneyTables } from './tables.ts'

export interface Entry {
  memberId: string
  key: string
  /** Permanent; a repeat starts nothing. */
  cause: string
  depth: number
  event: JourneyTables['journey_runs']['event']
}
export interface Started {
  id: string
  name: string
  version: number
  settings: Settings
}

/**
 * Starts runs for these entries, in order, and moves them to their first rest. Entries of one member and key are
 * taken one after the other, so that a second event of a batch meets the run of the first.
 */
export async function start(ctx: JourneyContext, journey: Started, entries: readonly Entry[]): Promise<number> {
  const graph = await graphOf(ctx.db, journey.id, journey.version)
  const trigger = triggerOf(graph)
  if (!trigger) return 0
  let started = 0
  for (const round of rounds(entries)) {
    const runs = await insertRuns(ctx, journey, graph.start, await admitted(ctx, journey, round))
    for (const run of runs)
      ctx.emit(
        entered,
        { journeyId: journey.id, name: journey.name, runId: run.id, version: journey.version },
        { memberId: run.memberId, cause: run.event.id, depth: run.depth },
      )
    await advance(ctx, { journeyId: journey.id, name: journey.name, version: journey.version, graph }, runs)
    started += runs.length
  }
  return started
}

/** The n-th entry of each member and key in the n-th round. */
function rounds(entries: readonly Entry[]): Entry[][] {
  const seen = new Map<string, number>()
  const list: Entry[][] = []
  for (const entry of entries) {
    const who = `${entry.memberId}/${entry.key}`
    const n = seen.get(who) ?? 0
    seen.set(who, n + 1)
    const round = list[n] ?? []
    round.push(entry)
    list[n] = round
  }
  return list
}

/** Those that the re-entry rule lets in. */
async function admitted(ctx: JourneyContext, journey: Started, entries: readonly Entry[]): Promise<Entry[]> {
  const { reentry } = journey.settings
  if (reentry === 'always') return [...entries]
  const { rows } = await sql<{ n: number }>`select v.n::integer as n
    from unnest(${entries.map((e) => e.memberId)}::uuid[], ${entries.map((e) => e.key)}::text[]) with ordinality as v (member_id, key, n)
    where exists (select 1 from journey_runs r
      where r.journey_id = ${journey.id} and r.member_id = v.member_id and r.key = v.key and ${bars(ctx, reentry)})`.execute(
    ctx.db,
  )
  const barred = new Set(rows.map((r) => r.n - 1))
  return entries.filter((_, i) => !barred.has(i))
}

/** Which earlier runs keep a member out. */
function bars(ctx: JourneyContext, reentry: Exclude<Settings['reentry'], 'always'>) {
  const inside = sql<boolean>`r.state in ('running', 'waiting')`
  if (reentry === 'never') return sql<boolean>`true`
  if (reentry === 'afterExit') return inside
  const after = parseDuration(reentry.after)
  if (!after) throw new Error(`not a duration: ${reentry.after}`)
  return sql<boolean>`(${inside} or r.entered_at > ${windowStart(after, ctx.now, ctx.brand.zone)})`
}

async function insertRuns(
  ctx: JourneyContext,
  journey: Started,
  node: string,
  entries: readonly Entry[],
): Promise<Run[]> {
  if (entries.length === 0) return []
  const ids = entries.map(() => newId())
  const { rows } = await sql<{ id: string }>`
    insert into journey_runs (id, journey_id, version, member_id, key, node, visit, state, event, cause, depth, entered_at)
    select v.id, ${journey.id}, ${journey.version}, v.member_id, v.key, ${node}, 0, 'running', v.event, v.cause, v.depth, ${ctx.now}
    from unnest(${ids}::uuid[], ${entries.map((e) => e.memberId)}::uuid[], ${entries.map((e) => e.key)}::text[],
      ${entries.map((e) => JSON.stringify(e.event))}::jsonb[], ${entries.map((e) => e.cause)}::text[],
      ${entries.map((e) => e.depth)}::smallint[]) as v (id, member_id, key, event, cause, depth)
    on conflict (journey_id, member_id, cause) do nothing returning id`.execute(ctx.db)
  const made = new Set(rows.map((r) => r.id))
  return entries.flatMap((entry, i): Run[] => {
    const id = ids[i] ?? ''
    if (!made.has(id)) return []
    const { memberId, depth, event } = entry
    return [
      { id, journeyId: journey.id, version: journey.version, memberId, node, visit: 0, depth, event, woken: false },
    ]
  })
}

/** Journeys that take members in now. */
export async function openJourneys(db: Db): Promise<(Started & { publishedAt: Date })[]> {
  const rows = await db
    .selectFrom('journeys as j')
    .innerJoin('journey_versions as v', (on) =>
      on.onRef('v.journey_id', '=', 'j.id').onRef('v.version', '=', 'j.version'),
    )
    .select(['j.id', 'j.name', 'j.version', 'v.settings', 'j.published_at'])
    .where('j.state', '=', 'published')
    .orderBy('j.id')
    .execute()
  return rows.flatMap(({ published_at, ...j }) => (published_at ? [{ ...j, publishedAt: published_at }] : []))
}
