// Events as an operator looks at them: what arrived (live), what was refused and why, and whether every event that
// was accepted is where it should be.
import { deadLetters, drop, replay } from './dead-letters.ts'
import { list, names } from './debugger.ts'
import { declared } from './declare.ts'
import { liveRoute } from './live.ts'
import { undo, undoPreview } from './undo.ts'

export const event = declared.capability({
  actions: [replay, drop, undo] as const,
  queries: [list, names, deadLetters, undoPreview] as const,
  routes: [liveRoute],
})
