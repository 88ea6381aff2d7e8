import { Link } from '@tanstack/react-router'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'

interface Use {
  kind: string
  id: string
  name: string
}

const KINDS: Readonly<Record<string, { title: Text; path?: string }>> = {
  segment: { title: { en: 'segment', zh: '分群' }, path: '/segments/' },
  journey: { title: { en: 'journey', zh: '旅程' }, path: '/journeys/' },
  tag: { title: { en: 'tag', zh: '标签' }, path: '/tags/' },
  layer: { title: { en: 'layer', zh: '分层' } },
  trait: { title: { en: 'trait', zh: '计算属性' } },
}

/** What stands on a thing, each with the way to it. */
export function Uses({ of }: { of: readonly Use[] }) {
  const t = useText()
  return (
    <ul className="stack tight">
      {of.map((use) => {
        const kind = KINDS[use.kind]
        return (
          <li key={`${use.kind}/${use.id}`} className="row">
            <span className="pill">{kind ? t(kind.title) : use.kind}</span>
            {kind?.path ? <Link to={`${kind.path}${use.id}`}>{use.name}</Link> : use.name}
          </li>
        )
      })}
    </ul>
  )
}
