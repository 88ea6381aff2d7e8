// Making, changing and dropping definitions that are kept live: an operator's segment, or another slice's dynamic tag or
// layer. Whoever owns one, it is judged, filled and told of in the same way.
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Context } from '#kernel/context'
import { newId } from '#kernel/ids'
import { Problem } from '#kernel/problem'
import { addDays, startOfDay } from '#kernel/time'
import { checkLive } from './check.ts'
import { type Condition, textOf } from './condition.ts'
import { fill, purge } from './fill.ts'
import { referencesOf } from './link.ts'
import type { Origin } from './tables.ts'

export type Keeping = Pick<Context<never>, 'now' | 'brand' | 'warehouse' | 'enqueue' | 'may' | 'today'> & {
  db: QueryExecutorProvider
}

/** Each is judged with every event that concerns it; more than a brand can keep in mind. */
const MOST_KEPT = 1000

export const nextMidnight = (day: string, zone: string) => startOfDay(addDays(day, 1), zone)

/** One change of definitions at a time, so that no two can close a circle between them. */
export const lockDefinitions = (db: QueryExecutorProvider) =>
  sql`select pg_advisory_xact_lock(hashtext('segment_definitions'))`.execute(db)

export interface Kept {
  origin: Origin
  ref: string | null
  name: string
  definition: Condition
}

/** Starts a new one, which everybody is judged by from now on. Its id; `taken` where one of this name or ref exists. */
export async function define(ctx: Keeping, kept: Kept): Promise<string | 'taken' | 'too_many'> {
  await checkLive(ctx, kept.definition)
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from segments
    where state <> 'deleted' and origin = ${kept.origin}`.execute(ctx.db)
  if ((rows[0]?.n ?? 0) >= MOST_KEPT) return 'too_many'
  const id = newId()
  const made = await sql`insert into segments
      (id, name, origin, ref, definition, version, state, filled_to, size, created_at, updated_at)
    values (${id}, ${kept.name}, ${kept.origin}, ${kept.ref}, ${JSON.stringify(kept.definition)}::jsonb, 1, 'filling', 0, 0,
      ${ctx.now}, ${ctx.now})
    on conflict do nothing returning id`.execute(ctx.db)
  if (made.rows.length === 0) return 'taken'
  await sql`insert into segment_clock (id, due_at) values (true, ${nextMidnight(ctx.today(), ctx.brand.zone)})
    on conflict do nothing`.execute(ctx.db)
  await ctx.enqueue(fill, { segmentId: id, version: 1 })
  if (kept.origin === 'tag' && kept.ref !== null) await refillDependents(ctx, { id, tag: kept.ref })
  return id
}

/** Judges everybody anew by another definition, and by those it stands in; the new version. The same one changes nothing. */
export async function redefine(ctx: Keeping, id: string, definition: Condition): Promise<number> {
  await checkLive(ctx, definition, id)
  const { rows } = await sql<{ definition: Condition; version: number; origin: Origin; ref: string | null }>`
    select definition, version, origin, ref from segments where id = ${id} for update`.execute(ctx.db)
  const before = rows[0]
  if (!before) throw new Problem('object.unknown', 404)
  if (textOf(before.definition) === textOf(definition)) return before.version
  const version = before.version + 1
  await sql`update segments set definition = ${JSON.stringify(definition)}::jsonb, version = ${version},
    state = 'filling', filled_to = 0, updated_at = ${ctx.now} where id = ${id}`.execute(ctx.db)
  await ctx.enqueue(fill, { segmentId: id, version })
  await refillDependents(ctx, { id, tag: before.origin === 'tag' ? before.ref : null })
  return version
}

/**
 * What another slice keeps live under a reference of its own: made, or changed to what it is now. Answers the id.
 * Throws `input.invalid` where the definition cannot be kept live.
 */
export async function keep(ctx: Keeping, kept: Kept & { ref: string }): Promise<string> {
  await lockDefinitions(ctx.db)
  const { rows } = await sql<{ id: string }>`select id from segments
    where origin = ${kept.origin} and ref = ${kept.ref} and state <> 'deleted'`.execute(ctx.db)
  const id = rows[0]?.id
  if (id === undefined) {
    const made = await define(ctx, kept)
    if (made === 'taken' || made === 'too_many')
      throw new Problem('input.invalid', 400, {
        errors: [
          {
            path: 'definition',
            message: { en: `at most ${MOST_KEPT} can be kept live`, zh: `最多保留 ${MOST_KEPT} 个实时条件` },
          },
        ],
      })
    return made
  }
  await redefine(ctx, id, kept.definition)
  await sql`update segments set name = ${kept.name} where id = ${id} and name <> ${kept.name}`.execute(ctx.db)
  return id
}

/** No longer kept live; the rows of its members go in the background. */
export async function drop(ctx: Keeping, origin: Origin, refs: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string; ref: string }>`update segments set state = 'deleted', updated_at = ${ctx.now}
    where origin = ${origin} and ref = any(${[...refs]}::text[]) and state <> 'deleted' returning id, ref`.execute(
    ctx.db,
  )
  for (const { id, ref } of rows) {
    await ctx.enqueue(purge, { segmentId: id })
    if (origin === 'tag') await refillDependents(ctx, { id, tag: ref })
  }
}

interface Named {
  id: string | null
  tag: string | null
  metric?: string
  store?: string
}

/** Judges everybody anew by what is built on one of these. */
export async function refillDependents(ctx: Keeping, of: Named): Promise<void> {
  for (const id of await dependentsOf(ctx.db, of)) {
    const { rows } = await sql<{ version: number }>`update segments
      set version = version + 1, state = 'filling', filled_to = 0, updated_at = ${ctx.now}
      where id = ${id} returning version`.execute(ctx.db)
    if (rows[0]) await ctx.enqueue(fill, { segmentId: id, version: rows[0].version })
  }
}

/** Those built on one, directly or through others. */
async function dependentsOf(db: QueryExecutorProvider, of: Named): Promise<string[]> {
  const { rows: all } = await sql<{ id: string; origin: Origin; ref: string | null; definition: Condition }>`
    select id, origin, ref, definition from segments where state <> 'deleted'`.execute(db)
  const found = new Set<string>()
  let open: Named[] = [of]
  while (open.length > 0) {
    const next = all.filter((s) => {
      const named = referencesOf([s.definition])
      const names = (o: Named) =>
        named.segments.includes(o.id ?? '') ||
        named.tags.includes(o.tag ?? '') ||
        named.metrics.includes(o.metric ?? '') ||
        named.stores.includes(o.store ?? '')
      return !found.has(s.id) && open.some(names)
    })
    for (const s of next) found.add(s.id)
    open = next.map((s) => ({ id: s.id, tag: s.origin === 'tag' ? s.ref : null }))
  }
  return [...found]
}

/** Definitions that name a metric themselves. */
export async function namingMetric(db: QueryExecutorProvider, key: string): Promise<Condition[]> {
  const { rows } = await sql<{
    definition: Condition
  }>`select definition from segments where state <> 'deleted'`.execute(db)
  return rows.map((r) => r.definition).filter((d) => referencesOf([d]).metrics.includes(key))
}

/** Those another slice keeps, by its reference: size of everybody, and whether everybody has been judged. */
export async function keptOf(
  db: QueryExecutorProvider,
  origin: Origin,
  refs: readonly string[],
): Promise<Map<string, { segmentId: string; size: number; isFilling: boolean }>> {
  const { rows } = await sql<{ id: string; ref: string; size: number; state: string }>`select id, ref, size, state
    from segments where origin = ${origin} and ref = any(${[...refs]}::text[]) and state <> 'deleted'`.execute(db)
  return new Map(rows.map((r) => [r.ref, { segmentId: r.id, size: r.size, isFilling: r.state === 'filling' }]))
}

/** The references of one origin that each of these members is in now, and since when. */
export async function keptOfMembers(
  db: QueryExecutorProvider,
  origin: Origin,
  memberIds: readonly string[],
): Promise<Map<string, { ref: string; enteredAt: Date }[]>> {
  const { rows } = await sql<{ member_id: string; ref: string; entered_at: Date }>`
    select m.member_id, s.ref, m.entered_at from segment_members m join segments s on s.id = m.segment_id
    where m.member_id = any(${[...memberIds]}::uuid[]) and s.origin = ${origin} and s.state <> 'deleted'
    order by m.entered_at desc, s.ref`.execute(db)
  const all = Map.groupBy(rows, (r) => r.member_id)
  return new Map([...all].map(([id, list]) => [id, list.map((r) => ({ ref: r.ref, enteredAt: r.entered_at }))]))
}
