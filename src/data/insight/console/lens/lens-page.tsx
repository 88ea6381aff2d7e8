import { Select } from 'antd'
import { useMemo, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { InsightChart } from '../../../../console/insight/insight-chart.tsx'
import { rangeOf } from '../../../../console/insight/range.ts'
import { WhoDrawer } from '../../../../console/insight/who-drawer.tsx'
import { PageHead } from '../../../../console/page-head.tsx'
import { useSession } from '../../../../console/session.tsx'
import { useUrlState } from '../../../../console/url-state.ts'
import { FIRST_RANGE } from '../explore-state.ts'
import { RangeField } from '../range-field.tsx'
import { ConcentrationCard } from './concentration-card.tsx'
import { DepthCard } from './depth-card.tsx'
import { GraphCard } from './graph-card.tsx'
import { GravityCard } from './gravity-card.tsx'
import { HealthCard } from './health-card.tsx'
import { LensCard, type LensProps, type LensScene, type Picked } from './lens-card.tsx'
import { ResponseCard, RhythmCard } from './response-card.tsx'
import { ValueCard } from './value-card.tsx'
import '../../../../console/chart/chart.css'
import '../../../../console/chart/distribution.css'
import './lens.css'

/** Long enough that a community shows its shape. */
const FIRST = '90d'

/** What general tools do not see of a community; each number opens its people. */
export function LensPage() {
  const t = useText()
  const { brand, may } = useSession()
  const [url, set] = useUrlState()
  const zone = url.zone ?? brand.zone
  const range = url.range ?? FIRST
  const [picked, setPicked] = useState<Picked | null>(null)
  const communities = useCall('community.list', may('community.read') ? { limit: 200 } : null)
  const { community } = url
  const scene = useMemo((): LensScene | null => {
    const dates = rangeOf(range, zone, brand.weekStart) ?? rangeOf(FIRST, zone, brand.weekStart)
    return dates && { ...dates, ...(community ? { community } : {}) }
  }, [range, zone, brand.weekStart, community])
  const names = useMemo(() => new Map(communities.data?.items.map((c) => [c.id, c.name])), [communities.data])
  if (!scene) return null
  const props = { scene, onPick: setPicked }
  return (
    <>
      <PageHead
        title={t({ en: 'Community lenses', zh: '社群洞察' })}
        hint={t({
          en: 'How deep members take part, how fast they answer each other, and who holds it all together.',
          zh: '看清成员参与有多深、彼此回应有多快、社群由谁撑起。',
        })}
        actions={
          <div className="row wrap">
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              className="lens-community"
              aria-label={t({ en: 'Community', zh: '社群' })}
              value={community ?? ''}
              popupMatchSelectWidth={false}
              options={[
                { value: '', label: t({ en: 'All communities', zh: '全部社群' }) },
                ...(communities.data?.items ?? []).map((c) => ({ value: c.id, label: c.name })),
              ]}
              onChange={(id) => set({ community: id || null }, true)}
            />
            <RangeField
              range={range}
              zone={zone}
              onRange={(next) => set({ range: next === FIRST ? null : (next ?? FIRST_RANGE) }, true)}
              onZone={(next) => set({ zone: next }, true)}
            />
          </div>
        }
      />
      <div className="lenses">
        <HealthCard {...props} names={names} />
        <DepthCard {...props} />
        <ResponseCard {...props} />
        <GraphCard {...props} />
        <GravityCard {...props} />
        <ValueCard {...props} />
        <ConcentrationCard {...props} />
        <RhythmCard {...props} />
        <HoursCard {...props} />
      </div>
      {picked ? (
        <WhoDrawer
          kind={picked.kind}
          query={{ ...picked.query }}
          cell={picked.cell}
          label={picked.label}
          onClose={() => setPicked(null)}
        />
      ) : null}
    </>
  )
}

const TALK = ['post.created', 'answer.created', 'comment.created']

function HoursCard({ scene, onPick }: LensProps) {
  const query = useMemo(() => {
    const { community, ...range } = scene
    return { ...range, event: TALK, measure: 'total', ...(community ? { filter: { community } } : {}) }
  }, [scene])
  return (
    <LensCard kind="heatmap" title={{ en: 'Best posting hours', zh: '最佳发布时段' }} wide>
      <InsightChart
        kind="heatmap"
        query={query}
        onCell={(cell, label) => onPick({ kind: 'heatmap', query, cell, label })}
      />
    </LensCard>
  )
}
