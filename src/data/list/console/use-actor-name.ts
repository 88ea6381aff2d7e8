import { useCallback } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { useSession } from '../../../console/session.tsx'

/** Names change seldom. */
const FRESH_MS = 600_000

/** Who did something, from how the audit log writes it (`operator:<id>`), as people call them. */
export function useActorName(): (actor: string | null) => string {
  const t = useText()
  const { operatorId } = useSession()
  const { data } = useCall('operator.list', { limit: 200 }, { staleTime: FRESH_MS, retry: false })
  return useCallback(
    (actor) => {
      const [kind, id] = (actor ?? '').split(':', 2)
      if (kind === 'operator' && id === operatorId) return t({ en: 'you', zh: '我' })
      const known = kind === 'operator' ? data?.items.find((o) => o.operatorId === id)?.name : undefined
      if (known) return known
      if (kind === 'key') return t({ en: 'an API key', zh: 'API 密钥' })
      if (actor === 'operator:command-line') return t({ en: 'command line', zh: '命令行' })
      return kind === 'operator' ? t({ en: 'a colleague', zh: '其他同事' }) : '–'
    },
    [data, operatorId, t],
  )
}
