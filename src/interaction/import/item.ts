// What a reader of an archive hands to the runner, whatever the archive.

interface Position {
  /** The part of the archive it comes from, and how far that part is done once this item is stored. */
  part: string
  /** Absent where the part is not sorted: it is then read again from there on, and the journal drops repeats. */
  mark?: number
}

export interface MemberItem extends Position {
  kind: 'member'
  externalId: string
  createdAt: string
  properties: Readonly<Record<string, string | number | boolean>>
}

export interface EventItem extends Position {
  kind: 'event'
  event: string
  /** Stable across runs and machines. */
  messageId: string
  /** Whose event it is; absent for what belongs to the community alone. */
  externalId?: string
  /** Who did it, where that is another member. */
  actorExternalId?: string
  at: string
  data: Readonly<Record<string, unknown>>
}

export type Item = MemberItem | EventItem

/** How far each part of an archive is imported. */
export type Marks = Readonly<Record<string, number>>
