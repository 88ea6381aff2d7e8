// Metrics: what a number means, said once. Charts, tiles, segments and alerts name a metric and read the same events.
import { capability } from './declare.ts'
import { create, install, presets, remove, update } from './manage.ts'
import { get, history, list, usage } from './read.ts'
import { value } from './value.ts'

export const metric = capability({
  actions: [create, update, remove, install],
  queries: [list, get, usage, history, presets, value],
})
