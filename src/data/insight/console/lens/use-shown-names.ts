import { useMemo } from 'react'
import { useCall } from '#web/use-call.ts'
import { useSession } from '../../../../console/session.tsx'
import type { LensScene } from './lens-card.tsx'

/** As many as a page of members holds. */
const MOST = 200

/** What the members behind a cell are called, by id; those who have no name are left out. */
export function useShownNames(kind: string, query: LensScene, cell: string | undefined): ReadonlyMap<string, string> {
  const { may } = useSession()
  const asked =
    cell && may('segment.read') ? { definition: { insight: { kind, query: { ...query }, cell } }, limit: MOST } : null
  const { data } = useCall('segment.holders', asked, { staleTime: 600_000 })
  return useMemo(
    () => new Map((data?.items ?? []).flatMap((m) => (m.name ? [[m.memberId, m.name] as const] : []))),
    [data],
  )
}
