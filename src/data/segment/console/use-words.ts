import { useMemo } from 'react'
import { useCatalog } from '#web/catalog.ts'
import { useText } from '#web/preferences.tsx'

/** The reader's words for events, for `describe`. */
export function useWords() {
  const t = useText()
  const catalog = useCatalog()
  return useMemo(() => {
    const titles = new Map(catalog.data?.events.map((e) => [e.name, e.title]))
    return {
      t,
      eventTitle: (name: string) => {
        const title = titles.get(name)
        return title ? t(title) : name === '*' ? t({ en: 'any activity', zh: '任意互动' }) : name
      },
    }
  }, [catalog.data, t])
}
