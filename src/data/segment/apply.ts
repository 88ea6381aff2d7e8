// Turns verdicts into membership: what differs from `segment_members` is written and told as segment.entered and
// segment.left, once each; the earliest instant at which time alone can change anything becomes the member's check.
import { sql, type Transaction } from 'kysely'
import type { ReactorContext } from '#kernel/context'
import { entered, left } from './declare.ts'
import type { Origin, SegmentTables } from './tables.ts'

export type SegmentContext = ReactorContext<SegmentTables>
export type Db = SegmentContext['db'] | Transaction<SegmentTables>

/** A segment as it is told of. */
interface Judged {
  id: string
  version: number
  name: string
  origin: Origin
  ref: string | null
  state: 'filling' | 'live'
}

export interface Finding {
  segment: Judged
  memberId: string
  /** In from now on, or out. */
  holds: boolean
  /** When a change counts: receipt of the deciding event, or the due instant. */
  at: Date
  cause: string
  depth: number
}

/**
 * Everything that writes membership holds this until it commits, so that no verdict overwrites a newer one. Looks and
 * fills take turns.
 */
export const lockMembership = (db: Db) => sql`select pg_advisory_xact_lock(hashtext('segment_members'))`.execute(db)

/** The latest instant a check can stand for. */
const FAR = Date.UTC(2290, 0, 1)

/** When each member is to be looked at again (ms, Infinity for never); `rechecked` have theirs set anew, for others the earlier stays. */
interface Checks {
  next: ReadonlyMap<string, number>
  rechecked?: readonly string[]
}

/** Findings may say what is so already, or speak of a definition that is no more: that is passed over. */
export async function apply(ctx: SegmentContext, found: readonly Finding[], checks: Checks): Promise<void> {
  const standing = await holdSegments(
    ctx.db,
    found.map((f) => f.segment),
  )
  const findings = found.filter((f) => standing.has(f.segment.id))
  const gained = await insertMembers(
    ctx.db,
    findings.filter((f) => f.holds),
  )
  const lost = await deleteMembers(
    ctx.db,
    findings.filter((f) => !f.holds),
  )
  await countSizes(ctx.db, gained, lost)
  await setChecks(ctx.db, checks)
  for (const f of gained) tell(ctx, entered, f)
  for (const f of lost) tell(ctx, left, f)
}

/**
 * Of these segments those that still stand as they were judged: they are neither changed nor deleted before this
 * transaction ends.
 */
async function holdSegments(db: Db, judged: readonly Pick<Judged, 'id' | 'version'>[]): Promise<ReadonlySet<string>> {
  const versions = new Map(judged.map((s) => [s.id, s.version]))
  if (versions.size === 0) return new Set()
  const { rows } = await sql<{ id: string }>`select s.id from segments s
    join unnest(${[...versions.keys()]}::uuid[], ${[...versions.values()]}::integer[]) as v (id, version)
      on s.id = v.id and s.version = v.version
    where s.state <> 'deleted' order by s.id for no key update of s`.execute(db)
  return new Set(rows.map((r) => r.id))
}

function tell(ctx: SegmentContext, event: typeof entered | typeof left, f: Finding) {
  const { id, name, state, origin, ref } = f.segment
  const flag = state === 'filling' ? { definition: true as const } : {}
  ctx.emit(
    event,
    { segmentId: id, name, ...flag, ...(origin === 'segment' || ref === null ? {} : { origin, ref }) },
    { memberId: f.memberId, at: f.at, cause: f.cause, depth: f.depth },
  )
}

const columns = (list: readonly Finding[]) =>
  [sql`${list.map((f) => f.segment.id)}::uuid[]`, sql`${list.map((f) => f.memberId)}::uuid[]`] as const
const keyOf = (segmentId: string, memberId: string) => `${segmentId}/${memberId}`
type Row = { segment_id: string; member_id: string }

/**
 * Of each of these members the segments it is in now, all or among some. They come as one text a member: lists of ids take longer to read
 * than all the rest.
 */
export async function insideOf(
  db: Db,
  memberIds: readonly string[],
  among?: readonly string[],
): Promise<Map<string, ReadonlySet<string>>> {
  if (memberIds.length === 0) return new Map()
  const these = among ? sql`and segment_id = any(${[...among]}::uuid[])` : sql``
  const { rows } = await sql<{ member_id: string; segments: string }>`
    select member_id, string_agg(segment_id::text, ',') as segments from segment_members
    where member_id = any(${memberIds}::uuid[]) ${these} group by member_id`.execute(db)
  return new Map(rows.map((r) => [r.member_id, new Set(r.segments.split(','))]))
}

function changed(list: readonly Finding[], rows: readonly Row[]): Finding[] {
  const keys = new Set(rows.map((r) => keyOf(r.segment_id, r.member_id)))
  return list.filter((f) => keys.has(keyOf(f.segment.id, f.memberId)))
}

/** Answers those that were no members before. */
async function insertMembers(db: Db, list: readonly Finding[]): Promise<Finding[]> {
  if (list.length === 0) return []
  const [segments, members] = columns(list)
  const { rows } = await sql<Row>`insert into segment_members (segment_id, member_id, entered_at)
    select * from unnest(${segments}, ${members}, ${list.map((f) => f.at)}::timestamptz[])
    on conflict do nothing returning segment_id, member_id`.execute(db)
  return changed(list, rows)
}

/** Answers those that were members before. */
async function deleteMembers(db: Db, list: readonly Finding[]): Promise<Finding[]> {
  if (list.length === 0) return []
  const [segments, members] = columns(list)
  const { rows } =
    await sql<Row>`delete from segment_members m using unnest(${segments}, ${members}) as v (segment_id, member_id)
    where m.segment_id = v.segment_id and m.member_id = v.member_id returning m.segment_id, m.member_id`.execute(db)
  return changed(list, rows)
}

async function countSizes(db: Db, gained: readonly Finding[], lost: readonly Finding[]) {
  const change = new Map<string, number>()
  for (const f of gained) change.set(f.segment.id, (change.get(f.segment.id) ?? 0) + 1)
  for (const f of lost) change.set(f.segment.id, (change.get(f.segment.id) ?? 0) - 1)
  const rows = [...change].filter(([, n]) => n !== 0)
  if (rows.length === 0) return
  await sql`update segments s set size = s.size + v.n
    from unnest(${rows.map(([id]) => id)}::uuid[], ${rows.map(([, n]) => n)}::integer[]) as v (id, n)
    where s.id = v.id`.execute(db)
}

async function setChecks(db: Db, { next, rechecked = [] }: Checks) {
  if (rechecked.length > 0)
    await sql`delete from segment_checks where member_id = any(${rechecked}::uuid[])`.execute(db)
  const due = [...next].filter(([, at]) => at < FAR)
  if (due.length === 0) return
  await sql`insert into segment_checks as c (member_id, due_at)
    select * from unnest(${due.map(([id]) => id)}::uuid[], ${due.map(([, at]) => new Date(at))}::timestamptz[])
    on conflict (member_id) do update set due_at = excluded.due_at where c.due_at > excluded.due_at`.execute(db)
}
