import { Segmented } from 'antd'
import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import { lastDays } from '../insight/range.ts'
import { PageHead } from '../page-head.tsx'
import { useSession } from '../session.tsx'
import { useUrlState } from '../url-state.ts'
import { ActivityCard } from './activity-card.tsx'
import { KpiTiles } from './kpi-tiles.tsx'
import { LiveTicker } from './live-ticker.tsx'
import { LoopFunnel } from './loop-funnel.tsx'
import { RetentionCard } from './retention-card.tsx'
import './overview.css'

const SPANS = ['7', '28', '90'] as const

/** How the communities are, at a glance; each number says how it is counted. */
export function Overview() {
  const t = useText()
  const session = useSession()
  const [url, set] = useUrlState()
  const days = Number(SPANS.find((d) => d === url.days) ?? '28')
  const range = useMemo(() => lastDays(days, session.brand.zone), [days, session.brand.zone])
  return (
    <>
      <PageHead
        title={t({ en: 'Overview', zh: '总览' })}
        hint={t({ en: `How ${session.brandName} is doing.`, zh: `${session.brandName}的社群经营概况。` })}
        actions={
          <Segmented
            value={String(days)}
            aria-label={t({ en: 'Period', zh: '时间范围' })}
            options={SPANS.map((d) => ({ value: d, label: t({ en: `${d} days`, zh: `近 ${d} 天` }) }))}
            onChange={(d) => set({ days: d === '28' ? null : d })}
          />
        }
      />
      <div className="overview">
        <KpiTiles range={range} days={days} />
        <ActivityCard range={range} days={days} />
        <LoopFunnel range={range} days={days} />
        <RetentionCard />
        <LiveTicker />
      </div>
    </>
  )
}
