// Putting tags on members and taking them off, many at once. Everything that writes applications takes the same locks in
// the same order (single dimensions, then tags by key), so that sizes add up and no two writers wait for each other.
import { type Kysely, sql } from 'kysely'
import type { Text } from '#kernel/text'
import { addDays, localDate, parseDuration, startOfDay } from '#kernel/time'
import type { Source, TagTables } from './tables.ts'

type Db = Kysely<TagTables>

export interface Wanted {
  key: string
  memberId: string
  source: Source
  actor: string
  cause: string
  at: Date
  dueAt: Date | null
}

/** One tag of one member that came or went. */
export interface Change {
  key: string
  memberId: string
  title: Text
}

interface Locked {
  key: string
  kind: 'fixed' | 'dynamic'
  title: Text
  lapses_after: string | null
  /** The dimension, where a member has only one of its tags. */
  single: string | null
}

export type Tags = ReadonlyMap<string, Locked>

/**
 * Locks these tags, and all tags that one of them may take the place of. Those that are not there are left out, and so
 * is one that a job is putting an end to, but for that job itself (`ending`).
 */
export async function lockTags(db: Db, keys: readonly string[], ending = ''): Promise<Tags> {
  const dimensions = await sql<{ key: string }>`select d.key from tag_dimensions d where d.single
    and d.key in (select dimension from tags where key = any(${[...keys]}::text[])) order by d.key for update`.execute(
    db,
  )
  const { rows } = await sql<Locked>`select t.key, t.kind, t.title, t.lapses_after,
      case when t.dimension = any(${dimensions.rows.map((d) => d.key)}::text[]) then t.dimension end as single
    from tags t where (t.state = 'live' or t.key = ${ending}) and (t.key = any(${[...keys]}::text[])
      or t.dimension = any(${dimensions.rows.map((d) => d.key)}::text[])) order by t.key for update`.execute(db)
  return new Map(rows.map((r) => [r.key, r]))
}

/** When an application made at an instant lapses by the tag's own rule; null: never. */
export function dueAt(lapsesAfter: string | null, at: Date, zone: string): Date | null {
  const length = lapsesAfter === null ? null : parseDuration(lapsesAfter)
  if (!length) return null
  if (length.kind === 'exact') return new Date(at.getTime() + length.ms)
  return startOfDay(addDays(localDate(at, zone), length.days), zone)
}

/**
 * Applies tags that `lockTags` has locked. One that is there already gains a source and the later end. Answers what is
 * new, and what had to go for it because a member has only one tag of that dimension.
 */
export async function apply(
  db: Db,
  tags: Tags,
  wanted: readonly Wanted[],
): Promise<{ applied: (Change & Wanted)[]; replaced: Change[] }> {
  const list = lastOfEach(tags, wanted)
  if (list.length === 0) return { applied: [], replaced: [] }
  const { rows } = await sql<{ tag_key: string; member_id: string; fresh: boolean }>`
    insert into tag_applications as a (tag_key, member_id, source, sources, actor, cause, applied_at, due_at)
    select v.tag_key, v.member_id, v.source, array[v.source], v.actor, v.cause, v.at, v.due_at from unnest(
      ${list.map((w) => w.key)}::text[], ${list.map((w) => w.memberId)}::uuid[], ${list.map((w) => w.source)}::text[],
      ${list.map((w) => w.actor)}::text[], ${list.map((w) => w.cause)}::text[], ${list.map((w) => w.at)}::timestamptz[],
      ${list.map((w) => w.dueAt)}::timestamptz[]) as v (tag_key, member_id, source, actor, cause, at, due_at)
    on conflict (member_id, tag_key) do update set
      sources = array(select distinct s from unnest(a.sources || excluded.sources) as s order by s),
      due_at = case when a.due_at is null or excluded.due_at is null then null
        else greatest(a.due_at, excluded.due_at) end
    returning tag_key, member_id, xmax = 0 as fresh`.execute(db)
  const fresh = new Set(rows.filter((r) => r.fresh).map((r) => `${r.tag_key}/${r.member_id}`))
  const applied = list
    .filter((w) => fresh.has(`${w.key}/${w.memberId}`))
    .map((w) => ({ ...w, title: titleOf(tags, w.key) }))
  const alone = list.flatMap((w) => {
    const single = tags.get(w.key)?.single
    return single ? [{ ...w, single }] : []
  })
  const replaced = await displace(db, tags, alone)
  await resize(db, applied, 1)
  await resize(db, replaced, -1)
  return { applied, replaced }
}

/** Of several for one member that stand for the same thing the last counts. */
function lastOfEach(tags: Tags, wanted: readonly Wanted[]): Wanted[] {
  const byPlace = new Map<string, Wanted>()
  for (const w of wanted) {
    const place = `${tags.get(w.key)?.single ? `*${tags.get(w.key)?.single}` : w.key}/${w.memberId}`
    byPlace.delete(place)
    byPlace.set(place, w)
  }
  return [...byPlace.values()]
}

async function displace(db: Db, tags: Tags, alone: readonly (Wanted & { single: string })[]): Promise<Change[]> {
  if (alone.length === 0) return []
  const { rows } = await sql<{ tag_key: string; member_id: string }>`delete from tag_applications a
    using unnest(${alone.map((w) => w.key)}::text[], ${alone.map((w) => w.memberId)}::uuid[],
      ${alone.map((w) => w.single)}::text[]) as v (tag_key, member_id, dimension), tags t
    where a.member_id = v.member_id and t.key = a.tag_key and t.dimension = v.dimension and a.tag_key <> v.tag_key
    returning a.tag_key, a.member_id`.execute(db)
  return changesOf(tags, rows)
}

/** Takes tags that `lockTags` has locked off members; answers those that were there. */
export async function remove(
  db: Db,
  tags: Tags,
  list: readonly { key: string; memberId: string }[],
  dueBy: Date | null = null,
): Promise<Change[]> {
  if (list.length === 0) return []
  const { rows } = await sql<{ tag_key: string; member_id: string }>`delete from tag_applications a
    using unnest(${list.map((l) => l.key)}::text[], ${list.map((l) => l.memberId)}::uuid[]) as v (tag_key, member_id)
    where a.tag_key = v.tag_key and a.member_id = v.member_id
      and (${dueBy}::timestamptz is null or a.due_at <= ${dueBy}::timestamptz)
    returning a.tag_key, a.member_id`.execute(db)
  const gone = changesOf(tags, rows)
  await resize(db, gone, -1)
  return gone
}

const titleOf = (tags: Tags, key: string): Text => tags.get(key)?.title ?? { en: key, zh: key }
const changesOf = (tags: Tags, rows: readonly { tag_key: string; member_id: string }[]) =>
  rows.map((r) => ({ key: r.tag_key, memberId: r.member_id, title: titleOf(tags, r.tag_key) }))

/** Keeps the sizes of tags beside their rows. */
export async function resize(db: Db, list: readonly { key: string }[], by: 1 | -1): Promise<void> {
  if (list.length === 0) return
  const counts = Map.groupBy(list, (c) => c.key)
  await sql`update tags t set size = t.size + v.n
    from unnest(${[...counts.keys()]}::text[], ${[...counts.values()].map((l) => l.length * by)}::integer[]) as v (key, n)
    where t.key = v.key`.execute(db)
}
