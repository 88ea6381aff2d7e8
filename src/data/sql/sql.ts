// Read-only SQL for analysts, over relations that hold what the caller may see and nothing else.
import { capability } from './declare.ts'
import { forget, history, save, saved, schema } from './keep.ts'
import { run } from './run.ts'

export const sql = capability({
  actions: [save, forget],
  queries: [run, schema, history, saved],
})
