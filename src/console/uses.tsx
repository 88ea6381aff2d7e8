import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'

interface Use {
  kind: string
  id: string
  name: string
}

const KINDS: Readonly<Record<string, { title: Text; path(id: string): string }>> = {
  segment: { title: { en: 'Segment', zh: '分群' }, path: (id) => `/segments/${id}` },
  journey: { title: { en: 'Journey', zh: '旅程' }, path: (id) => `/journeys/${id}` },
  tag: { title: { en: 'Tag', zh: '标签' }, path: (id) => `/tags/${encodeURIComponent(id)}` },
  // The id names the scheme and the layer.
  layer: { title: { en: 'Layer', zh: '分层' }, path: (id) => `/layers/${id.split('/')[0]}` },
  dashboard: { title: { en: 'Dashboard', zh: '看板' }, path: (id) => `/dashboards/${id}` },
  chart: { title: { en: 'Chart', zh: '图表' }, path: (id) => `/charts/${id}` },
  metric: { title: { en: 'Metric', zh: '指标' }, path: (id) => `/metrics/${id}` },
  trait: { title: { en: 'Trait', zh: '计算属性' }, path: (id) => `/traits/${id}` },
}

/** What stands on a thing, each with the way to it; `mark` says which part of the thing it stands on. */
export function Uses<U extends Use>({ of, mark }: { of: readonly U[]; mark?: (use: U) => ReactNode }) {
  const t = useText()
  return (
    <ul className="stack tight">
      {of.map((use, i) => {
        const kind = KINDS[use.kind]
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: one thing may stand on several parts, and the list is not reordered
          <li key={i} className="row wrap">
            {mark?.(use)}
            <span className="pill">{kind ? t(kind.title) : use.kind}</span>
            {kind ? <Link to={kind.path(use.id)}>{use.name}</Link> : use.name}
          </li>
        )
      })}
    </ul>
  )
}
