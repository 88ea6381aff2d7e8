import { useMemo } from 'react'
import { useCall } from '#web/use-call.ts'
import { COMING } from '../../../../console/member-name.tsx'
import { useSession } from '../../../../console/session.tsx'
import type { LensScene } from './lens-card.tsx'

/** As many as a page of members holds. */
const MOST = 200

/** What to call a member; null for one who has no name, undefined where that is not known. */
export type ShownName = (memberId: string) => string | null | undefined

/** What the members behind a cell are called. */
export function useShownNames(kind: string, query: LensScene, cell: string | undefined): ShownName {
  const { may } = useSession()
  const asked =
    cell && may('segment.read') ? { definition: { insight: { kind, query: { ...query }, cell } }, limit: MOST } : null
  const { data, isLoading } = useCall('segment.holders', asked, { staleTime: 600_000 })
  return useMemo(() => {
    const names = new Map((data?.items ?? []).map((m) => [m.memberId, m.name ?? m.externalId]))
    return (memberId) => (isLoading ? COMING : names.get(memberId))
  }, [data, isLoading])
}
