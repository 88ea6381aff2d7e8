import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Answer } from '../../../console/states.tsx'
import { ROLE_TITLES, STATE_LOOK, STATE_TITLES } from './words.ts'

export function MemberCommunities({ memberId }: { memberId: string }) {
  const t = useText()
  const format = useFormat()
  const communities = useCall('community.mine', { memberId })
  return (
    <Answer of={communities} rows={2}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="soft">{t({ en: 'In no community.', zh: '尚未加入任何社群。' })}</p>
        ) : (
          <ul className="stack tight">
            {items.map((c) => (
              <li key={c.communityId} className="row between">
                <span className="clip">
                  <Link to={`/communities/${c.communityId}`}>{c.name}</Link>{' '}
                  <span className="faint small" title={format.exact(c.joinedAt)}>
                    {c.role === 'member' ? format.ago(c.joinedAt) : t(ROLE_TITLES[c.role])}
                  </span>
                </span>
                <span className={STATE_LOOK[c.state]}>{t(STATE_TITLES[c.state])}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  )
}
