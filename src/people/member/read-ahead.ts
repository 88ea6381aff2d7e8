import type { Incoming } from '#kernel/road'
import { addIdentity, type Identities, isUsableId } from './identity.ts'
import type { Roster } from './roster.ts'
import type { Store } from './stored.ts'

/** Reads everybody a batch speaks of into the roster; answers the identities it names. */
export async function readAhead(tx: Store, roster: Roster, rows: readonly Incoming[]): Promise<Identities> {
  const wanted: Identities = new Map()
  const ids = new Set<string>()
  const changed = new Set<string>()
  for (const row of rows) {
    if (row.memberId !== null) ids.add(row.memberId)
    else {
      if (isUsableId(row.userId)) addIdentity(wanted, 'externalId', row.userId)
      if (isUsableId(row.anonymousId)) addIdentity(wanted, 'anonymousId', row.anonymousId)
      if (isAlias(row)) {
        const previous = previousId(row)
        if (previous) for (const kind of ['externalId', 'anonymousId']) addIdentity(wanted, kind, previous)
      }
    }
    for (const id of changedBy(row)) changed.add(id)
  }
  // What actions did to members takes effect here when their events pass.
  if (changed.size > 0) await roster.reload(tx, [...changed])
  await roster.load(tx, wanted, ids)
  return wanted
}

export const isAlias = (row: Incoming) => row.memberId === null && row.name === 'member.aliased'

/** The id an alias call gives up. */
export function previousId(row: Incoming): string | null {
  const { previousId: id } = row.properties()
  return typeof id === 'string' && isUsableId(id) ? id : null
}

const CHANGES = new Set(['member.merged', 'member.unmerged', 'member.erased'])

/** Members whose links an action changed, from the event that says so. */
export function changedBy(row: Incoming): string[] {
  if (row.memberId === null || row.class !== 'system' || !CHANGES.has(row.name)) return []
  const { keepId, mergeId } = row.properties()
  return [row.memberId, keepId, mergeId].filter((id): id is string => typeof id === 'string')
}
