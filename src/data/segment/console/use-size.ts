// How many and who, while the definition is written. One question at a time: a newer one aborts the one before, and
// the server stops its query.
import { useMemo } from 'react'
import { type Input, ProblemAnswer } from '#web/api.ts'
import { useCall } from '#web/use-call.ts'
import { type Clause, type Draft, isNot, tidy } from './draft.ts'
import { useSettled } from './use-settled.ts'

/** The warehouse is asked once typing has paused for this long. */
const PAUSE_MS = 400
/** Everybody changes slowly. */
const EVERYBODY_MS = 300_000
const SAMPLE = 8

export type Wanted = Input<'segment.preview'>['definition']

/** Holds for everybody, and reads next to nothing. */
const nobody = { tag: '-' }
const EVERYBODY = { any: [nobody, { not: nobody }] }

export function useSize(draft: Draft, segmentId?: string) {
  const asked = useSettled(draft, PAUSE_MS)
  const definition = useMemo(() => tidy(asked), [asked])
  const preview = useCall('segment.preview', definition ? { definition: definition as Wanted, limit: SAMPLE } : null, {
    placeholderData: (before) => before,
  })
  const isAnswered = preview.isSuccess && !preview.isPlaceholderData
  const everybody = useCall('segment.preview', { definition: EVERYBODY, limit: 0 }, { staleTime: EVERYBODY_MS })
  // After the size, which is what is waited for.
  const change = useCall(
    'segment.preview_change',
    definition && segmentId && isAnswered ? { id: segmentId, definition: definition as Wanted } : null,
    { placeholderData: (before) => before },
  )
  const problems = useMemo(() => (preview.error instanceof ProblemAnswer ? preview.error.errors : []), [preview.error])
  const flaws = useMemo(() => flawsOf(definition, problems), [definition, problems])
  return { definition, preview, isAnswered, everybody: everybody.data?.count, change, problems, flaws }
}

/** What the server finds wrong, by the clause it speaks of. */
function flawsOf(
  definition: Draft | null,
  problems: readonly { path: string; message: string }[],
): ReadonlyMap<Draft, readonly string[]> {
  const found = new Map<Draft, string[]>()
  for (const { path, message } of problems) {
    const way = path.split('.').slice(1)
    let at = definition
    while (at && way.length > 0) {
      const next = stepOf(at, way)
      if (!next) break
      at = next
    }
    if (!at || (at === definition && way.length === 0)) continue
    found.set(at, [...(found.get(at) ?? []), way.length > 0 ? `${way.join('.')}: ${message}` : message])
  }
  return found
}

/** One step down from a group, taking its words off the way; null from a clause. */
function stepOf(at: Draft, way: string[]): Draft | null {
  const [head, index] = way
  if (head === 'not' && isNot(at)) {
    way.splice(0, 1)
    return at.not
  }
  const list = head === 'all' || head === 'any' ? (at as Clause)[head] : undefined
  const next: unknown = Array.isArray(list) ? list[Number(index)] : undefined
  if (typeof next !== 'object' || next === null) return null
  way.splice(0, 2)
  return next as Draft
}
