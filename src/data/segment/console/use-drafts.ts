import { useCallback, useState } from 'react'
import type { Draft } from './draft.ts'

/** Steps that can be taken back; more nobody remembers. */
const MOST_STEPS = 100

/** The definition that is written, and the way back: what a key has deleted must not be gone. */
export function useDrafts(first: Draft) {
  const [steps, setSteps] = useState<readonly Draft[]>([first])
  const setDraft = useCallback((draft: Draft) => setSteps((before) => [...before.slice(-MOST_STEPS), draft]), [])
  const back = useCallback(() => setSteps((before) => (before.length > 1 ? before.slice(0, -1) : before)), [])
  return { draft: steps.at(-1) ?? first, setDraft, undo: steps.length > 1 ? back : null }
}
