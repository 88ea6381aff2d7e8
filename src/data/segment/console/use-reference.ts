// What a condition can name: tags, segments, lists, topics and communities, with how many are in them.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { call, type Input, type Item } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { useSession } from '../../../console/session.tsx'
import type { Named } from './describe.ts'
import { namesOf } from './draft.ts'
import { FRESH_MS } from './use-field.ts'

export interface Reference {
  value: string
  label: string
  /** null where it is not counted. */
  members: number | null
  /** What a metric counts. */
  events?: readonly string[]
}

const SCORES: Readonly<Record<string, Text>> = {
  churnRisk: { en: 'Churn risk', zh: '流失风险' },
  propensity: { en: 'Propensity to buy', zh: '购买意向' },
  ltv: { en: 'Lifetime value', zh: '生命周期价值' },
  health: { en: 'Health', zh: '健康度' },
}

const steady = { staleTime: FRESH_MS } as const

/** As many pages as a builder needs: a thousand names are found by typing, not by scrolling. */
const MOST_PAGES = 5

type Listed = 'tag.list' | 'segment.list' | 'list.list' | 'topic.list' | 'community.list' | 'metric.list' | 'store.list'

/** All of a list, page by page; undefined while it is not known. */
function useAll<N extends Listed>(name: N, reads: boolean): readonly Item<N>[] | undefined {
  const { data } = useQuery({
    queryKey: [name, 'reference'],
    queryFn: async ({ signal }) => {
      const all: Item<N>[] = []
      let cursor: string | null = null
      for (let page = 0; page < MOST_PAGES; page++) {
        const input = {
          limit: 200,
          ...(name === 'segment.list' ? { layers: true } : {}),
          ...(cursor === null ? {} : { cursor }),
        } as Input<N>
        const answer = (await call(name, input, { signal })) as { items: Item<N>[]; nextCursor: string | null }
        all.push(...answer.items)
        cursor = answer.nextCursor
        if (cursor === null) break
      }
      return all
    },
    enabled: reads,
    ...steady,
  })
  return data
}

/** By kind; undefined while it is not known. */
export function useReferences(): Readonly<Record<Named, readonly Reference[] | undefined>> {
  const t = useText()
  const { may } = useSession()
  const reads = may('segment.read')
  const tags = useAll('tag.list', may('tag.read'))
  const told = useCall('segment.suggest_keys', reads ? { of: 'tag' } : null, steady).data?.items
  const scores = useCall('segment.suggest_keys', reads ? { of: 'score' } : null, steady).data?.items
  const segments = useAll('segment.list', reads)
  const lists = useAll('list.list', may('list.read'))
  const topics = useAll('topic.list', may('topic.read'))
  const communities = useAll('community.list', true)
  const metrics = useAll('metric.list', may('metric.read'))
  const stores = useAll('store.list', may('store.read'))
  return useMemo(() => {
    const own = (tags ?? []).map((tag) => ({ value: tag.key, label: t(tag.title), members: tag.size }))
    // Tags that were told before there was a slice for them.
    const seen = (told ?? []).filter((i) => !own.some((tag) => tag.value === i.key))
    const names = new Set([...(scores ?? []).map((s) => s.key), ...Object.keys(SCORES)])
    return {
      tag: [...own, ...seen.map((i) => ({ value: i.key, label: i.title ?? i.key, members: i.members }))],
      segment: segments?.map((s) => ({ value: s.id, label: s.name, members: s.size })),
      list: lists?.map((l) => ({ value: l.id, label: l.name, members: l.size })),
      topic: topics?.map((s) => ({ value: s.key, label: s.title, members: null })),
      metric: metrics?.map((m) => ({
        ...{ value: m.key, label: t(m.name), members: null },
        events: namesOf(m.definition.event),
      })),
      store: stores?.map((s) => ({ value: s.id, label: s.name, members: null })),
      community: communities?.map((c) => ({ value: c.id, label: c.name, members: c.memberCount })),
      score: [...names].map((value) => ({
        value,
        label: SCORES[value] ? t(SCORES[value]) : value,
        members: scores?.find((s) => s.key === value)?.members ?? 0,
      })),
    }
  }, [tags, told, scores, segments, lists, topics, communities, metrics, stores, t])
}
