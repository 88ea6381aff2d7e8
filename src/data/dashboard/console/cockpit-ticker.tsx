import { useMemo } from 'react'
import { useCatalog } from '#web/catalog.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { LANG } from '#web/text.ts'

export interface News {
  id: string
  name: string
  at: string
  communityId: string | null
}

/** What happens, newest first. On a wall nobody's name is shown. */
export function CockpitTicker({
  news,
  names,
  zone,
}: {
  news: readonly News[]
  names: ReadonlyMap<string, string>
  zone: string
}) {
  const t = useText()
  const { locale } = usePreferences()
  const catalog = useCatalog()
  const titles = useMemo(() => new Map(catalog.data?.events.map((e) => [e.name, e.title])), [catalog.data])
  const clock = useMemo(
    () => new Intl.DateTimeFormat(LANG[locale], { timeStyle: 'medium', hourCycle: 'h23', timeZone: zone }),
    [locale, zone],
  )
  if (news.length === 0)
    return (
      <p className="cockpit-soft">
        {t({ en: 'Waiting for the next event.', zh: '等待新的动态，成员的互动会在两秒内出现。' })}
      </p>
    )
  return (
    <ol>
      {news.map((event) => {
        const title = titles.get(event.name)
        return (
          <li key={event.id}>
            <time className="tabular cockpit-soft" dateTime={event.at}>
              {clock.format(new Date(event.at))}
            </time>
            <span className="clip grow">{title ? t(title) : event.name}</span>
            <span className="clip cockpit-soft">{event.communityId ? (names.get(event.communityId) ?? '') : ''}</span>
          </li>
        )
      })}
    </ol>
  )
}
