import type { Clause } from './draft.ts'

/** What the form of every kind of clause gets. */
export interface ClauseEditorProps {
  clause: Clause
  onChange(clause: Clause): void
}
