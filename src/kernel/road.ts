// What travels on the road of an event, and the two hooks by which people (identity) take part in it.
// The journal, the sequencer and the warehouse tables themselves are in platform/.
import type { Contributor } from './contribution.ts'
import type { Db, Emitted } from './host.ts'

/** One accepted journal row as the sequencer hands it to the identity resolver, in journal order. */
export interface Incoming {
  seq: bigint
  source: string
  /** `member.identified`, `order.paid`, `Product Viewed`, … */
  name: string
  class: 'client' | 'capability' | 'system'
  /** Who did it, written like `Actor.id`; absent for what comes from outside. */
  actor?: string
  /** Known already (actions); else resolved from the two ids below. */
  memberId: string | null
  userId: string | null
  anonymousId: string | null
  timestamp: Date
  receivedAt: Date
  /** Parsed on demand: `traits` of identify calls stand in `properties` of `member.identified`. */
  properties(): Readonly<Record<string, unknown>>
  context(): Readonly<Record<string, unknown>>
}

/** A row of the warehouse table `facts`: what held for a member from an instant on. */
export interface Fact {
  number: number
  key: string
  /** null ends it. */
  value: unknown
  validFrom: Date
  seq: bigint
}

export interface Resolution {
  /** One per incoming row: the number of the identity it came with (0 when it has none) and today's member. */
  of: readonly { number: number; memberId: string }[]
  /** Identities seen for the first time. */
  members: readonly { number: number; memberId: string; at: Date }[]
  /** Numbers whose member is now another one's (merges), and those that are their own again (unmerge: root = number). */
  aliases: readonly { number: number; root: number; seq: bigint }[]
  facts: readonly Fact[]
  /** What identity itself brought about (an anonymous member merged); appended to the journal in the same transaction. */
  emitted: readonly Emitted[]
}

/** Contributed once, by people/member. Called by the one sequencer, inside the transaction that seals a batch. */
export interface Resolver {
  resolve(tx: Db, rows: readonly Incoming[], contributors: readonly Contributor[]): Promise<Resolution>
  /** Numbers of members that facts of capability events name; those numbered just now are told in `members`. */
  numbersOf(
    tx: Db,
    memberIds: readonly string[],
  ): Promise<{ numbers: ReadonlyMap<string, number>; members: Resolution['members'] }>
  /** Those of these members that are another one's now, and whose. */
  rootsOf(db: Db, memberIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Numbers of erased members of whom the warehouse may still hold rows: no question may see them. */
  hidden(db: Db): Promise<readonly number[]>
  /** Forgets what it keeps in memory: after a failed transaction or a lost lease. */
  forget(): void
}
