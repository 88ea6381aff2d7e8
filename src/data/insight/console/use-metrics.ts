import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { useSession } from '../../../console/session.tsx'
import { FRESH_MS } from '../../segment/console/use-field.ts'

/** Titles of the brand's metrics by their keys; none for who may not read them. */
export function useMetrics(): ReadonlyMap<string, string> {
  const t = useText()
  const { may } = useSession()
  const { data } = useCall('metric.list', may('metric.read') ? { limit: 200 } : null, { staleTime: FRESH_MS })
  return useMemo(() => new Map((data?.items ?? []).map((m) => [m.key, t(m.name)])), [data, t])
}
