// Static lists: members by external id, as given. Ids nobody goes by yet are kept; whoever turns up under one is on the
// list at once. Conditions ask for `{"list": id}`. The front file: what other slices use.
import { type QueryExecutorProvider, sql } from 'kysely'
import { add, remove, replace } from './change.ts'
import { added, capability, created, deleted, MOST_IDS, removed, renamed, settled } from './declare.ts'
import { create, get, list as lists, members, remove as removeList, rename } from './manage.ts'
import { preview } from './preview.ts'
import { arrive, onErase, onMerge, onUnmerge, reconcile, settle } from './settle.ts'
import { history, undo, undoPreview } from './undo.ts'

export { create, MOST_IDS }

/** Which of these lists exist. */
export async function existingLists(db: QueryExecutorProvider, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`select id from lists where id = any(${[...ids]}::uuid[])`.execute(db)
  return new Set(rows.map((r) => r.id))
}

export const list = capability({
  events: [created, renamed, deleted, added, removed, settled],
  actions: [create, rename, removeList, replace, add, remove, undo],
  queries: [lists, get, members, preview, history, undoPreview],
  reactors: [arrive, reconcile],
  jobs: [settle],
  onMerge,
  onUnmerge,
  onErase,
})
