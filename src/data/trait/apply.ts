// Turns what was measured into values: what differs from `trait_values` is written and told as trait.changed, once
// each; the instant at which time alone may change a value stands beside it.
import { sql, type Transaction } from 'kysely'
import type { ReactorContext } from '#kernel/context'
import { changed } from './declare.ts'
import type { Definition } from './definition.ts'
import { type Judged, numberOf } from './read.ts'
import type { TraitTables, Value } from './tables.ts'

export type TraitContext = ReactorContext<TraitTables>
type Db = TraitContext['db'] | Transaction<TraitTables>

export interface Finding extends Judged {
  trait: { id: string; key: string; definition: Definition; state: 'filling' | 'live'; is_definition: boolean }
  memberId: string
  /** When a change counts: receipt of the event, or the due instant. */
  at: Date
  cause: string
  depth: number
}

/** Everything that writes values holds this until it commits, so that none overwrites a newer one. */
export const lockValues = (db: Db) => sql`select pg_advisory_xact_lock(hashtext('trait_values'))`.execute(db)

interface Known {
  value: Value | null
  next: number | null
  changedAt: number
  isStale: boolean
}

const keyOf = (traitId: string, memberId: string) => `${traitId}/${memberId}`
const columns = (list: readonly Finding[]) =>
  [sql`${list.map((f) => f.trait.id)}::uuid[]`, sql`${list.map((f) => f.memberId)}::uuid[]`] as const

/** Parts in one order, however the database keeps them. */
const textOf = (value: Value | null): string =>
  typeof value === 'object' && value !== null
    ? JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : JSON.stringify(value)

export async function apply(ctx: TraitContext, found: readonly Finding[]): Promise<void> {
  const standing = await holdTraits(ctx.db, new Set(found.map((f) => f.trait.id)))
  const findings = found.filter((f) => standing.has(f.trait.id))
  if (findings.length === 0) return
  const known = await knownOf(ctx.db, findings)
  const news: { finding: Finding; before: Value | null; isChanged: boolean; at: Date }[] = []
  const grown = new Map<string, number>()
  for (const finding of findings) {
    const was = known.get(keyOf(finding.trait.id, finding.memberId))
    const before = was?.value ?? null
    const isChanged = was?.isStale === true || textOf(before) !== textOf(finding.value)
    if (!isChanged && (was?.next ?? null) === finding.next) continue
    // Later than what was told before, so that it is what holds.
    const at = Math.max(finding.at.getTime(), was?.changedAt ?? 0)
    news.push({ finding, before, isChanged, at: new Date(isChanged ? at : (was?.changedAt ?? at)) })
    const by = Number(finding.value !== null) - Number(before !== null)
    grown.set(finding.trait.id, (grown.get(finding.trait.id) ?? 0) + by)
  }
  await write(
    ctx.db,
    news.map(({ finding, at }) => ({ ...finding, at })),
  )
  await countSizes(ctx.db, grown)
  for (const { finding, before, isChanged, at } of news) if (isChanged) tell(ctx, finding, before, at)
}

/** Of these traits those that are not deleted, which they are not before this transaction ends either. */
async function holdTraits(db: Db, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  if (ids.size === 0) return ids
  const { rows } = await sql<{ id: string }>`select id from traits where id = any(${[...ids]}::uuid[])
    and state <> 'deleted' order by id for no key update`.execute(db)
  return new Set(rows.map((r) => r.id))
}

function tell(ctx: TraitContext, { trait, value, memberId, cause, depth }: Finding, before: Value | null, at: Date) {
  const flags = {
    ...(trait.definition.score ? { score: true as const } : {}),
    ...(trait.state === 'filling' && trait.is_definition ? { definition: true as const } : {}),
  }
  ctx.emit(changed, { key: trait.key, value, before, ...flags }, { memberId, at, cause, depth })
}

async function knownOf(db: Db, list: readonly Finding[]): Promise<Map<string, Known>> {
  const [traits, members] = columns(list)
  const { rows } = await sql<{
    trait_id: string
    member_id: string
    value: Value | null
    next_at: Date | null
    changed_at: Date
    is_stale: boolean
  }>`select t.trait_id, t.member_id, t.value, t.next_at, t.changed_at, t.is_stale
    from trait_values t join unnest(${traits}, ${members}) as v (trait_id, member_id)
      on t.member_id = v.member_id and t.trait_id = v.trait_id`.execute(db)
  return new Map(
    rows.map((r) => [
      keyOf(r.trait_id, r.member_id),
      { value: r.value, next: r.next_at?.getTime() ?? null, changedAt: r.changed_at.getTime(), isStale: r.is_stale },
    ]),
  )
}

async function write(db: Db, list: readonly Finding[]) {
  if (list.length === 0) return
  const rows = list.map((f) => ({
    trait_id: f.trait.id,
    member_id: f.memberId,
    value: f.value,
    number: numberOf(f.value),
    next_at: f.next === null ? null : new Date(f.next).toISOString(),
    changed_at: f.at.toISOString(),
  }))
  await sql`insert into trait_values (trait_id, member_id, value, number, next_at, changed_at)
    select trait_id, member_id, nullif(value, 'null'), number, next_at, changed_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as v (trait_id uuid, member_id uuid, value jsonb,
      number double precision, next_at timestamptz, changed_at timestamptz)
    on conflict (member_id, trait_id) do update set value = excluded.value, number = excluded.number,
      next_at = excluded.next_at, changed_at = excluded.changed_at, is_stale = false`.execute(db)
}

export async function countSizes(db: Db, grown: ReadonlyMap<string, number>) {
  const rows = [...grown].filter(([, n]) => n !== 0)
  if (rows.length === 0) return
  await sql`update traits t set size = t.size + v.n
    from unnest(${rows.map(([id]) => id)}::uuid[], ${rows.map(([, n]) => n)}::integer[]) as v (id, n)
    where t.id = v.id`.execute(db)
}
