// Layer schemes (分层): everybody divided into layers, each member in exactly one of every scheme. A layer is a
// definition that is kept live, so whatever takes a segment takes a layer.
import { capability, created, deleted, updated } from './declare.ts'
import { flow, flowMembers, revenue, trend } from './history.ts'
import { create, install, remove, update, usage } from './manage.ts'
import { members, ofMember } from './member.ts'
import { get, list, presets, preview } from './read.ts'

export const layer = capability({
  events: [created, updated, deleted],
  actions: [install, create, update, remove],
  queries: [presets, list, get, preview, usage, flow, flowMembers, trend, revenue, members, ofMember],
})
