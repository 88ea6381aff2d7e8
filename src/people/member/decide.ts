// Whose a journal row is, and what it says about members. In memory, in journal order; nothing is written here.
import type { Incoming } from '#kernel/road'
import { type Groups, readGroup } from './account.ts'
import { digestOf, type Erased } from './erasure.ts'
import { isSharedId, isUsableId } from './identity.ts'
import { flatten } from './property.ts'
import { changedBy, isAlias, previousId } from './read-ahead.ts'
import type { Person, Roster } from './roster.ts'
import { flatValues } from './stored.ts'

/** `last_seen_at` is for people to read; writing it at every event would double the work of a batch. */
const SEEN_STEP_MS = 60_000

/** What a batch brought about besides whose its rows are. */
export interface Work {
  /** Identities of erased members that are free again: whose they were, and until when. */
  erased: Erased
  /** To be numbered in this order. */
  unnumbered: Set<Person>
  changes: { person: Person; row: Incoming; values: ReadonlyMap<string, unknown> }[]
  /** Members that have an external id from now on. */
  names: { person: Person; externalId: string; row: Incoming }[]
  seen: Map<Person, number>
  types: { values: ReadonlyMap<string, unknown>; at: Date }[]
  groups: Groups
  /** Members whose numbers may stand for another root now, and since which row. */
  rerooted: Map<string, bigint>
}

export const newWork = (erased: Work['erased']): Work => ({
  erased,
  unnumbered: new Set(),
  changes: [],
  names: [],
  seen: new Map(),
  types: [],
  groups: new Map(),
  rerooted: new Map(),
})

/** The member whose identity the row came with; null for nobody's. */
export function decide(roster: Roster, work: Work, row: Incoming): Person | null {
  const person = row.memberId === null ? whose(roster, work, row) : (roster.person(row.memberId) ?? null)
  if (!person) return null
  if (person.number === null) work.unnumbered.add(person)
  const root = roster.rootOf(person)
  if (root.status === 'erased') return person
  if (isOwnDoing(row)) {
    const at = row.timestamp.getTime()
    if (at > root.seen + SEEN_STEP_MS) work.seen.set(root, Math.max(at, work.seen.get(root) ?? 0))
  }
  if (row.class === 'system') listen(roster, work, row, person)
  return person
}

/** What the member did, by itself or through a client: not what was done to it. */
const isOwnDoing = (row: Incoming) => row.memberId === null || row.actor?.startsWith('member:')

/** What identity itself has to know of system events. */
function listen(roster: Roster, work: Work, row: Incoming, person: Person) {
  if (row.memberId === null) {
    if (row.name === 'member.identified') tell(work, row, person, flatten(row.properties().traits))
    if (row.name === 'member.grouped') {
      const group = readGroup(row.properties())
      if (!group) return
      tell(work, row, person, new Map([['account', group.id]]))
      const known = work.groups.get(group.id) ?? { at: row.timestamp, properties: {} }
      const isNewer = row.timestamp >= known.at
      work.groups.set(group.id, {
        at: isNewer ? row.timestamp : known.at,
        properties: isNewer ? { ...known.properties, ...group.traits } : { ...group.traits, ...known.properties },
      })
    }
    return
  }
  if (row.name === 'member.created' || row.name === 'member.updated')
    work.types.push({ values: flatValues(row.properties().properties), at: row.timestamp })
  for (const id of changedBy(row)) {
    const changed = roster.person(id)
    if (!changed) continue
    if (changed.number === null) work.unnumbered.add(changed)
    work.rerooted.set(id, row.seq)
  }
}

function tell(work: Work, row: Incoming, person: Person, values: ReadonlyMap<string, unknown>) {
  if (values.size === 0) return
  work.changes.push({ person, row, values })
  work.types.push({ values, at: row.timestamp })
}

function whose(roster: Roster, work: Work, row: Incoming): Person | null {
  const userId = isUsableId(row.userId) ? row.userId : null
  const anonymousId = isUsableId(row.anonymousId) ? row.anonymousId : null
  const gone = erasedOf(roster, work, row, userId, anonymousId)
  if (gone) return gone
  if (isAlias(row)) return userId ? aliased(roster, work, row, userId) : null
  if (userId) return identified(roster, work, row, userId, anonymousId)
  if (!anonymousId) return null
  const known = roster.lookup('anonymousId', anonymousId)
  if (known) return known
  const person = roster.create('anonymous', null, row.timestamp)
  roster.link('anonymousId', anonymousId, person, row.timestamp)
  return person
}

/** What was received before its member was erased stays with that member, and is deleted with it. */
function erasedOf(roster: Roster, work: Work, row: Incoming, userId: string | null, anonymousId: string | null) {
  if (work.erased.size === 0) return null
  const [kind, value] = userId ? ['externalId', userId] : ['anonymousId', anonymousId ?? '']
  const gone = work.erased.get(digestOf(kind, value))
  return gone && row.receivedAt <= gone.at && !roster.lookup(kind, value) ? gone.person : null
}

function known(roster: Roster, work: Work, row: Incoming, userId: string): Person {
  const person = roster.create('known', userId, row.timestamp)
  roster.link('externalId', userId, person, row.timestamp)
  work.names.push({ person, externalId: userId, row })
  return person
}

function claimed(roster: Roster, work: Work, row: Incoming, person: Person, userId: string): Person {
  roster.claim(person, userId, row.timestamp)
  work.names.push({ person, externalId: userId, row })
  return person
}

/**
 * A row with a user id. An anonymous member nobody has claimed becomes that user; one that is known already stays
 * where it is: on a shared device the event counts for the user it names, and the device for the first.
 */
function identified(roster: Roster, work: Work, row: Incoming, userId: string, anonymousId: string | null): Person {
  const user = roster.lookup('externalId', userId)
  const device = anonymousId ? roster.lookup('anonymousId', anonymousId) : undefined
  const holder = device ? roster.rootOf(device) : null
  if (!user && holder && roster.isClaimable(holder)) return claimed(roster, work, row, holder, userId)
  const person = user ?? known(roster, work, row, userId)
  const root = roster.rootOf(person)
  if (!anonymousId || root.status === 'erased') return person
  if (!holder) roster.link('anonymousId', anonymousId, person, row.timestamp)
  else if (holder !== root && roster.isClaimable(holder)) roster.join(root, holder, row.receivedAt, row.seq)
  return person
}

/** An alias call: an anonymous member goes to the user it turns out to be; two known ones are for people to judge. */
function aliased(roster: Roster, work: Work, row: Incoming, userId: string): Person {
  const user = roster.lookup('externalId', userId)
  const previous = previousId(row)
  if (!previous || isSharedId(previous)) return user ?? known(roster, work, row, userId)
  const before = roster.lookup('externalId', previous) ?? roster.lookup('anonymousId', previous)
  if (!before) {
    const person = user ?? known(roster, work, row, userId)
    roster.link('anonymousId', previous, person, row.timestamp)
    return person
  }
  const old = roster.rootOf(before)
  if (!user) {
    if (roster.isClaimable(old)) return claimed(roster, work, row, old, userId)
    if (old.status === 'known') {
      roster.link('externalId', userId, before, row.timestamp)
      return before
    }
  }
  const person = user ?? known(roster, work, row, userId)
  const root = roster.rootOf(person)
  if (root === old || root.status === 'erased' || old.status === 'erased') return person
  if (roster.isClaimable(old)) roster.join(root, old, row.receivedAt, row.seq)
  else roster.propose(root, old, 'alias', row.receivedAt)
  return person
}
