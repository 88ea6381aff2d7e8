// What a batch needs to know of identities and members, in memory: read set-based, changed in journal order, written
// set-based. The resolver keeps one from batch to batch; actions make a fresh one each time.
import { sql } from 'kysely'
import type { Contributor } from '#kernel/contribution'
import { newId } from '#kernel/ids'
import type { Identities } from './identity.ts'
import { type Recent, recent } from './recent.ts'
import { Outdated, type Store } from './stored.ts'
import { unite } from './unite.ts'

export interface Person {
  id: string
  /** null until the sequencer gives one. */
  number: number | null
  /** Itself, or whom it was merged into; followed to the end by `rootOf`. */
  rootId: string
  status: 'anonymous' | 'known' | 'erased'
  apart: boolean
  externalId: string | null
  /** The newest `last_seen_at` written, in milliseconds. */
  seen: number
}

export interface Claim {
  person: Person
  externalId: string | null
}
export interface Joined {
  keep: Person
  merge: Person
  at: Date
  /** Of the journal row that told so. */
  seq: bigint
}

/** What has been decided and not been written. */
export interface Plan {
  people: Map<Person, Date>
  identities: { kind: string; value: string; person: Person; at: Date }[]
  claims: Claim[]
  unions: Joined[]
  proposals: { keepId: string; mergeId: string; reason: 'alias' | 'identity'; at: Date }[]
}
const emptyPlan = (): Plan => ({ people: new Map(), identities: [], claims: [], unions: [], proposals: [] })

/** Entries of identity and as many members: about 60 MB, and the active members of a large brand. */
const MOST_REMEMBERED = 200_000

interface PersonRow {
  id: string
  number: number | null
  root_id: string
  status: Person['status']
  apart: boolean
  external_id: string | null
  at: Date | number | null
}
const PERSON = sql.raw('m.id, m.number, m.root_id, m.status, m.apart, m.external_id, s.at')

const personOf = (r: PersonRow): Person => ({
  id: r.id,
  number: r.number,
  rootId: r.root_id,
  status: r.status,
  apart: r.apart,
  externalId: r.external_id,
  seen: r.at instanceof Date ? r.at.getTime() : 0,
})

export type Roster = ReturnType<typeof createRoster>

export function createRoster() {
  const identities = new Map<string, Recent<string, string>>()
  const people = recent<string, Person>(MOST_REMEMBERED)
  /** Anonymous members some capability would not merge: they stay by themselves, and nobody's events wait for them. */
  const refused = new Set<string>()
  let plan = emptyPlan()

  const person = (id: string): Person | undefined => people.get(id)

  function rootOf(one: Person): Person {
    let at = one
    while (at.rootId !== at.id) {
      const next = people.get(at.rootId)
      if (!next) throw new Outdated(`member ${at.rootId} is not at hand`)
      at = next
    }
    return at
  }

  const ofKind = (kind: string) => {
    const known = identities.get(kind) ?? recent<string, string>(MOST_REMEMBERED)
    identities.set(kind, known)
    return known
  }

  const lookup = (kind: string, value: string): Person | undefined => {
    const id = ofKind(kind).get(value)
    return id === undefined ? undefined : people.get(id)
  }

  /** Reads what is missing of these identities and members, and of whom they were merged into. */
  async function load(db: Store, wanted: Identities, ids: Iterable<string> = []): Promise<void> {
    const needed = new Set(ids)
    const missing: { kind: string; value: string }[] = []
    for (const [kind, values] of wanted)
      for (const value of values) {
        const known = lookup(kind, value)
        if (!known) missing.push({ kind, value })
        else if (known.rootId !== known.id) needed.add(known.rootId)
      }
    for (const row of await readIdentities(db, missing)) {
      ofKind(row.kind).set(row.value, row.id)
      if (!people.has(row.id)) people.set(row.id, personOf(row))
      needed.add(row.root_id)
    }
    for (const id of [...needed]) needed.add(people.get(id)?.rootId ?? id)
    let absent = [...needed].filter((id) => !people.has(id))
    while (absent.length > 0) {
      const rows = await readPeople(db, absent)
      for (const row of rows) people.set(row.id, personOf(row))
      absent = [...new Set(rows.map((r) => r.root_id))].filter((id) => !people.has(id))
    }
  }

  /** Reads anew everybody in the groups of these members: after merges and their undoing. */
  async function reload(db: Store, ids: readonly string[]): Promise<void> {
    const { rows } = await sql<PersonRow>`
      with roots as (select distinct root_id from members where id = any(${ids}::uuid[]))
      select ${PERSON} from members m left join member_seen s on s.member_id = m.id
        where m.id in (select root_id from roots)
      union all
      select ${PERSON} from members m left join member_seen s on s.member_id = m.id
        where m.root_id in (select root_id from roots) and m.merged_into is not null`.execute(db)
    for (const row of rows) people.set(row.id, personOf(row))
    const gone = new Set(rows.filter((r) => r.status === 'erased').map((r) => r.id))
    if (gone.size > 0) for (const known of identities.values()) known.drop((id) => gone.has(id))
  }

  function create(status: 'anonymous' | 'known', externalId: string | null, at: Date): Person {
    const id = newId()
    const made: Person = { id, number: null, rootId: id, status, apart: false, externalId, seen: 0 }
    people.set(id, made)
    plan.people.set(made, at)
    return made
  }

  function link(kind: string, value: string, to: Person, at: Date) {
    ofKind(kind).set(value, to.id)
    plan.identities.push({ kind, value, person: to, at })
  }

  /** Whether identity may give this anonymous member to somebody by itself. */
  const isClaimable = (one: Person) => one.status === 'anonymous' && !one.apart && !refused.has(one.id)

  /** A member turns out to be a known one: an anonymous one, or one that had no external id. */
  function claim(one: Person, externalId: string | null, at: Date) {
    one.status = 'known'
    if (externalId !== null) {
      one.externalId = externalId
      link('externalId', externalId, one, at)
    }
    if (!plan.people.has(one)) plan.claims.push({ person: one, externalId })
  }

  function join(keep: Person, other: Person, at: Date, seq: bigint) {
    other.rootId = keep.id
    plan.unions.push({ keep, merge: other, at, seq })
  }

  const propose = (keep: Person, other: Person, reason: 'alias' | 'identity', at: Date) =>
    plan.proposals.push({ keepId: keep.id, mergeId: other.id, reason, at })

  /** Writes the plan. Throws Outdated when the state has gone on meanwhile; the transaction must then be taken back. */
  async function write(db: Store, contributors: readonly Contributor[], actor: string): Promise<Plan> {
    const done = plan
    plan = emptyPlan()
    await insertPeople(db, done.people)
    await insertIdentities(db, done.identities)
    await writeClaims(db, done.claims)
    for (const { keep, merge, at } of done.unions)
      try {
        await unite(db, contributors, { keepId: keep.id, mergeId: merge.id, at, actor, mayBeKnown: false })
      } catch (error) {
        if (error instanceof Outdated) throw error
        refused.add(merge.id)
        throw new Outdated(`member ${merge.id} cannot be merged`, { cause: error })
      }
    await insertProposals(db, done.proposals)
    return done
  }

  function forget() {
    identities.clear()
    people.clear()
    plan = emptyPlan()
  }

  return {
    person,
    rootOf,
    lookup,
    load,
    reload,
    create,
    link,
    isClaimable,
    claim,
    join,
    propose,
    write,
    /** Lets go of what was not used lately; only between batches, so that a batch finds all it loaded. */
    turn() {
      for (const known of identities.values()) known.turn()
      people.turn()
    },
    /** Forgets what it read; `refused` outlives a second try at the same batch. */
    forget,
    reset() {
      forget()
      refused.clear()
    },
  }
}

async function readIdentities(db: Store, list: readonly { kind: string; value: string }[]) {
  if (list.length === 0) return []
  const { rows } = await sql<PersonRow & { kind: string; value: string }>`select i.kind, i.value, ${PERSON}
    from unnest(${list.map((i) => i.kind)}::text[], ${list.map((i) => i.value)}::text[]) as k (kind, value)
    join identities i on i.kind = k.kind and i.value = k.value
    join members m on m.id = i.member_id left join member_seen s on s.member_id = m.id`.execute(db)
  return rows
}

async function readPeople(db: Store, ids: readonly string[]): Promise<PersonRow[]> {
  const { rows } = await sql<PersonRow>`select ${PERSON} from members m
    left join member_seen s on s.member_id = m.id where m.id = any(${ids}::uuid[])`.execute(db)
  return rows
}

async function insertPeople(db: Store, people: Plan['people']) {
  if (people.size === 0) return
  const list = [...people.keys()]
  const ids = sql`${list.map((p) => p.id)}::uuid[]`
  await sql`insert into members (id, number, root_id, status, external_id, created_at)
    select id, number, id, status, external_id, at from unnest(${ids}, ${list.map((p) => p.number)}::int[], ${list.map((p) => p.status)}::text[],
      ${list.map((p) => p.externalId)}::text[], ${[...people.values()]}::timestamptz[])
      as v (id, number, status, external_id, at)`.execute(db)
  await sql`insert into member_seen select id, '-infinity' from unnest(${ids}) as v (id)`.execute(db)
}

async function insertIdentities(db: Store, list: Plan['identities']) {
  if (list.length === 0) return
  // In one order everywhere, so that two writers never wait for each other.
  const rows = list.toSorted((a, b) => (a.value < b.value || (a.value === b.value && a.kind < b.kind) ? -1 : 1))
  const { numAffectedRows } = await sql`insert into identities (kind, value, member_id, at)
    select * from unnest(${rows.map((r) => r.kind)}::text[], ${rows.map((r) => r.value)}::text[],
      ${rows.map((r) => r.person.id)}::uuid[], ${rows.map((r) => r.at)}::timestamptz[])
    on conflict do nothing`.execute(db)
  if (numAffectedRows !== BigInt(rows.length)) throw new Outdated('an identity was made meanwhile')
}

async function writeClaims(db: Store, claims: readonly Claim[]) {
  if (claims.length === 0) return
  const { numAffectedRows } =
    await sql`update members m set status = 'known', external_id = coalesce(v.external_id, m.external_id)
    from unnest(${claims.map((c) => c.person.id)}::uuid[], ${claims.map((c) => c.externalId)}::text[]) as v (id, external_id)
    where m.id = v.id and m.merged_into is null and m.external_id is null and m.status <> 'erased' and not m.apart`.execute(
      db,
    )
  if (numAffectedRows !== BigInt(claims.length)) throw new Outdated('a member was claimed or merged meanwhile')
}

async function insertProposals(db: Store, proposals: Plan['proposals']) {
  if (proposals.length === 0) return
  await sql`insert into merge_proposals (id, keep_id, merge_id, reason, at)
    select * from unnest(${proposals.map(() => newId())}::uuid[], ${proposals.map((p) => p.keepId)}::uuid[],
      ${proposals.map((p) => p.mergeId)}::uuid[], ${proposals.map((p) => p.reason)}::text[],
      ${proposals.map((p) => p.at)}::timestamptz[])
    on conflict (keep_id, merge_id) do nothing`.execute(db)
}

/** Does the work again with fresh eyes when an action changed the state meanwhile; five times are never needed. */
export async function whileOutdated<R>(db: Store, forget: () => void, body: () => Promise<R>): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    await sql`savepoint identity`.execute(db)
    try {
      const value = await body()
      await sql`release savepoint identity`.execute(db)
      return value
    } catch (error) {
      forget()
      if (!(error instanceof Outdated) || attempt === 5) throw error
      await sql`rollback to savepoint identity`.execute(db)
      await sql`release savepoint identity`.execute(db)
    }
  }
}
