// Measuring everybody: when a trait is defined or changed, and RFM every day. In ranges of members, each in a short
// transaction, so that live values go on in between and a restart goes on where it stopped.
import { sql } from 'kysely'
import { z } from 'zod'
import { addDays, startOfDay } from '#kernel/time'
import { apply, type Finding, lockValues, type TraitContext } from './apply.ts'
import { changed, job, listener, timer } from './declare.ts'
import { countsDays } from './definition.ts'
import { type Live, loadTraits } from './load.ts'
import { judge } from './read.ts'
import { thresholdsOf } from './rfm.ts'
import { membersOfRange } from './roots.ts'
import type { Value } from './tables.ts'

/** Identity numbers measured at once: well under a second, so that live values never wait long. */
const RANGE = 10_000

export const fill = job('trait.fill', {
  payload: z.object({ traitId: z.uuid(), run: z.int() }),
  async run(ctx, { traitId, run }) {
    const [row] = await ctx.warehouse.query<{ n: number }>('SELECT max(number) AS n FROM members', {}, { lane: 'live' })
    const last = Number(row?.n ?? 0)
    let more = true
    while (more && !ctx.signal.aborted) {
      more = await ctx.transaction((tx) => fillRange(tx, traitId, run, last))
      if (more) await ctx.runtime.makeWay(ctx.signal)
    }
    // Stopped half-way: done again from where it stands.
    ctx.signal.throwIfAborted()
  },
})

/** Measures the next range; false when nothing is left, or a newer run has its own fill. */
async function fillRange(ctx: TraitContext, id: string, run: number, last: number): Promise<boolean> {
  await lockValues(ctx.db)
  const found = await ctx.db
    .selectFrom('traits')
    .select(['key', 'filled_to', 'state'])
    .where('id', '=', id)
    .where('run', '=', run)
    .where('state', '=', 'filling')
    // What is deleted before this range is done would live again.
    .forNoKeyUpdate()
    .executeTakeFirst()
  const trait = found && (await loadTraits(ctx.db)).find((t) => t.id === id)
  if (!found || !trait) return false
  const measurable = await withThresholds(ctx, trait)
  const at = measurable.as_of ?? ctx.now
  const range = { after: found.filled_to, upTo: found.filled_to + RANGE }
  const zone = { zone: ctx.brand.zone, lane: 'background' as const }
  const [members, answers] = await Promise.all([
    membersOfRange(ctx.warehouse, range),
    judge(ctx.warehouse, [measurable], { kind: 'range', ...range, at }, zone),
  ])
  await apply(
    ctx,
    members.map(
      ({ number, memberId }): Finding => ({
        trait,
        memberId,
        ...answers.of(measurable, number),
        at: ctx.now,
        cause: `definition:${id}:${run}`,
        depth: 0,
      }),
    ),
  )
  const done = range.upTo >= last
  await ctx.db
    .updateTable('traits')
    .set({ filled_to: range.upTo, ...(done ? { state: 'live' as const } : {}) })
    .where('id', '=', id)
    .execute()
  return !done
}

/** RFM draws its borders before its first range. */
async function withThresholds(ctx: TraitContext, trait: Live): Promise<Live> {
  const { rfm } = trait.definition
  if (!rfm || trait.thresholds) return trait
  const at = trait.as_of ?? ctx.now
  const thresholds = await thresholdsOf(ctx.warehouse, rfm, { at, zone: ctx.brand.zone, lane: 'background' })
  await sql`update traits set thresholds = ${JSON.stringify(thresholds)}::jsonb, as_of = ${at}
    where id = ${trait.id}`.execute(ctx.db)
  return { ...trait, thresholds, as_of: at }
}

/** When RFM is measured next: the beginning of the next local day. */
export const nextDay = (today: string, zone: string): Date => startOfDay(addDays(today, 1), zone)

/** What starts a measuring of everybody as of an instant; answers its run. */
export async function startFill(
  { db, enqueue }: Pick<TraitContext, 'db' | 'enqueue'>,
  id: string,
  { isDefinition, asOf, dueAt }: { isDefinition: boolean; asOf: Date | null; dueAt: Date | null },
): Promise<number> {
  const { run } = await db
    .updateTable('traits')
    .set({
      run: sql<number>`run + 1`,
      state: 'filling',
      filled_to: 0,
      is_definition: isDefinition,
      thresholds: null,
      as_of: asOf,
      due_at: dueAt,
    })
    .where('id', '=', id)
    .returning('run')
    .executeTakeFirstOrThrow()
  await enqueue(fill, { traitId: id, run })
  return run
}

export const renew = timer('trait.renew', {
  async nextAt(db) {
    const { rows } = await sql<{ at: Date | null }>`select min(due_at) as at from traits
      where state <> 'deleted'`.execute(db)
    return rows[0]?.at ?? null
  },
  async run(ctx, limit) {
    const { rows } = await sql<{ id: string; state: string; is_definition: boolean }>`
      select id, state, is_definition from traits
      where state <> 'deleted' and due_at <= ${ctx.now} order by due_at, id limit ${limit}`.execute(ctx.db)
    const dueAt = nextDay(ctx.today(), ctx.brand.zone)
    // A definition whose first measuring had not ended stays what it is told for.
    for (const { id, state, is_definition } of rows)
      await startFill(ctx, id, { isDefinition: state === 'filling' && is_definition, asOf: ctx.now, dueAt })
    return rows.length
  },
})

/** Local days begin elsewhere: what counts them is measured anew. */
export const rezone = listener('trait.rezone', {
  on: ['brand.updated'],
  async run(ctx, events) {
    if (!events.some((e) => (e.data as { changed?: readonly string[] }).changed?.includes('zone'))) return
    for (const trait of (await loadTraits(ctx.db)).filter((t) => countsDays(t.definition))) {
      const isRfm = trait.definition.rfm !== undefined
      await startFill(ctx, trait.id, {
        isDefinition: trait.state === 'filling' && trait.is_definition,
        asOf: isRfm ? ctx.now : null,
        dueAt: isRfm ? nextDay(ctx.today(), ctx.brand.zone) : null,
      })
    }
  },
})

/** Rows of a deleted trait that go at once. */
const PURGED = 10_000

/** Ends what was told of a deleted trait, so that no condition and no later trait of that key finds it. */
export const purge = job('trait.purge', {
  payload: z.object({ traitId: z.uuid() }),
  async run(ctx, { traitId }) {
    let more = true
    while (more && !ctx.signal.aborted) {
      more = await ctx.transaction((tx) => purgeSome(tx, traitId))
      if (more) await ctx.runtime.makeWay(ctx.signal)
    }
    ctx.signal.throwIfAborted()
  },
})

async function purgeSome(ctx: TraitContext, traitId: string): Promise<boolean> {
  await lockValues(ctx.db)
  const trait = await ctx.db
    .selectFrom('traits')
    .select(['key', 'definition'])
    .where('id', '=', traitId)
    .where('state', '=', 'deleted')
    .executeTakeFirst()
  if (!trait) return false
  const { rows } = await sql<{ member_id: string; value: Value | null; changed_at: Date }>`delete from trait_values
    where (member_id, trait_id) in
      (select member_id, trait_id from trait_values where trait_id = ${traitId} limit ${PURGED})
    returning member_id, value, changed_at`.execute(ctx.db)
  for (const { member_id, value, changed_at } of rows)
    if (value !== null)
      ctx.emit(
        changed,
        {
          key: trait.key,
          value: null,
          before: value,
          definition: true,
          ...(trait.definition.score ? { score: true as const } : {}),
        },
        {
          memberId: member_id,
          at: new Date(Math.max(changed_at.getTime(), ctx.now.getTime())),
          cause: `deleted:${traitId}`,
          depth: 0,
        },
      )
  if (rows.length === PURGED) return true
  await ctx.db.deleteFrom('traits').where('id', '=', traitId).execute()
  return false
}
