// Tags: fixed ones that are put on members, dynamic ones that follow a condition, in dimensions, with a library to start
// from. Conditions ask for `{"tag": key}`.
import { sql } from 'kysely'
import { applyMany, previewMany, removeMany } from './bulk.ts'
import { cancel, jobs, work } from './bulk-job.ts'
import { agree, onErase, onMerge, onUnmerge } from './carry.ts'
import { applied, capability, created, deleted, merged, removed, updated } from './declare.ts'
import { deleteDimension, dimensions, setDimension } from './dimension.ts'
import { history, measure } from './history.ts'
import { arrive, install, library } from './install.ts'
import { lapse } from './lapse.ts'
import { create, remove as deleteTag, merge, update } from './manage.ts'
import { apply, ofMember, remove, verify } from './member.ts'
import { get, list, members } from './read.ts'
import { undo } from './undo.ts'
import { usage } from './usage.ts'

export const tag = capability({
  events: [created, updated, deleted, merged, applied, removed],
  actions: [
    create,
    update,
    deleteTag,
    merge,
    setDimension,
    deleteDimension,
    apply,
    remove,
    verify,
    applyMany,
    removeMany,
    cancel,
    install,
  ],
  queries: [list, get, members, ofMember, usage, dimensions, previewMany, jobs, library, history],
  reactors: [agree],
  jobs: [work],
  timers: [lapse, arrive, measure],
  onMerge,
  onUnmerge,
  onErase,
  undo,
  async gauges(db) {
    const { rows } = await sql<{ tags: number; open: number }>`select
      (select count(*) from tags where state = 'live') as tags,
      (select count(*) from tag_jobs where state in ('waiting', 'running')) as open`.execute(db)
    return { ...rows[0] }
  },
})
