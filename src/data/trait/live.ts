// Live values. Members of whom something was heard are noted as events are projected; a look takes all that were noted
// since the last one, and those whose value changes by time, and asks the warehouse one question for all of them and
// all traits concerned. Values are always measured from all events, never added to: whatever comes late, twice or is
// taken back, they are what a fresh measuring would give.
import { sql } from 'kysely'
import { numbersOf } from '#data/segment'
import type { Happened } from '#kernel/capability'
import { apply, type Finding, lockValues, type TraitContext } from './apply.ts'
import { listener, timer } from './declare.ts'
import { concerns, type Live, loadTraits } from './load.ts'
import { judge } from './read.ts'

/** Members a look takes at most, fitted to how long the last one took. */
const MOST_MEMBERS = 4000
const LONG_MS = 3000
const SHORT_MS = 1000
let most = 1000
/**
 * Machine time between looks, so that each takes many at once; at least as long as the last one took, so that looking
 * never fills a core. Conditions on traits wait for their own look, too.
 */
const PAUSE_MS = 300
let pause = PAUSE_MS
let lookedAt = Number.NEGATIVE_INFINITY
let isBehind = false
/** After a standstill longer than this a value that turned many times meanwhile is told once, as it is now. */
const CATCH_UP_MS = 600_000

export const note = listener('trait.note', {
  on: '*',
  async interest(db) {
    const traits = await loadTraits(db)
    return (event) => event.memberId !== '' && traits.some((t) => concerns(t, event))
  },
  async run(ctx, events) {
    const traits = await loadTraits(ctx.db)
    const noted = new Map<string, { event: Happened; traits: Set<string> }>()
    for (const event of events)
      for (const memberId of whom(event)) {
        const concerned = traits.filter((t) => concerns(t, event)).map((t) => t.id)
        if (concerned.length === 0) continue
        noted.set(memberId, { event, traits: new Set([...(noted.get(memberId)?.traits ?? []), ...concerned]) })
      }
    const rows = [...noted].map(([memberId, n]) => ({
      member_id: memberId,
      trait_ids: [...n.traits],
      event_id: n.event.id,
      received_at: n.event.receivedAt,
      depth: n.event.depth,
    }))
    if (rows.length === 0) return
    await sql`insert into trait_pending (member_id, trait_ids, event_id, received_at, depth)
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as v (member_id uuid, trait_ids uuid[], event_id uuid, received_at timestamptz, depth integer)`.execute(ctx.db)
  },
})

/** Its member; after an unmerge also the one that is its own again. */
function whom(event: Happened): string[] {
  if (event.name !== 'member.unmerged') return [event.memberId]
  return [event.memberId, String((event.data as { mergeId?: unknown }).mergeId)]
}

export const look = timer('trait.look', {
  async nextAt(db) {
    const { rows } = await sql<{ at: Date | null }>`select least(
      (select min(next_at) from trait_values where next_at is not null),
      (select received_at from trait_pending order by id limit 1)) as at`.execute(db)
    return rows[0]?.at ?? null
  },
  async run(ctx) {
    if (!ctx.runtime.manualClock && !isBehind && performance.now() - lookedAt < pause) return 0
    try {
      await lockValues(ctx.db)
      const began = performance.now()
      const taken = await lookOnce(ctx)
      const took = performance.now() - began
      pause = Math.max(PAUSE_MS, took)
      isBehind = taken >= most
      if (took > LONG_MS) most = Math.max(200, Math.floor(most / 2))
      else if (took < SHORT_MS) most = Math.min(MOST_MEMBERS, most * 2)
      return taken
    } catch (error) {
      most = Math.max(1, Math.floor(most / 2))
      throw error
    } finally {
      lookedAt = performance.now()
    }
  },
})

type Wanted = Pick<Finding, 'at' | 'cause' | 'depth'>

async function lookOnce(ctx: TraitContext): Promise<number> {
  const traits = new Map((await loadTraits(ctx.db)).map((t) => [t.id, t]))
  const due = await readDue(ctx)
  // Who is due is measured at its own instant first; what is noted of it waits for the next look.
  const { noted, ids } = await readNoted(ctx, [...due.keys()])
  const wanted = new Map([...due, ...noted])
  if (wanted.size === 0) return 0
  await judgeMembers(ctx, traits, wanted)
  await forgetGone(ctx, due, traits)
  await sql`delete from trait_pending where id = any(${ids}::bigint[])`.execute(ctx.db)
  return due.size + ids.length
}

/** Per member the traits to be measured, each with what brought it about. */
type Tasks = ReadonlyMap<string, { at: Date; traits: ReadonlyMap<string, Wanted> }>

async function judgeMembers(ctx: TraitContext, traits: ReadonlyMap<string, Live>, wanted: Tasks) {
  const numbers = await numbersOf(ctx.warehouse, [...wanted.keys()])
  const tasks = [...wanted].flatMap(([memberId, { at, traits: mine }]) => {
    // The warehouse knows all of whom it told anything.
    const number = numbers.get(memberId) ?? 0
    const list = [...mine].flatMap(([id, why]) => {
      const trait = traits.get(id)
      return trait ? [{ trait, why }] : []
    })
    return [{ memberId, number, at, list }]
  })
  const asked = new Set(tasks.flatMap((t) => t.list.map((l) => l.trait)))
  const own = [...asked].filter((t) => !t.definition.rfm)
  const lane = { zone: ctx.brand.zone, lane: 'live' as const }
  const answers = await judge(
    ctx.warehouse,
    own,
    { kind: 'some', numbers: tasks.map((t) => t.number), ats: tasks.map((t) => t.at) },
    lane,
  )
  const findings = tasks.flatMap(({ memberId, number, list }) =>
    list
      .filter((l) => !l.trait.definition.rfm)
      .map(({ trait, why }): Finding => ({ trait, memberId, ...answers.of(trait, number), ...why })),
  )
  for (const trait of asked) if (trait.definition.rfm) findings.push(...(await judgeRfm(ctx, trait, tasks)))
  await apply(ctx, findings)
}

/** Instants of traits that are gone come for nobody. */
async function forgetGone({ db }: TraitContext, due: Tasks, traits: ReadonlyMap<string, Live>) {
  const gone = new Set([...due.values()].flatMap((d) => [...d.traits.keys()].filter((id) => !traits.has(id))))
  if (gone.size === 0) return
  await sql`update trait_values set next_at = null
    where trait_id = any(${[...gone]}::uuid[]) and member_id = any(${[...due.keys()]}::uuid[])`.execute(db)
}

/** RFM of those who were merged or parted, as of its last measuring of everybody. */
async function judgeRfm(
  ctx: TraitContext,
  trait: Live,
  tasks: readonly { memberId: string; number: number; list: readonly { trait: Live; why: Wanted }[] }[],
): Promise<Finding[]> {
  const { as_of: at, thresholds } = trait
  // While it is being measured anew, the fill comes to them.
  if (!at || !thresholds) return []
  const mine = tasks.flatMap(({ memberId, number, list }) => {
    const why = list.find((l) => l.trait.id === trait.id)?.why
    return why ? [{ memberId, number, why }] : []
  })
  const who = { kind: 'some' as const, numbers: mine.map((m) => m.number), ats: mine.map(() => at) }
  const answers = await judge(ctx.warehouse, [trait], who, { zone: ctx.brand.zone, lane: 'live' })
  return mine.map(({ memberId, number, why }) => ({ trait, memberId, ...answers.of(trait, number), ...why }))
}

/** Values that time has come for, of each member those of its earliest instant. */
async function readDue({ db, now }: TraitContext): Promise<Tasks> {
  const { rows } = await sql<{ trait_id: string; member_id: string; next_at: Date }>`
    select trait_id, member_id, next_at from trait_values where next_at <= ${now} order by next_at limit ${most}`.execute(
    db,
  )
  const due = new Map<string, { at: Date; traits: Map<string, Wanted> }>()
  for (const { trait_id, member_id, next_at } of rows) {
    const at = now.getTime() - next_at.getTime() > CATCH_UP_MS ? now : next_at
    const mine = due.get(member_id) ?? { at, traits: new Map<string, Wanted>() }
    due.set(member_id, mine)
    if (mine.at.getTime() === at.getTime())
      mine.traits.set(trait_id, { at, cause: `due:${trait_id}:${next_at.toISOString()}`, depth: 0 })
  }
  return due
}

async function readNoted(
  { db, now }: TraitContext,
  others: readonly string[],
): Promise<{ noted: Tasks; ids: number[] }> {
  const { rows } = await sql<{
    id: number
    member_id: string
    trait_ids: string[]
    event_id: string
    received_at: Date
    depth: number
  }>`select id, member_id, trait_ids, event_id, received_at, depth from trait_pending
    where member_id <> all(${others}::uuid[]) order by id limit ${most}`.execute(db)
  const noted = new Map<string, { at: Date; traits: Map<string, Wanted> }>()
  for (const row of rows) {
    const mine = noted.get(row.member_id) ?? { at: now, traits: new Map<string, Wanted>() }
    noted.set(row.member_id, mine)
    // The look may have waited since its own instant: judged before it was received, an event would be to come.
    if (row.received_at > mine.at) mine.at = row.received_at
    const why = { at: row.received_at, cause: row.event_id, depth: row.depth + 1 }
    for (const id of row.trait_ids) mine.traits.set(id, why)
  }
  return { noted, ids: rows.map((r) => r.id) }
}
