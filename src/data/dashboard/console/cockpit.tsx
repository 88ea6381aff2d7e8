import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { type Format, useFormat } from '#web/format.ts'
import { useLive } from '#web/live.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { LANG, type Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { Icon, Mark } from '../../../console/icon.tsx'
import type { TrendAnswer } from '../../../console/insight/answer.ts'
import { useInsight } from '../../../console/insight/use-insight.ts'
import { useSession } from '../../../console/session.tsx'
import { HourBars } from './cockpit-hours.tsx'
import { CockpitTicker, type News } from './cockpit-ticker.tsx'
import './cockpit.css'

/** Numbers follow what happens this soon, and no sooner however much happens. */
const FOLLOW_MS = 5_000
/** Asked again even when nothing is heard: midnight passes, and streams end unnoticed. */
const AGAIN_MS = 60_000
/** As many as the column holds. */
const MOST_NEWS = 14
/** Pages that stand for days are begun afresh in the small hours, when nobody looks. */
const FRESH_AT_HOUR = 4

interface Figure {
  title: Text
  series: number
  money?: true
}
const FIGURES: readonly Figure[] = [
  { title: { en: 'Active today', zh: '今日活跃' }, series: 0 },
  { title: { en: 'Joined', zh: '新入群' }, series: 1 },
  { title: { en: 'Check-ins', zh: '打卡' }, series: 2 },
  { title: { en: 'Points granted', zh: '发放积分' }, series: 3 },
  { title: { en: 'Orders', zh: '订单' }, series: 4 },
  { title: { en: 'Revenue', zh: '支付金额' }, series: 5, money: true },
]
const SERIES = [
  { event: '*', measure: 'members' },
  { event: 'community.joined', measure: 'members' },
  { event: 'checkin.completed' },
  { event: 'points.awarded', measure: 'sum', of: 'points' },
  { event: 'order.paid' },
  { event: 'order.paid', measure: 'sum', of: 'amount' },
]
/** What the questions of the cockpit are made of, as a dashboard has it. */
const CONTENT = {
  range: { preset: 'today' },
  tiles: [
    {
      id: 'now',
      x: 0,
      y: 0,
      w: 12,
      h: 4,
      type: 'insight' as const,
      kind: 'trend',
      query: { interval: 'hour', series: SERIES },
    },
    {
      ...{ id: 'before', x: 0, y: 4, w: 12, h: 4, type: 'insight' as const, kind: 'trend' },
      range: { preset: 'yesterday' },
      query: { interval: 'hour', series: SERIES.slice(0, 1) },
    },
  ],
}

/** 数据驾驶舱: today on a wall, dark, live, for days on end. */
export function Cockpit() {
  const t = useText()
  const { locale } = usePreferences()
  const format = useFormat()
  const navigate = useNavigate()
  const { brandName, brand, may } = useSession()
  const dialog = useRef<HTMLDialogElement>(null)
  const [news, setNews] = useState<readonly News[]>([])
  const questions = useCall('dashboard.questions', { content: CONTENT }, { refetchInterval: AGAIN_MS })
  const query = (id: string) => questions.data?.questions.find((q) => q.id === id)?.query ?? null
  const today = useInsight<TrendAnswer>('trend', query('now'))
  const yesterday = useInsight<TrendAnswer>('trend', query('before'))
  const ranking = useCall('cockpit.ranking', {}, { refetchInterval: AGAIN_MS })
  const communities = useCall('community.list', may('community.read') ? { limit: 200 } : null, { retry: false })

  const follow = useRef({ waiting: 0, refresh: () => {} })
  follow.current.refresh = () => {
    void questions.refetch()
    void today.refetch()
    void ranking.refetch()
  }
  // What happened before the page was opened.
  const stored = useCall('event.list', may('event.read') ? { limit: MOST_NEWS, class: 'capability' } : null, {
    staleTime: Number.POSITIVE_INFINITY,
  })
  const state = useLive(may('event.read'), (event) => {
    if (event.class === 'system') return
    setNews((before) =>
      [{ id: event.id, name: event.name, at: event.at, communityId: event.communityId }, ...before].slice(0, MOST_NEWS),
    )
    if (follow.current.waiting) return
    follow.current.waiting = window.setTimeout(() => {
      follow.current.waiting = 0
      follow.current.refresh()
    }, FOLLOW_MS)
  })
  useEffect(() => {
    const { current } = follow
    const again = setInterval(() => current.refresh(), AGAIN_MS)
    return () => {
      clearInterval(again)
      clearTimeout(current.waiting)
    }
  }, [])
  useFreshPage()

  useEffect(() => {
    const { current } = dialog
    // Modal: what lies under it is neither seen nor reached.
    current?.showModal()
    // Not its first button: a wall has no keyboard, and a ring around it says nothing.
    current?.focus()
    document.title = `${t({ en: 'Cockpit', zh: '数据驾驶舱' })} · Banyan`
    return () => current?.close()
  }, [t])

  const names = useMemo(() => new Map(communities.data?.items.map((c) => [c.id, c.name])), [communities.data])
  const heard = new Set(news.map((e) => e.id))
  const earlier = (stored.data?.items ?? [])
    .filter((e) => !heard.has(e.id))
    .map((e) => ({ id: e.id, name: e.name, at: e.timestamp, communityId: e.communityId }))
  const leave = () => void navigate({ to: '/' } as never)
  const series = today.data?.series
  const asOf = (at: string) => clockOf(LANG[locale], brand.zone).format(new Date(at))
  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      className="cockpit"
      aria-label={t({ en: 'Cockpit', zh: '数据驾驶舱' })}
      onCancel={(e) => {
        e.preventDefault()
        leave()
      }}
    >
      <header className="cockpit-head">
        <Mark size={36} />
        <h1>
          {brandName} <span className="cockpit-title-word">{t({ en: 'Cockpit', zh: '数据驾驶舱' })}</span>
        </h1>
        <span className="cockpit-state" data-state={state}>
          {state === 'open' ? t({ en: 'live', zh: '实时' }) : t({ en: 'reconnecting…', zh: '重新连接中…' })}
        </span>
        <span className="grow" />
        <Clock zone={brand.zone} lang={LANG[locale]} />
        <FullScreen of={dialog} />
        <button
          type="button"
          className="bare cockpit-button"
          aria-label={t({ en: 'Leave', zh: '退出' })}
          onClick={leave}
        >
          <Icon name="close" size={20} />
        </button>
      </header>
      <section className="cockpit-figures" aria-label={t({ en: 'Today', zh: '今日核心指标' })}>
        {FIGURES.map((figure) => (
          <FigureTile
            key={figure.title.en}
            title={t(figure.title)}
            value={series?.[figure.series]?.total ?? null}
            money={figure.money ? brand.currency : null}
            format={format}
          />
        ))}
      </section>
      <div className="cockpit-body">
        <section className="cockpit-panel cockpit-hours">
          <h2>{t({ en: 'Active members by the hour', zh: '分时活跃成员' })}</h2>
          <HourBars
            today={series?.[0]?.values ?? []}
            yesterday={yesterday.data?.series[0]?.values ?? []}
            open={today.data?.unfinished[0] ?? null}
          />
        </section>
        <section className="cockpit-panel cockpit-ranking">
          <h2>{t({ en: 'Communities by active members today', zh: '社群活跃榜（今日）' })}</h2>
          <Ranking
            rows={(ranking.data?.items ?? []).map((r) => ({ ...r, name: names.get(r.communityId) ?? '–' }))}
            format={format}
          />
        </section>
        <section className="cockpit-panel cockpit-live">
          <h2>{t({ en: 'Right now', zh: '实时动态' })}</h2>
          <CockpitTicker news={[...news, ...earlier].slice(0, MOST_NEWS)} names={names} zone={brand.zone} />
        </section>
      </div>
      <footer className="cockpit-foot">
        {today.error || ranking.error
          ? t({
              en: 'The server does not answer; shown is what was last known.',
              zh: '暂时无法连接服务器，当前显示最近一次数据。',
            })
          : today.data
            ? t({ en: `As of ${asOf(today.data.asOf)}`, zh: `数据截至 ${asOf(today.data.asOf)}` })
            : t({ en: 'Loading…', zh: '加载中…' })}
      </footer>
    </dialog>
  )
}

function FigureTile({
  title,
  value,
  money,
  format,
}: {
  title: string
  value: number | null
  money: string | null
  format: Format
}) {
  const text = value === null ? '–' : money ? format.money(value, money) : format.number(value)
  return (
    <div className="cockpit-panel cockpit-figure">
      <h2>{title}</h2>
      {/* The key changes with the number, so that a new one flashes. */}
      <strong key={text} className="tabular" data-long={text.length > 9}>
        {text}
      </strong>
    </div>
  )
}

interface Ranked {
  communityId: string
  name: string
  members: number
  active: number
}

function Ranking({ rows, format }: { rows: readonly Ranked[]; format: Format }) {
  const t = useText()
  const most = Math.max(1, ...rows.map((r) => r.active))
  if (rows.length === 0) return <p className="cockpit-soft">{t({ en: 'No communities yet.', zh: '还没有社群。' })}</p>
  return (
    <ol>
      {rows.slice(0, 10).map((row, i) => (
        <li key={row.communityId}>
          <span className="cockpit-rank tabular">{i + 1}</span>
          <span className="clip grow">{row.name}</span>
          <span className="cockpit-bar" aria-hidden="true">
            <span style={{ width: `${(row.active / most) * 100}%` }} />
          </span>
          <span className="tabular cockpit-count">
            {format.number(row.active)}
            <span className="cockpit-soft"> / {format.number(row.members)}</span>
          </span>
        </li>
      ))}
    </ol>
  )
}

/** A wall shows the brand's time, wherever its computer believes to be. */
const clockOf = (lang: string, zone: string) =>
  new Intl.DateTimeFormat(lang, { timeStyle: 'medium', hourCycle: 'h23', timeZone: zone })

function Clock({ zone, lang }: { zone: string; lang: string }) {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000)
    return () => clearInterval(timer)
  }, [])
  const day = useMemo(() => new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeZone: zone }), [lang, zone])
  const time = useMemo(() => clockOf(lang, zone), [lang, zone])
  return (
    <time className="cockpit-clock tabular" dateTime={now.toISOString()}>
      <span>{day.format(now)}</span>
      <strong>{time.format(now)}</strong>
    </time>
  )
}

function FullScreen({ of }: { of: React.RefObject<HTMLDialogElement | null> }) {
  const t = useText()
  if (!document.fullscreenEnabled) return null
  const toggle = () => void (document.fullscreenElement ? document.exitFullscreen() : of.current?.requestFullscreen())
  return (
    <button
      type="button"
      className="bare cockpit-button"
      aria-label={t({ en: 'Full screen', zh: '全屏' })}
      onClick={toggle}
    >
      <Icon name="screen" size={20} />
    </button>
  )
}

/** Loads the page again once a night: whatever a browser gathers over days is gone, and a new version is shown. */
function useFreshPage() {
  useEffect(() => {
    const next = new Date()
    next.setHours(FRESH_AT_HOUR, 0, 0, 0)
    if (next.getTime() - Date.now() < 3_600_000) next.setDate(next.getDate() + 1)
    const timer = setTimeout(() => location.reload(), next.getTime() - Date.now())
    return () => clearTimeout(timer)
  }, [])
}
