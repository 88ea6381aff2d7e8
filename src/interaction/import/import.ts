// Brings what a brand already has: archives of communities with their history, and tables of members.

import { httpInstance } from './call.ts'
import { importCommand } from './command.ts'
import { capability } from './declare.ts'
import { importEvents } from './event-import.ts'
import { expiry } from './file-expiry.ts'
import { routes } from './file-routes.ts'
import { cancel, get, list, preview, rowErrors, start } from './member-file.ts'
import { importMembers } from './member-import.ts'
import { work } from './member-job.ts'
import { advance, begin } from './progress.ts'

export { httpInstance, importCommand }

export const importing = capability({
  actions: [importEvents, importMembers, begin, advance, start, cancel],
  queries: [preview, list, get, rowErrors],
  jobs: [work],
  timers: [expiry],
  routes,
})
