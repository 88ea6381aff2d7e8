import { keepPreviousData } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useCall } from '#web/use-call.ts'
import { LIVE_MS } from '../../../console/insight/use-insight.ts'
import type { Content, Question } from './types.ts'

const NONE: readonly Question[] = []

/** What the tiles ask; where they stand makes no difference. `known`: nothing needs to be asked. */
export function useQuestions(content: Content, known: readonly Question[] | null): readonly Question[] {
  const asked = useMemo(
    () => ({ ...content, tiles: content.tiles.map((tile) => ({ ...tile, x: 0, y: 0, w: 12, h: 4 })) }),
    [content],
  )
  const { data } = useCall('dashboard.questions', known ? null : { content: asked }, {
    placeholderData: keepPreviousData,
    // Days that move with today have moved.
    refetchInterval: LIVE_MS,
  })
  return known ?? data?.questions ?? NONE
}
