// Live membership. Events that may change anything are noted as they are projected; a look takes all that were noted
// since the last one, and the members whose check is due, and asks the warehouse one question for all of them and all
// segments concerned. So the faster events come, the more a look takes at once, and its fixed cost is shared.
import { sql } from 'kysely'
import type { AnyEvent, Happened } from '#kernel/capability'
import { apply, type Db, type Finding, insideOf, lockMembership, type SegmentContext } from './apply.ts'
import { listener, timer } from './declare.ts'
import { type Live, loadSegments, type Reads } from './load.ts'
import { numbersOf, verdicts } from './read.ts'

/** Members a look takes at most, and how long it should take: what it takes is fitted to how long the last one took. */
const MOST_MEMBERS = 5000
const LONG_MS = 4000
const SHORT_MS = 2000
let most = 1000
/**
 * Machine time between looks. One costs some 0.3 s before its first member, so looking all the time would fill a core.
 */
const PAUSE_MS = 50
let lookedAt = Number.NEGATIVE_INFINITY
/** The last look left something for the next one, which does not wait then. */
let isBehind = false

/** A merge changes everything that is known of its members. */
const CHANGES_ALL = /^member\.(?:merged|unmerged)$/
/** The warehouse is told facts by these without their saying which. */
const CHANGES_PROPERTIES = /^member\.(?:identified|grouped|aliased)$/
const ALL_KEYS = '*'

interface Noted {
  memberId: string
  eventId: string
  name: string
  class: string
  keys: readonly string[]
  receivedAt: Date
  depth: number
}

function concerns({ names, prefixes, keys, keyPrefixes }: Reads, e: Noted): boolean {
  if (CHANGES_ALL.test(e.name) || names.has(e.name)) return true
  if (e.class !== 'system' && prefixes.some((p) => e.name.startsWith(p))) return true
  if (keys.size === 0 && keyPrefixes.length === 0) return false
  return e.keys.some((k) => k === ALL_KEYS || keys.has(k) || keyPrefixes.some((p) => k.startsWith(p)))
}

export const evaluate = listener('segment.evaluate', {
  on: '*',
  async interest(db) {
    const { rows } = await sql`select 1 from segments where state <> 'deleted' limit 1`.execute(db)
    return () => rows.length > 0
  },
  async run(ctx, events) {
    const segments = await loadSegments(ctx.db, ctx.brand.zone)
    if (segments.length === 0) return
    const declared = new Map(ctx.contributors.flatMap((c) => c.events.map((e) => [e.name, e] as const)))
    const noted = events.flatMap((e) => notesOf(e, declared.get(e.name)))
    const fresh = await unknown(ctx.db, [...new Set(noted.map((n) => n.memberId))])
    // The last of equal ones is enough: it is the one that would count.
    const kept = new Map<string, Noted>()
    const concerned = createConcerned(segments)
    for (const n of noted) {
      if (concerned([n], fresh.has(n.memberId)).segments.length === 0) continue
      const key = `${n.memberId}/${n.name}/${n.keys.join()}`
      kept.delete(key)
      kept.set(key, n)
    }
    await note(ctx.db, [...kept.values()])
  },
})

/** Whom an event concerns: its member, those it tells facts of, and after an unmerge the one that is its own again. */
function notesOf(event: Happened, declared: AnyEvent | undefined): Noted[] {
  const facts = event.class === 'client' ? [] : (declared?.facts?.(event as never) ?? [])
  const base = {
    eventId: event.id,
    name: event.name,
    class: event.class,
    receivedAt: event.receivedAt,
    depth: event.depth,
  }
  const byMember = new Map<string, string[]>([[event.memberId, CHANGES_PROPERTIES.test(event.name) ? [ALL_KEYS] : []]])
  for (const f of facts) {
    const memberId = f.memberId ?? event.memberId
    byMember.set(memberId, [...(byMember.get(memberId) ?? []), f.key])
  }
  if (event.name === 'member.unmerged') byMember.set(String((event.data as { mergeId?: unknown }).mergeId), [ALL_KEYS])
  return [...byMember].filter(([memberId]) => memberId !== '').map(([memberId, keys]) => ({ ...base, memberId, keys }))
}

/** Members no segment has judged yet. */
async function unknown(db: Db, memberIds: readonly string[]): Promise<Set<string>> {
  if (memberIds.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`select v.id from unnest(${memberIds}::uuid[]) as v (id)
    where not exists (select 1 from segment_known k where k.member_id = v.id)`.execute(db)
  return new Set(rows.map((r) => r.id))
}

async function note(db: Db, list: readonly Noted[]) {
  if (list.length === 0) return
  const rows = list.map((n) => ({
    member_id: n.memberId,
    event_id: n.eventId,
    name: n.name,
    class: n.class,
    keys: n.keys,
    received_at: n.receivedAt,
    depth: n.depth,
  }))
  await sql`insert into segment_pending (member_id, event_id, name, class, keys, received_at, depth)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as v (member_id uuid, event_id uuid, name text, class text, keys text[], received_at timestamptz, depth integer)`.execute(
    db,
  )
}

export const look = timer('segment.look', {
  async nextAt(db) {
    const { rows } = await sql<{ at: Date | null }>`select least(
      (select min(due_at) from segment_checks),
      (select received_at from segment_pending order by id limit 1)) as at`.execute(db)
    return rows[0]?.at ?? null
  },
  async run(ctx) {
    const rest = PAUSE_MS - (performance.now() - lookedAt)
    // Waited for here: coming back would take as long as all timers rest.
    if (!ctx.runtime.manualClock && !isBehind && rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
    try {
      await lockMembership(ctx.db)
      const began = performance.now()
      const taken = await lookOnce(ctx)
      adapt(performance.now() - began)
      isBehind = taken >= most
      return taken
    } catch (error) {
      most = Math.max(1, Math.floor(most / 2))
      throw error
    } finally {
      lookedAt = performance.now()
    }
  },
})

function adapt(took: number) {
  if (took > LONG_MS) most = Math.max(500, Math.floor(most / 2))
  else if (took < SHORT_MS) most = Math.min(MOST_MEMBERS, most * 2)
}

/** Writes only after the warehouse has answered: the journal's order waits for every transaction that has written. */
async function lookOnce(ctx: SegmentContext): Promise<number> {
  const due = await dueMembers(ctx.db, ctx.now)
  // A member that is due is judged at its own instant first; what is noted of it waits for the next look.
  const { noted, ids } = await readNoted(ctx.db, [...due.keys()], most)
  if (due.size + noted.size === 0) return 0
  const segments = await loadSegments(ctx.db, ctx.brand.zone)
  const fresh = await unknown(ctx.db, [...noted.keys()])
  const concerned = createConcerned(segments)
  const everything: Concern = { segments, leaves: leavesOf(segments), deciding: [] }
  const concerns = new Map<string, Concern>()
  for (const id of due.keys()) concerns.set(id, everything)
  for (const [id, events] of noted) concerns.set(id, concerned(events, fresh.has(id)))
  const { findings, next } = await judgeAll(ctx, segments, concerns, { due, noted, now: instantOf(ctx.now, noted) })
  await sql`delete from segment_pending where id = any(${ids}::bigint[])`.execute(ctx.db)
  await sql`insert into segment_known (member_id) select * from unnest(${[...fresh]}::uuid[]) as v (id) order by id
    on conflict do nothing`.execute(ctx.db)
  await apply(ctx, findings, { next, rechecked: [...due.keys()] })
  return due.size + ids.length
}

async function dueMembers(db: Db, now: Date): Promise<Map<string, Date>> {
  const { rows } = await sql<{ member_id: string; due_at: Date }>`select member_id, due_at from segment_checks
    where due_at <= ${now} order by due_at limit ${most}`.execute(db)
  return new Map(rows.map((r) => [r.member_id, r.due_at]))
}

/** The first of what was noted, in its order, of members other than these. */
async function readNoted(
  db: Db,
  others: readonly string[],
  rows: number,
): Promise<{ noted: Map<string, Noted[]>; ids: number[] }> {
  if (rows <= 0) return { noted: new Map(), ids: [] }
  const { rows: found } = await sql<Noted & { id: number }>`select id, member_id as "memberId", event_id as "eventId",
      name, class, keys, received_at as "receivedAt", depth from segment_pending
    where member_id <> all(${others}::uuid[]) order by id limit ${rows}`.execute(db)
  return { noted: Map.groupBy(found, (n) => n.memberId), ids: found.map((r) => r.id) }
}

/** What to judge a member by. Members of whom the same kinds of events were noted share one. */
interface Concern {
  segments: readonly Live[]
  leaves: readonly string[]
  /** For each segment which of the member's events decides: the last that concerns it. */
  deciding: readonly number[]
}

const leavesOf = (segments: readonly Live[]): readonly string[] => [
  ...new Set(segments.flatMap((s) => s.compiled.leaves.map((l) => l.key))),
]

/** A fresh member is judged by all segments. */
function createConcerned(segments: readonly Live[]) {
  const made = new Map<string, Concern>()
  return (events: readonly Noted[], isFresh: boolean): Concern => {
    const kinds = events.map((e) => `${e.class}/${e.name}/${e.keys.join()}`)
    const key = `${isFresh}:${kinds.join('|')}`
    const concern = made.get(key) ?? concernOf(segments, events, isFresh)
    made.set(key, concern)
    return concern
  }
}

function concernOf(all: readonly Live[], events: readonly Noted[], isFresh: boolean): Concern {
  const last = all.map((s) => events.findLastIndex((e) => concerns(s.reads, e)))
  const deciding = last.map((i) => (i < 0 && isFresh ? events.length - 1 : i))
  const segments = all.filter((_, i) => (deciding[i] ?? -1) >= 0)
  return { segments, leaves: leavesOf(segments), deciding: deciding.filter((i) => i >= 0) }
}

/**
 * When those of whom something was noted are judged. The look may have waited since its own instant, and the clock of
 * the process that received an event may go before ours: judged earlier than they were received, they would be to come.
 */
function instantOf(now: Date, noted: ReadonlyMap<string, readonly Noted[]>): Date {
  let latest = now.getTime()
  for (const events of noted.values()) for (const e of events) latest = Math.max(latest, e.receivedAt.getTime())
  return new Date(latest)
}

/** What changes, and when each of these members is to be looked at again. */
async function judgeAll(
  ctx: SegmentContext,
  segments: readonly Live[],
  concerns: ReadonlyMap<string, Concern>,
  { due, noted, now }: { due: ReadonlyMap<string, Date>; noted: ReadonlyMap<string, readonly Noted[]>; now: Date },
): Promise<{ findings: Finding[]; next: Map<string, number> }> {
  const findings: Finding[] = []
  const next = new Map<string, number>()
  const asked = new Set([...new Set(concerns.values())].flatMap((c) => c.segments))
  if (asked.size === 0) return { findings, next }
  const compiled = segments.filter((s) => asked.has(s)).map((s) => s.compiled)
  const numbers = await numbersOf(ctx.warehouse, [...concerns.keys()])
  const members = [...numbers.keys()]
  const ats = due.size === 0 ? {} : { ats: members.map((id) => [due.get(id) ?? now]) }
  const who = {
    kind: 'some' as const,
    numbers: [...numbers.values()],
    leaves: members.map((id) => concerns.get(id)?.leaves ?? []),
    ...ats,
  }
  const answers = await verdicts(ctx.warehouse, compiled, who, { at: now })
  const inside = await insideOf(ctx.db, members)
  for (const { memberId, weigh } of answers) {
    const concern = concerns.get(memberId)
    const mine = inside.get(memberId)
    const at = due.get(memberId)
    let earliest = Number.POSITIVE_INFINITY
    concern?.segments.forEach((segment, i) => {
      const weight = weigh(segment.compiled)
      earliest = Math.min(earliest, Math.abs(weight))
      const holds = weight > 0
      if (holds === (mine?.has(segment.id) ?? false)) return
      const event = noted.get(memberId)?.[concern.deciding[i] ?? 0]
      const why = at
        ? { at, cause: `due:${segment.id}:${at.toISOString()}`, depth: 0 }
        : { at: event?.receivedAt ?? now, cause: event?.eventId ?? '', depth: (event?.depth ?? 0) + 1 }
      findings.push({ segment, memberId, holds, ...why })
    })
    next.set(memberId, earliest)
  }
  return { findings, next }
}
