import { Link } from '@tanstack/react-router'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Avatar } from './avatar.tsx'

/** A name changes seldom; what is known of a member is not asked for again within ten minutes. */
const FRESH_MS = 600_000

export function useMemberName(memberId: string): string {
  const t = useText()
  const { data } = useCall('member.get', { memberId }, { staleTime: FRESH_MS, retry: false })
  return data?.name ?? data?.externalId ?? t({ en: 'Anonymous', zh: '匿名访客' })
}

/** A member where only the id is at hand. */
export function MemberName({ memberId, size = 24 }: { memberId: string; size?: number }) {
  const name = useMemberName(memberId)
  return (
    <span className="row">
      <Avatar name={name} id={memberId} size={size} />
      <span className="clip">{name}</span>
    </span>
  )
}

export function MemberLink({ memberId, size = 24 }: { memberId: string; size?: number }) {
  return (
    <Link to={`/members/${memberId}`} className="list-link">
      <MemberName memberId={memberId} size={size} />
    </Link>
  )
}
