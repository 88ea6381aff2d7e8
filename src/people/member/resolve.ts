// Gives every journal row its member. Runs in the one sequencer's transaction, for up to 10,000 rows at a time:
// what is not remembered is read by one query, decisions are made in memory in journal order, and written set-based.
import { sql } from 'kysely'
import type { Contributor } from '#kernel/contribution'
import { newId } from '#kernel/ids'
import type { Fact, Incoming, Resolution, Resolver } from '#kernel/road'
import { linkAccounts } from './account.ts'
import { decide, newWork, type Work } from './decide.ts'
import { findErased } from './erasure.ts'
import { readAhead } from './read-ahead.ts'
import { createRoster, type Joined, type Person, type Roster, whileOutdated } from './roster.ts'
import { applyChanges, countTypes, type Store } from './stored.ts'
import { hiddenNumbers, sweepAgain } from './sweep.ts'

/** Identity acts under this name in journals and events. */
const IDENTITY = 'machine:identity'

/** A resolver with a memory of its own; one database, one resolver. */
export function createResolver(): Resolver {
  const roster = createRoster()
  return {
    async resolve(tx, rows, contributors) {
      const resolution = await whileOutdated(tx, roster.forget, () => resolveRows(tx, roster, rows, contributors))
      roster.turn()
      return resolution
    },

    async numbersOf(tx, memberIds) {
      await roster.load(tx, new Map(), memberIds)
      const people = memberIds.flatMap((id) => roster.person(id) ?? [])
      const fresh = new Set(people.filter((p) => p.number === null))
      await takeNumbers(tx, fresh)
      const members = await writeNumbers(tx, [...fresh])
      return { numbers: new Map(people.map((p) => [p.id, p.number ?? 0])), members }
    },

    async rootsOf(db, memberIds) {
      const { rows } = await sql<{ id: string; root_id: string }>`select id, root_id from members
        where id = any(${memberIds}::uuid[]) and merged_into is not null`.execute(db)
      return new Map(rows.map((r) => [r.id, r.root_id]))
    },

    hidden: (db) => hiddenNumbers(db),

    forget: roster.reset,
  }
}

async function resolveRows(
  tx: Store,
  roster: Roster,
  rows: readonly Incoming[],
  contributors: readonly Contributor[],
): Promise<Resolution> {
  const wanted = await readAhead(tx, roster, rows)
  const work = newWork(await findErased(tx, roster, wanted))
  const people = rows.map((row) => decide(roster, work, row))

  await takeNumbers(tx, work.unnumbered)
  const done = await roster.write(tx, contributors, IDENTITY)
  const made = [...done.people].map(([p, at]) => ({ number: p.number ?? 0, memberId: p.id, at }))
  const older = await writeNumbers(
    tx,
    [...work.unnumbered].filter((p) => !done.people.has(p)),
  )
  for (const { merge, seq } of done.unions) work.rerooted.set(merge.id, seq)

  const late = rows.filter((_, i) => isErased(roster, people[i]))
  if (late.length > 0) await sweepAgain(tx, new Set(people.flatMap((p) => (isErased(roster, p) ? p.id : []))), late)
  await writeSeen(tx, roster, work)
  const facts = await writeProperties(tx, roster, work)
  await countTypes(tx, work.types)
  await linkAccounts(tx, work.groups)
  return {
    of: people.map((person, i) => answerFor(roster, person, rows[i])),
    members: [...made, ...older],
    aliases: await aliasesOf(tx, work.rerooted),
    facts,
    emitted: done.unions.map(mergedEvent),
  }
}

const isErased = (roster: Roster, person: Person | null | undefined): person is Person =>
  person !== null && person !== undefined && roster.rootOf(person).status === 'erased'

/** An erased member is nobody any more; only the event that says so still names it. */
function answerFor(roster: Roster, person: Person | null, row: Incoming | undefined) {
  if (!person) return { number: 0, memberId: '' }
  const root = roster.rootOf(person)
  const isNamed = root.status !== 'erased' || row?.name === 'member.erased'
  return { number: person.number ?? 0, memberId: isNamed ? root.id : '' }
}

/** Numbers in the order of first sight, dense through every rollback: the counter is a row of this transaction. */
async function takeNumbers(tx: Store, people: ReadonlySet<Person>): Promise<void> {
  if (people.size === 0) return
  const { rows } = await sql<{ first: number }>`update member_numbers set next = next + ${people.size}
    returning next - ${people.size} as first`.execute(tx)
  let number = Number(rows[0]?.first)
  for (const person of people) person.number = number++
}

async function writeNumbers(tx: Store, people: readonly Person[]): Promise<Resolution['members']> {
  if (people.length === 0) return []
  const { rows } = await sql<{ id: string; number: number; created_at: Date }>`update members m set number = v.number
    from unnest(${people.map((p) => p.id)}::uuid[], ${people.map((p) => p.number)}::int[]) as v (id, number)
    where m.id = v.id returning m.id, m.number, m.created_at`.execute(tx)
  return rows.map((r) => ({ number: r.number, memberId: r.id, at: r.created_at }))
}

async function writeSeen(tx: Store, roster: Roster, work: Work): Promise<void> {
  // A member merged in this batch was seen as the one it is now.
  const newest = new Map<Person, number>()
  for (const [person, at] of work.seen) {
    const root = roster.rootOf(person)
    if (root.status !== 'erased') newest.set(root, Math.max(at, newest.get(root) ?? 0))
  }
  const rows = [...newest].map(([person, at]) => ({ id: person.id, at: new Date(at) }))
  if (rows.length === 0) return
  await sql`update member_seen s set at = v.at
    from unnest(${rows.map((r) => r.id)}::uuid[], ${rows.map((r) => r.at)}::timestamptz[]) as v (id, at)
    where s.member_id = v.id and s.at < v.at`.execute(tx)
  for (const [person, at] of newest) person.seen = Math.max(person.seen, at)
}

async function writeProperties(tx: Store, roster: Roster, work: Work): Promise<Fact[]> {
  const alive = work.changes.filter((c) => roster.rootOf(c.person).status !== 'erased')
  const changed = await applyChanges(
    tx,
    alive.map((c) => ({
      memberId: c.person.id,
      rootId: roster.rootOf(c.person).id,
      at: c.row.timestamp.getTime(),
      seq: Number(c.row.seq),
      values: c.values,
    })),
  )
  const told = changed.flatMap(({ told }, i) =>
    told.map(
      (t): Fact => ({
        number: alive[i]?.person.number ?? 0,
        key: `property:${t.path}`,
        value: t.value,
        validFrom: new Date(t.at),
        // A place between two rows is one of an action's own; its event bears the next number.
        seq: BigInt(Math.ceil(t.seq)),
      }),
    ),
  )
  const named = work.names.map(
    ({ person, externalId, row }): Fact => ({
      number: person.number ?? 0,
      key: 'property:externalId',
      value: externalId,
      validFrom: row.timestamp,
      seq: row.seq,
    }),
  )
  return [...told, ...named]
}

/** Whom the numbers of these members and of those below them stand for today. */
async function aliasesOf(tx: Store, rerooted: ReadonlyMap<string, bigint>): Promise<Resolution['aliases']> {
  if (rerooted.size === 0) return []
  const { rows } = await sql<{ number: number; root: number; top: string }>`
    with recursive below as (
      select id, id as top from unnest(${[...rerooted.keys()]}::uuid[]) as v (id)
      union all
      select m.id, below.top from members m join below on m.merged_into = below.id
    )
    select m.number, r.number as root, below.top from below
      join members m on m.id = below.id join members r on r.id = m.root_id
    where m.number is not null and r.number is not null`.execute(tx)
  return rows.map((r) => ({ number: r.number, root: r.root, seq: rerooted.get(r.top) ?? 0n }))
}

const mergedEvent = ({ keep, merge, at, seq }: Joined): Resolution['emitted'][number] => ({
  id: newId(),
  name: 'member.merged',
  class: 'system',
  memberId: keep.id,
  communityId: null,
  actor: IDENTITY,
  at,
  cause: `identity:${seq}`,
  depth: 0,
  properties: JSON.stringify({ keepId: keep.id, mergeId: merge.id }),
})
