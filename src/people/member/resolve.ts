// Gives every journal row its member. Runs in the one sequencer's transaction, for up to 10,000 rows at a time:
// what is not remembered is read by one query, decisions are made in memory in journal order, and written set-based.
import { sql } from 'kysely'
import type { Contributor } from '#kernel/contribution'
import type { Emitted } from '#kernel/host'
import { newId } from '#kernel/ids'
import type { Fact, Incoming, Resolution, Resolver } from '#kernel/road'
import { type Groups, linkAccounts } from './account.ts'
import { type IdentityKey, isSharedId, isUsableId } from './identity.ts'
import { flatten } from './property.ts'
import { createRoster, type Person, type Roster, whileOutdated } from './roster.ts'
import { applyChanges, type Change, countTypes, flatValues, type Store } from './stored.ts'

/** Identity acts under this name in journals and events. */
export const IDENTITY = 'machine:identity'

/** `last_seen_at` is for people to read; writing it at every event would double the work of a batch. */
const SEEN_STEP_MS = 60_000

/** What a batch brought about besides the numbers. */
interface Work {
  /** Whose member each row is; null for nobody's. */
  people: (Person | null)[]
  /** Numbered in this order. */
  unnumbered: Set<Person>
  changes: (Change & { person: Person; row: Incoming })[]
  facts: { person: Person; key: string; value: unknown; row: Incoming }[]
  seen: Map<Person, number>
  types: { values: ReadonlyMap<string, unknown>; at: Date }[]
  groups: Groups
  /** Members whose numbers may have another root now, and since which row. */
  rerooted: Map<string, bigint>
}

export function createResolver(): Resolver {
  const roster = createRoster()

  return {
    async resolve(tx, rows, contributors) {
      const resolution = await whileOutdated(tx, roster.forget, () => resolveRows(tx, roster, rows, contributors))
      roster.turn()
      return resolution
    },

    async numbersOf(tx, memberIds) {
      await roster.load(tx, new Set(), memberIds)
      const people = memberIds.flatMap((id) => roster.person(id) ?? [])
      const fresh = await giveNumbers(tx, new Set(people.filter((p) => p.number === null)))
      return {
        numbers: new Map(people.map((p) => [p.id, p.number ?? 0])),
        members: fresh,
      }
    },

    async rootsOf(db, memberIds) {
      const { rows } = await sql<{ id: string; root_id: string }>`select id, root_id from members
        where id = any(${memberIds}::uuid[]) and merged_into is not null`.execute(db)
      return new Map(rows.map((r) => [r.id, r.root_id]))
    },

    forget: roster.reset,
  }
}

async function resolveRows(
  tx: Store,
  roster: Roster,
  rows: readonly Incoming[],
  contributors: readonly Contributor[],
): Promise<Resolution> {
  const work: Work = {
    people: [],
    unnumbered: new Set(),
    changes: [],
    facts: [],
    seen: new Map(),
    types: [],
    groups: new Map(),
    rerooted: new Map(),
  }
  await readAhead(tx, roster, rows, work)
  const refused = await sentBeforeErasure(tx, roster, rows)
  for (const row of rows) work.people.push(decide(roster, work, row, refused))
  const done = await roster.write(tx, contributors, IDENTITY)
  for (const { merge, row } of done.unions) work.rerooted.set(merge.id, row)
  const members = await giveNumbers(tx, work.unnumbered)
  await writeSeen(tx, work.seen)
  const facts = await writeProperties(tx, work)
  await countTypes(tx, work.types)
  await linkAccounts(tx, work.groups)
  const today = work.people.map((p) => (p ? roster.rootOf(p) : null))
  return {
    of: work.people.map((p, i) => ({
      number: p?.number ?? 0,
      memberId: (today[i]?.status !== 'erased' || rows[i]?.name === 'member.erased' ? today[i]?.id : '') ?? '',
    })),
    members,
    aliases: await aliasesOf(tx, work.rerooted),
    facts,
    emitted: done.unions.map(mergedEvent),
  }
}
