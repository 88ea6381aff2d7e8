import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { describeDuration } from '../../../data/segment/console/describe.ts'
import { useWords } from '../../../data/segment/console/use-words.ts'
import type { Graph, JourneyNode } from './draft.ts'
import type { Journey } from './journey-head.tsx'
import { NODE_TITLES } from './words.ts'

/** One line for a node as it is drawn now, saved or not. */
export function useNodeWords() {
  const t = useText()
  const words = useWords()
  const segments = useCall('segment.list', { limit: 200, layers: true })
  const kinds = useCall('journey.nodes', {}, { staleTime: Number.POSITIVE_INFINITY })
  return useMemo(() => {
    const segmentName = (id: string) => segments.data?.items.find((s) => s.id === id)?.name ?? '…'
    const actionTitle = (name: string) => {
      const title = kinds.data?.actions.find((a) => a.name === name)?.title
      return title ? t(title) : name
    }
    const describe = (node: JourneyNode): string => {
      switch (node.type) {
        case 'trigger':
          if ('event' in node.on)
            return node.on.event
              ? t({
                  en: `When “${words.eventTitle(node.on.event)}” happens`,
                  zh: `发生「${words.eventTitle(node.on.event)}」时`,
                })
              : t({ en: 'Choose an event', zh: '请选择事件' })
          return node.on.when === 'entered'
            ? t({ en: `Enters “${segmentName(node.on.segment)}”`, zh: `进入分群「${segmentName(node.on.segment)}」时` })
            : t({ en: `Leaves “${segmentName(node.on.segment)}”`, zh: `离开分群「${segmentName(node.on.segment)}」时` })
        case 'wait':
          return describeDuration(node.for, t)
        case 'branch':
          return t({ en: `${node.cases.length + 1} ways`, zh: `${node.cases.length + 1} 条分支` })
        case 'action': {
          const content = node.input.content as { title?: string } | undefined
          return [actionTitle(node.action), content?.title].filter(Boolean).join(' · ')
        }
        case 'exit':
          return node.reason ?? t({ en: 'The journey ends', zh: '旅程结束' })
      }
    }
    return { describe, actionTitle, kinds: kinds.data, segments: segments.data?.items ?? [] }
  }, [t, words, segments.data, kinds.data])
}

/** A line for every node of a journey as it is saved. */
export function useDescribed(journey: Journey): Readonly<Record<string, string>> {
  const t = useText()
  const { describe } = useNodeWords()
  return useMemo(() => {
    const { nodes } = journey.graph as unknown as Graph
    return Object.fromEntries(
      Object.entries(nodes).map(([id, node]) => [id, `${t(NODE_TITLES[node.type])} · ${describe(node)}`]),
    )
  }, [journey.graph, describe, t])
}
