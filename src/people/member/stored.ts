// Reading and writing what members are known by, for many members at a time.
import { type QueryExecutorProvider, sql } from 'kysely'
import { Problem } from '#kernel/problem'
import { machineTime } from '#platform/database'
import { pairs, splitFields } from './field.ts'
import { type Entries, type Entry, fold, isObject, kindOf, nest, set, type Told } from './property.ts'

export type Store = QueryExecutorProvider

/** What one event or call says about the properties of the member it came with. */
export interface Change {
  /** The member of the identity it came with, and today's member. */
  memberId: string
  rootId: string
  at: number
  seq: number
  values: ReadonlyMap<string, unknown>
}

export interface Changed {
  /** For the warehouse. */
  told: Told[]
  /** What this change made hold that did not; null for what holds no more. */
  news: Map<string, unknown>
}

/**
 * The state is not what was remembered or read: somebody changed it meanwhile. Identity forgets and does it again; an
 * operator is told to look again.
 */
export class Outdated extends Problem {
  constructor(reason: string, options?: { cause: unknown }) {
    super('member.changed', 409)
    this.message = reason
    this.cause = options?.cause
  }
}

/** How operations declare it. */
export const OUTDATED = {
  'member.changed': {
    status: 409,
    title: { en: 'This member has just been changed; look again', zh: '该成员刚被修改，请重新查看' },
  },
} as const

/** Applies changes in order, under a lock of the members concerned; an answer per change. */
export async function applyChanges(db: Store, changes: readonly Change[]): Promise<Changed[]> {
  if (changes.length === 0) return []
  const groups = await lockGroups(db, [...new Set(changes.map((c) => c.rootId))])
  const touched = new Set<string>()
  const answers = changes.map((change) => {
    const entries = groups.get(change.rootId)?.get(change.memberId)
    if (!entries) throw new Outdated(`member ${change.memberId} is no part of ${change.rootId}`)
    const answer: Changed = { told: [], news: new Map() }
    for (const [path, value] of change.values) apply(entries, path, [value, change.at, change.seq], answer)
    touched.add(change.memberId)
    return answer
  })
  const written = [...groups.values()].flatMap((g) => [...g]).filter(([id]) => touched.has(id))
  // One JSON text for all rows: an array of texts would be escaped once more, letter by letter.
  await sql`insert into member_properties (member_id, entries)
    select id, entries from jsonb_to_recordset(${JSON.stringify(
      written.map(([id, entries]) => ({ id, entries: Object.fromEntries(entries) })),
    )}::jsonb) as v (id uuid, entries jsonb)
    on conflict (member_id) do update set entries = excluded.entries`.execute(db)
  await writeEffective(db, groups)
  return answers
}

function apply(entries: Entries, path: string, entry: Entry, answer: Changed) {
  const before = entries.get(path)?.[0] ?? null
  const told = set(entries, path, entry)
  answer.told.push(...told)
  const now = entries.get(path)?.[0] ?? null
  if (now !== before && JSON.stringify(now) !== JSON.stringify(before)) answer.news.set(path, now)
  for (const other of told) if (other.path !== path) answer.news.set(other.path, null)
}

/** Today's members with everybody merged into them, locked until the transaction ends. */
async function lockGroups(db: Store, roots: readonly string[]): Promise<Map<string, Map<string, Entries>>> {
  // In the order of ids, so that two writers never wait for each other.
  const locked = await sql<{ id: string }>`select id from members where id = any(${roots}::uuid[])
    and merged_into is null and status <> 'erased' order by id for update`.execute(db)
  if (locked.rows.length < roots.length) throw new Outdated('a member was merged or erased meanwhile')
  const { rows } = await sql<{ id: string; root_id: string; entries: Record<string, Entry> | null }>`
    select m.id, m.root_id, p.entries from (
      select id, root_id from members where id = any(${roots}::uuid[])
      union all
      select id, root_id from members where root_id = any(${roots}::uuid[]) and merged_into is not null
    ) m left join member_properties p on p.member_id = m.id`.execute(db)
  const groups = new Map<string, Map<string, Entries>>()
  for (const row of rows) {
    const group = groups.get(row.root_id) ?? new Map<string, Entries>()
    groups.set(row.root_id, group.set(row.id, new Map(Object.entries(row.entries ?? {}))))
  }
  return groups
}

/** Writes anew what holds for these members: after a merge or its undoing. */
export async function refresh(db: Store, roots: readonly string[]): Promise<void> {
  await writeEffective(db, await lockGroups(db, roots))
}

async function writeEffective(db: Store, groups: ReadonlyMap<string, ReadonlyMap<string, Entries>>) {
  const rows = [...groups].map(([id, group]) => {
    const { fields, properties } = splitFields(fold([...group.values()]))
    return { id, ...fields, pairs: fields.name ? pairs(fields.name) : null, properties: nest(properties) }
  })
  // Most identify calls say what is known: rows that would not change are left alone.
  await sql`update members m set name = v.name, email = v.email, phone = v.phone, avatar = v.avatar,
      birthday = v.birthday, gender = v.gender, locale = v.locale, timezone = v.timezone, properties = v.properties,
      pairs = v.pairs, changed_at = ${machineTime}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as v (id uuid, name text, email text, phone text,
      avatar text, birthday text, gender text, locale text, timezone text, properties jsonb, pairs text[])
    where m.id = v.id and (m.name, m.email, m.phone, m.avatar, m.birthday, m.gender, m.locale, m.timezone, m.properties)
      is distinct from (v.name, v.email, v.phone, v.avatar, v.birthday, v.gender, v.locale, v.timezone, v.properties)`.execute(
    db,
  )
}

/** A schema past this is no schema but ids used as keys; what comes later is stored, not listed. */
const MOST_TYPES = 5000

/** The schema grows by what was seen: paths, their types, how often, when first and last. */
export async function countTypes(db: Store, seen: readonly { values: ReadonlyMap<string, unknown>; at: Date }[]) {
  const counts = new Map<string, { path: string; kind: string; count: number; first: Date; last: Date }>()
  for (const { values, at } of seen)
    for (const [path, value] of values) {
      const kind = kindOf(value)
      if (!kind) continue
      const key = `${kind} ${path}`
      const c = counts.get(key)
      if (!c) counts.set(key, { path, kind, count: 1, first: at, last: at })
      else {
        c.count++
        if (at < c.first) c.first = at
        if (at > c.last) c.last = at
      }
    }
  const rows = [...counts.values()]
  if (rows.length === 0) return
  await sql`insert into property_types (path, kind, count, first_seen, last_seen)
    select v.* from unnest(${rows.map((r) => r.path)}::text[], ${rows.map((r) => r.kind)}::text[],
      ${rows.map((r) => r.count)}::bigint[], ${rows.map((r) => r.first)}::timestamptz[],
      ${rows.map((r) => r.last)}::timestamptz[]) as v (path, kind, count, first, last)
    where (select count(*) from property_types) < ${MOST_TYPES}
      or exists (select 1 from property_types t where t.path = v.path and t.kind = v.kind)
    on conflict (path, kind) do update set count = property_types.count + excluded.count,
      first_seen = least(property_types.first_seen, excluded.first_seen),
      last_seen = greatest(property_types.last_seen, excluded.last_seen)`.execute(db)
}

/** The values of an event that says what an action changed: paths that are already flat. */
export const flatValues = (properties: unknown): ReadonlyMap<string, unknown> =>
  new Map(isObject(properties) ? Object.entries(properties) : [])

/** A place in the journal after all that is in it now: an action's own write counts at its instant. */
export async function placeNow(db: Store): Promise<number> {
  const { rows } = await sql<{ place: number }>`
    select (case when is_called then last_value else 0 end) + 0.5 as place from journal_seq`.execute(db)
  return Number(rows[0]?.place)
}
