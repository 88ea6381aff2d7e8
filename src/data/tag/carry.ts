// What a merge of two members, its undoing and an erasure mean for their tags: the kept member has the tags of both; in
// a single dimension its own stays. What the warehouse was told last is then made to agree.
import { type Kysely, sql } from 'kysely'
import type { Warehouse } from '#kernel/context'
import { findMember, merged, unmerged } from '#people/member'
import { applied, reactor, removed } from './declare.ts'
import type { TagTables } from './tables.ts'
import { resize } from './write.ts'

type Db = Kysely<TagTables>
interface Merge {
  keepId: string
  mergeId: string
}

/** A row as JSON keeps it. */
interface Stored {
  tag_key: string
  source: string
  sources: string[]
  actor: string
  cause: string
  applied_at: string
  due_at: string | null
  verification: string
  verified_by: string | null
  verified_at: string | null
}
export interface Carried {
  /** Went over as they are. */
  moved: Stored[]
  /** Gone, because the kept member had the tag, or another of its single dimension. */
  dropped: Stored[]
  /** The kept member's own, as they were before they took in what was dropped. */
  before: Stored[]
}

const COLUMNS = sql.raw(`a.tag_key, a.source, a.sources, a.actor, a.cause, a.applied_at::text as applied_at,
  a.due_at::text as due_at, a.verification, a.verified_by, a.verified_at::text as verified_at`)
const stored = (list: readonly Stored[]) => sql`jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as v (tag_key text,
  source text, sources jsonb, actor text, cause text, applied_at timestamptz, due_at timestamptz, verification text,
  verified_by text, verified_at timestamptz)`
const sourcesOf = sql`array(select jsonb_array_elements_text(v.sources))`

export async function onMerge(db: Db, { keepId, mergeId }: Merge): Promise<Carried | undefined> {
  const any = await sql`select 1 from tag_applications where member_id = ${mergeId} limit 1`.execute(db)
  if (any.rows.length === 0) return undefined
  // The same order of locks as everybody who writes applications.
  await sql`select 1 from tags where key in (
    select tag_key from tag_applications where member_id in (${keepId}, ${mergeId})) order by key for update`.execute(
    db,
  )
  const clash = sql`(k.tag_key = a.tag_key or exists (select 1 from tags x join tags y on y.dimension = x.dimension
    join tag_dimensions d on d.key = x.dimension and d.single where x.key = a.tag_key and y.key = k.tag_key))`
  const before = await sql<Stored>`select ${COLUMNS} from tag_applications a where a.member_id = ${keepId}
    and a.tag_key in (select tag_key from tag_applications where member_id = ${mergeId})`.execute(db)
  const dropped = await sql<Stored>`delete from tag_applications a where a.member_id = ${mergeId}
    and exists (select 1 from tag_applications k where k.member_id = ${keepId} and ${clash})
    returning ${COLUMNS}`.execute(db)
  await sql`update tag_applications a set
      sources = array(select distinct s from unnest(a.sources || ${sourcesOf}) as s order by s),
      due_at = case when a.due_at is null or v.due_at is null then null else greatest(a.due_at, v.due_at) end
    from ${stored(dropped.rows)} where a.member_id = ${keepId} and a.tag_key = v.tag_key`.execute(db)
  const moved = await sql<Stored>`update tag_applications a set member_id = ${keepId}
    where a.member_id = ${mergeId} returning ${COLUMNS}`.execute(db)
  await resize(
    db,
    dropped.rows.map((r) => ({ key: r.tag_key })),
    -1,
  )
  return { moved: moved.rows, dropped: dropped.rows, before: before.rows }
}

/** What was said of the kept member since stays said. */
export async function onUnmerge(db: Db, { keepId, mergeId }: Merge, { moved, dropped, before }: Carried) {
  await sql`update tag_applications a set member_id = ${mergeId} from ${stored(moved)}
    where a.member_id = ${keepId} and a.tag_key = v.tag_key and a.applied_at = v.applied_at`.execute(db)
  await sql`update tag_applications a set sources = ${sourcesOf}, due_at = v.due_at from ${stored(before)}
    where a.member_id = ${keepId} and a.tag_key = v.tag_key and a.applied_at = v.applied_at`.execute(db)
  const back = await sql<{
    key: string
  }>`insert into tag_applications (tag_key, member_id, source, sources, actor, cause,
      applied_at, due_at, verification, verified_by, verified_at)
    select v.tag_key, ${mergeId}::uuid, v.source, ${sourcesOf}, v.actor, v.cause, v.applied_at, v.due_at,
      v.verification, v.verified_by, v.verified_at
    from ${stored(dropped)} join tags t on t.key = v.tag_key and t.state = 'live'
    on conflict do nothing returning tag_key as key`.execute(db)
  await resize(db, back.rows, 1)
}

export async function onErase(db: Db, memberId: string): Promise<void> {
  const gone = await sql<{ key: string }>`delete from tag_applications where member_id = ${memberId}
    returning tag_key as key`.execute(db)
  await resize(db, gone.rows, -1)
  // In its place, so that the job goes on where it was.
  await sql`update tag_jobs set member_ids = array_replace(member_ids, ${memberId}::uuid, null)
    where state in ('waiting', 'running') and member_ids is not null`.execute(db)
}

/**
 * The warehouse takes what was told last of any of a member's identities: a tag that one had and the other lost before
 * reads as lost. Tables say what holds, so it is said again where the two differ.
 */
export const agree = reactor('tag.agree', {
  on: [merged, unmerged],
  async run(ctx, events) {
    await takeAlong(
      ctx.db,
      events.filter((e) => e.name === 'member.merged').map((e) => e.data),
    )
    const last = new Map(
      events.flatMap((e) =>
        (e.name === 'member.merged' ? [e.data.keepId] : [e.data.keepId, e.data.mergeId]).map((m) => [m, e] as const),
      ),
    )
    const held = await heldBy(ctx.db, [...last.keys()])
    const asked = [...last].filter(([m, e]) => e.name === 'member.unmerged' || held.has(m)).map(([m]) => m)
    const told = await toldOf(ctx.warehouse, asked, ctx.now)
    const { locale } = ctx.brand
    for (const memberId of asked) {
      const e = last.get(memberId)
      if (!e) continue
      const has = held.get(memberId) ?? new Map<string, Title>()
      const knows = told.get(memberId) ?? new Set<string>()
      const about = { memberId, depth: e.depth + 1 }
      for (const [tag, title] of has)
        if (!knows.has(tag))
          ctx.emit(applied, { tag, name: title[locale], source: 'merge' }, { ...about, cause: `tag:${tag}:${e.id}` })
      for (const tag of knows)
        if (!has.has(tag))
          ctx.emit(removed, { tag, name: tag, reason: 'merged' }, { ...about, cause: `tag:${tag}:${e.id}` })
    }
  },
})

/** What was written for a merged member while it was being merged. */
async function takeAlong(db: Db, merges: readonly Merge[]) {
  const { rows } = await sql<{ id: string }>`select distinct member_id as id from tag_applications
    where member_id = any(${merges.map((m) => m.mergeId)}::uuid[])`.execute(db)
  for (const merge of merges.filter((m) => rows.some((r) => r.id === m.mergeId))) {
    const root = await findMember(db, { memberId: merge.mergeId })
    // Taken apart again since, or merged on.
    if (root === merge.keepId) await onMerge(db, merge)
  }
}

type Title = TagTables['tags']['title']

async function heldBy(db: Db, memberIds: readonly string[]): Promise<Map<string, Map<string, Title>>> {
  const { rows } = await sql<{
    member_id: string
    tag_key: string
    title: Title
  }>`select a.member_id, a.tag_key, t.title
    from tag_applications a join tags t on t.key = a.tag_key
    where a.member_id = any(${[...memberIds]}::uuid[])`.execute(db)
  const held = new Map<string, Map<string, Title>>()
  for (const r of rows) held.set(r.member_id, (held.get(r.member_id) ?? new Map()).set(r.tag_key, r.title))
  return held
}

/** Which tags each of these members has by the facts that were told. */
async function toldOf(warehouse: Warehouse, memberIds: readonly string[], at: Date): Promise<Map<string, Set<string>>> {
  if (memberIds.length === 0) return new Map()
  const root = "toUInt32(dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member)))"
  const rows = await warehouse.query<{ id: string; tag: string }>(
    `WITH numbers AS (SELECT number, memberId FROM members
       WHERE memberId IN (SELECT toUUID(arrayJoin({ids:Array(String)}))))
     SELECT toString(n.memberId) AS id, substring(f.key, 5) AS tag FROM (
       SELECT ${root} AS root, key, argMax((kind != 'none' AND value != 'false', 0), (validFrom, seq)).1 AS holds
       FROM facts WHERE startsWith(key, 'tag:') AND validFrom <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')
         AND ${root} IN (SELECT number FROM numbers)
       GROUP BY root, key HAVING holds = 1) AS f
     JOIN numbers AS n ON n.number = f.root`,
    { ids: memberIds, at: at.getTime() },
    { lane: 'live' },
  )
  const told = new Map<string, Set<string>>()
  for (const r of rows) told.set(r.id, (told.get(r.id) ?? new Set()).add(r.tag))
  return told
}
