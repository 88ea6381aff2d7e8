import { Segmented } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { TrendChart } from '../chart/trend-chart.tsx'
import { Definition } from '../explained.tsx'
import { Icon } from '../icon.tsx'
import { Answer } from '../states.tsx'
import { atDate, type Range } from './range.ts'

export function ActivityCard({ range }: { range: Range }) {
  const t = useText()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const trend = useCall('insight.trend', {
    ...range,
    interval: 'day',
    series: [
      { event: '*', measure: 'members' },
      { event: '*', measure: 'rolling:7d' },
      { event: '*', measure: 'rolling:28d' },
    ],
  })
  const title = t({ en: 'Active members', zh: '活跃成员趋势' })
  const names = [
    t({ en: 'Day (DAU)', zh: '日活 DAU' }),
    t({ en: '7 days (WAU)', zh: '周活 WAU' }),
    t({ en: '28 days (MAU)', zh: '月活 MAU' }),
  ]
  return (
    <section className="card overview-activity">
      <header>
        <div className="grow">
          <h2>{title}</h2>
          <Definition of={title}>
            {t({
              en: 'Distinct members with at least one activity in the window that ends on the day: 1, 7 or 28 days. Today is shaded, because it is not over.',
              zh: '以当日为终点，1 天 / 7 天 / 28 天窗口内至少产生一次互动行为的去重成员数。今日尚未结束，以灰底标出。',
            })}
          </Definition>
        </div>
        <Segmented
          size="small"
          value={view}
          onChange={setView}
          aria-label={t({ en: 'Shown as', zh: '展示方式' })}
          options={[
            { value: 'chart', label: <Icon name="chart" size={14} />, title: t({ en: 'Chart', zh: '图表' }) },
            { value: 'table', label: <Icon name="table" size={14} />, title: t({ en: 'Table', zh: '数据表' }) },
          ]}
        />
      </header>
      <Answer of={trend} rows={7}>
        {(data) => (
          <TrendChart
            label={title}
            asTable={view === 'table'}
            height={252}
            data={{
              buckets: data.buckets.map(atDate),
              unfinished: data.unfinished.length > 0,
              series: data.series.map((s, i) => ({ name: names[i] ?? s.name, values: s.values })),
            }}
          />
        )}
      </Answer>
    </section>
  )
}
