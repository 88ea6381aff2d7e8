import { useEffect } from 'react'
import { usePreferences } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'

const KEY = 'banyan.brand'

/** Settings change rarely; an hour spares every visit a question. */
const FRESH_MS = 3_600_000

export const useBrand = () => useCall('brand.get', {}, { staleTime: FRESH_MS })

/** The brand's name in the reader's language; the one of the last visit until it is known. */
export function useBrandName(): string {
  const { locale } = usePreferences()
  const { data } = useBrand()
  useEffect(() => {
    if (data) localStorage.setItem(KEY, JSON.stringify(data.name))
  }, [data])
  return (data?.name ?? remembered())?.[locale] ?? ''
}

function remembered(): Text | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Text | null
  } catch {
    return null
  }
}
