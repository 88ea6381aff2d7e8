import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { useSession } from '../../../console/session.tsx'

/** Names change seldom. */
const FRESH_MS = 600_000

const KINDS: Readonly<Record<string, Text>> = {
  operator: { en: 'a colleague', zh: '同事' },
  key: { en: 'an API key', zh: 'API 密钥' },
  machine: { en: 'automatic', zh: '系统自动' },
}

/** Colleagues by id, and what to call who did something, written like `operator:<id>`. */
export function useActor() {
  const t = useText()
  const { may } = useSession()
  const staff = useCall('operator.list', may('operator.read') ? { limit: 200 } : null, { staleTime: FRESH_MS })
  return useMemo(() => {
    const names = new Map(staff.data?.items.map((o) => [o.operatorId, o.name]))
    return {
      colleagues: [...names].map(([value, label]) => ({ value, label })),
      nameOf: (actor: string | null): string => {
        if (actor === null) return '–'
        const [kind = '', id = ''] = actor.split(':', 2)
        const words = KINDS[kind]
        return names.get(id) ?? (words ? t(words) : actor)
      },
      nameOfColleague: (id: string | null): string =>
        id === null ? '–' : (names.get(id) ?? t({ en: 'a colleague', zh: '同事' })),
    }
  }, [staff.data, t])
}
