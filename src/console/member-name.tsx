import { Link } from '@tanstack/react-router'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Avatar } from './avatar.tsx'

/** A name changes seldom; what is known of a member is not asked for again within ten minutes. */
const FRESH_MS = 600_000

/** In place of a name that is on its way. */
export const COMING = '…'

/** `known`: as the list at hand already tells it; left out, it is asked for. */
export function useMemberName(memberId: string, known?: string | null): string {
  const t = useText()
  const asked = known === undefined ? { memberId } : null
  const { data, isLoading } = useCall('member.get', asked, { staleTime: FRESH_MS, retry: false })
  if (isLoading) return COMING
  return known ?? (data && nameOf(data)) ?? t({ en: 'Anonymous', zh: '匿名访客' })
}

/** What to call a member whose name may not be known; null when there is nothing to go by. */
export const nameOf = (m: { name: string | null; email: string | null; externalId: string | null }): string | null =>
  m.name ?? m.email ?? m.externalId

interface MemberNameProps {
  memberId: string
  name?: string | null
  size?: number
}

export function MemberName({ memberId, name: known, size = 24 }: MemberNameProps) {
  const name = useMemberName(memberId, known)
  return (
    <span className="row">
      <Avatar name={name} id={memberId} size={size} />
      <span className="clip">{name}</span>
    </span>
  )
}

export function MemberLink(props: MemberNameProps) {
  return (
    <Link to={`/members/${props.memberId}`} className="list-link">
      <MemberName {...props} />
    </Link>
  )
}
