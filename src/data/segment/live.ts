// Live membership. Each batch of events: the members in it, the segments that depend on what happened, one question
// to the warehouse. Time alone: a timer per member and segment at the exact instant a verdict can change.
import { sql } from 'kysely'
import type { Happened } from '#kernel/capability'
import { apply, type Db, type Finding, type Judged, lockMembership, type SegmentContext } from './apply.ts'
import type { Trigger } from './clause/kind.ts'
import { kindOf } from './clause/registry.ts'
import { type Condition, clausesOf } from './condition.ts'
import { listener, timer } from './declare.ts'
import { numbersOf, verdicts } from './read.ts'

export interface Loaded extends Judged {
  version: number
  definition: Condition
  triggers: readonly Trigger[]
}

/** More members in one question take more memory than time. */
const MOST_MEMBERS = 5000

const parsed = new Map<string, Pick<Loaded, 'definition' | 'triggers'>>()

/** All segments that are kept up to date; definitions are parsed once per version. */
async function loadSegments(db: Db): Promise<Loaded[]> {
  const rows = await db
    .selectFrom('segments')
    .select(['id', 'name', 'version', 'state'])
    .where('state', '<>', 'deleted')
    .orderBy('id')
    .execute()
  const missing = rows.filter((r) => !parsed.has(`${r.id}/${r.version}`))
  if (missing.length > 0) {
    // Old versions go with everything else; what is in use comes back at the next batch.
    if (parsed.size > 5000) parsed.clear()
    const definitions = await db
      .selectFrom('segments')
      .select(['id', 'version', 'definition'])
      .where(
        'id',
        'in',
        missing.map((r) => r.id),
      )
      .execute()
    for (const d of definitions)
      parsed.set(`${d.id}/${d.version}`, { definition: d.definition, triggers: triggersOf(d.definition) })
  }
  return rows.flatMap((r) => {
    const more = parsed.get(`${r.id}/${r.version}`)
    return more ? [{ ...r, state: r.state as Judged['state'], ...more }] : []
  })
}

const triggersOf = (definition: Condition): Trigger[] =>
  clausesOf(definition).flatMap((c) => kindOf(c)?.triggers(c as never) ?? [])

/** Events that can change facts of a member: what people declares, and merges, which change everything. */
const CHANGES_PROPERTIES = /^member\./
const CHANGES_ALL = /^member\.(?:merged|unmerged)$/

function concerns(segment: Loaded, event: Happened): boolean {
  if (CHANGES_ALL.test(event.name)) return true
  return segment.triggers.some((t) => {
    if (t.fact !== undefined) return CHANGES_PROPERTIES.test(event.name)
    return t.names?.some((n) =>
      n.endsWith('*') ? event.class !== 'system' && event.name.startsWith(n.slice(0, -1)) : n === event.name,
    )
  })
}

export const evaluate = listener('segment.evaluate', {
  on: '*',
  async run(ctx, events) {
    const about = events.filter((e) => e.memberId !== '').flatMap(bothOf)
    if (about.length === 0) return
    const segments = await loadSegments(ctx.db)
    if (segments.length === 0) return
    await lockMembership(ctx.db)
    const byMember = Map.groupBy(about, (e) => e.memberId)
    const fresh = await newcomers(ctx.db, [...byMember.keys()])
    const wanted = concerned(segments, byMember, fresh)
    const members = [...wanted.keys()]
    for (let i = 0; i < members.length; i += MOST_MEMBERS) {
      const some = members.slice(i, i + MOST_MEMBERS)
      await judgeMembers(ctx, segments, new Map(some.map((m) => [m, wanted.get(m) ?? new Map()])))
    }
  },
})

/** A merge that was undone concerns the member that is its own again, too. */
function bothOf(event: Happened): Happened[] {
  const other = event.name === 'member.unmerged' ? (event.data as { mergeId?: unknown }).mergeId : undefined
  return typeof other === 'string' ? [event, { ...event, memberId: other }] : [event]
}

/** Members whose first event this is for us: they are judged by every segment, since “has not” holds for them at once. */
async function newcomers(db: Db, memberIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ member_id: string }>`insert into segment_known (member_id)
    select * from unnest(${memberIds}::uuid[]) as v (id) order by id
    on conflict do nothing returning member_id`.execute(db)
  return new Set(rows.map((r) => r.member_id))
}

/** Per member the segments to judge, each with the last event that concerns it. */
function concerned(
  segments: readonly Loaded[],
  byMember: ReadonlyMap<string, readonly Happened[]>,
  fresh: ReadonlySet<string>,
): Map<string, Map<Loaded, Happened>> {
  const wanted = new Map<string, Map<Loaded, Happened>>()
  for (const [memberId, events] of byMember) {
    const last = events.at(-1)
    const mine = new Map<Loaded, Happened>()
    for (const segment of segments) {
      const event = events.findLast((e) => concerns(segment, e)) ?? (fresh.has(memberId) ? last : undefined)
      if (event) mine.set(segment, event)
    }
    if (mine.size > 0) wanted.set(memberId, mine)
  }
  return wanted
}

async function judgeMembers(
  ctx: SegmentContext,
  segments: readonly Loaded[],
  wanted: ReadonlyMap<string, ReadonlyMap<Loaded, Happened>>,
) {
  const asked = segments.filter((s) => [...wanted.values()].some((mine) => mine.has(s)))
  const numbers = await numbersOf(ctx.warehouse, [...wanted.keys()])
  const answers = await verdicts(
    ctx.warehouse,
    asked.map((s) => s.definition),
    { kind: 'some', numbers: [...numbers.values()] },
    { at: ctx.now, zone: ctx.brand.zone },
  )
  const findings = answers.flatMap(({ memberId, verdicts: list }) =>
    asked.flatMap((segment, i): Finding[] => {
      const event = wanted.get(memberId)?.get(segment)
      const verdict = list[i]
      if (!event || !verdict) return []
      return [{ segment, memberId, verdict, at: event.receivedAt, cause: event.id, depth: event.depth + 1 }]
    }),
  )
  await apply(ctx, findings)
}

/** Works the timers: each member is judged at its own due instant, the earliest first. */
export const tick = timer('segment.tick', {
  async nextAt(db) {
    const row = await db.selectFrom('segment_timers').select('due_at').orderBy('due_at').limit(1).executeTakeFirst()
    return row?.due_at ?? null
  },
  async run(ctx, limit) {
    await lockMembership(ctx.db)
    const { rows } = await sql<{ segment_id: string; member_id: string; due_at: Date }>`
      with due as (select segment_id, member_id from segment_timers where due_at <= ${ctx.now} order by due_at limit ${limit})
      delete from segment_timers t using due where t.segment_id = due.segment_id and t.member_id = due.member_id
      returning t.segment_id, t.member_id, t.due_at`.execute(ctx.db)
    if (rows.length === 0) return 0
    const segments = new Map((await loadSegments(ctx.db)).map((s) => [s.id, s]))
    // A member may be due at several instants, one per segment; each round takes every member's earliest one.
    const instants = Map.groupBy(rows, (r) => r.member_id)
    for (const list of instants.values()) list.sort((a, b) => a.due_at.getTime() - b.due_at.getTime())
    while (instants.size > 0) await judgeDue(ctx, segments, takeEarliest(instants))
    return rows.length
  },
})

type Due = { segment_id: string; member_id: string; due_at: Date }

function takeEarliest(instants: Map<string, Due[]>): Due[] {
  const taken: Due[] = []
  for (const [memberId, list] of [...instants]) {
    const at = list[0]?.due_at.getTime()
    taken.push(...list.filter((d) => d.due_at.getTime() === at))
    const rest = list.filter((d) => d.due_at.getTime() !== at)
    if (rest.length > 0) instants.set(memberId, rest)
    else instants.delete(memberId)
  }
  return taken
}

async function judgeDue(ctx: SegmentContext, segments: ReadonlyMap<string, Loaded>, due: readonly Due[]) {
  const asked = [...new Set(due.map((d) => d.segment_id))].flatMap((id) => segments.get(id) ?? [])
  if (asked.length === 0) return
  const at = new Map(due.map((d) => [d.member_id, d.due_at]))
  const numbers = await numbersOf(ctx.warehouse, [...at.keys()])
  const answers = await verdicts(
    ctx.warehouse,
    asked.map((s) => s.definition),
    { kind: 'some', numbers: [...numbers.values()], ats: [...numbers.keys()].map((id) => at.get(id) ?? ctx.now) },
    { at: ctx.now, zone: ctx.brand.zone },
  )
  const wanted = new Set(due.map((d) => `${d.segment_id}/${d.member_id}`))
  const findings = answers.flatMap(({ memberId, verdicts: list }) =>
    asked.flatMap((segment, i): Finding[] => {
      const verdict = list[i]
      const instant = at.get(memberId)
      if (!verdict || !instant || !wanted.has(`${segment.id}/${memberId}`)) return []
      return [
        { segment, memberId, verdict, at: instant, cause: `due:${segment.id}:${instant.toISOString()}`, depth: 0 },
      ]
    }),
  )
  await apply(ctx, findings)
}
