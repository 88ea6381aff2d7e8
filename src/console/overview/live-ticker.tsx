import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { type LiveEvent, useLive } from '#web/live.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Icon } from '../icon.tsx'
import { MemberLink } from '../member-name.tsx'
import { useSession } from '../session.tsx'

/** As many as fit beside the retention table. */
const SHOWN = 11

/** What happens right now, newest first; stops while paused. */
export function LiveTicker() {
  const t = useText()
  const format = useFormat()
  const [paused, setPaused] = useState(false)
  const { may } = useSession()
  const [news, setNews] = useState<readonly LiveEvent[]>([])
  const stored = useCall('event.list', may('event.read') ? { limit: SHOWN, class: 'capability' } : null, {
    staleTime: Number.POSITIVE_INFINITY,
  })
  const catalog = useCatalog()
  const titles = useMemo(() => new Map(catalog.data?.events.map((e) => [e.name, e.title])), [catalog.data])
  // What Banyan notes down for itself is no news of members.
  const state = useLive(!paused, (event) => {
    if (event.class !== 'system') setNews((before) => [event, ...before].slice(0, SHOWN))
  })
  const heard = new Set(news.map((e) => e.id))
  const before = (stored.data?.items ?? []).filter((e) => !heard.has(e.id)).map((e) => ({ ...e, at: e.timestamp }))
  const events: readonly (LiveEvent & { memberName?: string | null })[] = [...news, ...before].slice(0, SHOWN)
  const title = (event: { name: string }) => {
    const known = titles.get(event.name)
    return known ? t(known) : event.name
  }
  return (
    <section className="card overview-live">
      <header>
        <div className="grow">
          <h2>{t({ en: 'Live', zh: '实时动态' })}</h2>
          <span className={state === 'open' ? 'pill good' : 'pill'}>
            <span className="dot" />
            {state === 'open'
              ? t({ en: 'connected', zh: '已连接' })
              : paused
                ? t({ en: 'paused', zh: '已暂停' })
                : t({ en: 'connecting', zh: '连接中' })}
          </span>
        </div>
        <Button
          type="text"
          size="small"
          icon={<Icon name={paused ? 'play' : 'pause'} />}
          aria-label={paused ? t({ en: 'Resume', zh: '继续' }) : t({ en: 'Pause', zh: '暂停' })}
          onClick={() => setPaused(!paused)}
        />
      </header>
      {events.length === 0 ? (
        <p className="soft">
          {t({
            en: 'Waiting for the next event. Whatever members do appears here within two seconds.',
            zh: '等待新的动态。成员的互动会在两秒内出现在这里。',
          })}
        </p>
      ) : (
        <ol className="ticker">
          {events.map((event) => (
            <li key={event.id}>
              <span className="grow">
                {event.memberId ? (
                  <MemberLink
                    memberId={event.memberId}
                    {...(event.memberName === undefined ? {} : { name: event.memberName })}
                  />
                ) : null}
              </span>
              <span className="pill clip">{title(event)}</span>
              <time className="faint small tabular" dateTime={event.at}>
                {format.clock(event.at)}
              </time>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
