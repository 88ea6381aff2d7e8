// Members: who they are under all their identities, what is known of them, and everything that happened to them.
import { gauges, memberScope, onErase, onMerge, onUnmerge, warehouseScope } from './contribution.ts'
import { capability } from './declare.ts'
import { displayNames, shownProfiles } from './display-name.ts'
import { setOwner, update, updateMe } from './edit.ts'
import { erase } from './erase.ts'
import { aliased, created, erased, grouped, identified, merged, noted, unmerged, updated } from './events.ts'
import { find } from './find.ts'
import { findMember, isSharedId, MOST_ID_LENGTH, membersByExternalId } from './identity.ts'
import { isContactPath, maskDeep } from './mask.ts'
import { dismiss, merge, merges, proposals, unmerge } from './merge.ts'
import { addNote, deleteNote, notes } from './note.ts'
import { get, me, profiles, properties } from './profile.ts'
import { createResolver } from './resolve.ts'
import { findTraces, nightly, sweep, sweepDue } from './sweep.ts'
import { timeline } from './timeline.ts'
import { upsert } from './upsert.ts'

export const member = capability({
  events: [created, updated, merged, unmerged, erased, noted, identified, grouped, aliased],
  actions: [upsert, update, updateMe, setOwner, merge, unmerge, dismiss, addNote, deleteNote, erase],
  queries: [get, me, find, timeline, properties, notes, merges, proposals],
  jobs: [sweep, findTraces],
  timers: [sweepDue, nightly],
  resolver: createResolver(),
  memberScope,
  warehouseScope,
  onMerge,
  onUnmerge,
  onErase,
  gauges,
})

export {
  displayNames,
  erased,
  findMember,
  isContactPath,
  isSharedId,
  MOST_ID_LENGTH,
  maskDeep,
  membersByExternalId,
  merged,
  profiles,
  shownProfiles,
  unmerged,
  updated,
  upsert,
}
