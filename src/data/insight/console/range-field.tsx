import { Select } from 'antd'
import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { dayIn, rangeOf, rangeText } from '../../../console/insight/range.ts'
import { useSession } from '../../../console/session.tsx'
import { FIRST_RANGE } from './explore-state.ts'

const PRESETS: readonly { value: string; title: Text }[] = [
  { value: '1d', title: { en: 'Today', zh: '今天' } },
  { value: 'yesterday', title: { en: 'Yesterday', zh: '昨天' } },
  { value: '7d', title: { en: 'Last 7 days', zh: '近 7 天' } },
  { value: '28d', title: { en: 'Last 28 days', zh: '近 28 天' } },
  { value: '90d', title: { en: 'Last 90 days', zh: '近 90 天' } },
  { value: '180d', title: { en: 'Last 180 days', zh: '近 180 天' } },
  { value: '365d', title: { en: 'Last 365 days', zh: '近 365 天' } },
  { value: 'thisWeek', title: { en: 'This week', zh: '本周' } },
  { value: 'lastWeek', title: { en: 'Last week', zh: '上周' } },
  { value: 'thisMonth', title: { en: 'This month', zh: '本月' } },
  { value: 'lastMonth', title: { en: 'Last month', zh: '上月' } },
]
const OWN = 'own'

interface Props {
  range: string | undefined
  zone: string
  onRange(range: string | null): void
  onZone(zone: string | null): void
}

/** A range by its name or by its days, and the zone whose days are meant. */
export function RangeField({ range = FIRST_RANGE, zone, onRange, onZone }: Props) {
  const t = useText()
  const { brand } = useSession()
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value })), [])
  const named = PRESETS.some((p) => p.value === range) || /^\d+d$/.test(range)
  const dates = rangeOf(range, zone, brand.weekStart) ?? rangeOf(FIRST_RANGE, zone, brand.weekStart)
  const [first, last] = dates
    ? [dayIn(dates.from, zone), dayIn(new Date(Date.parse(dates.to) - 1).toISOString(), zone)]
    : ['', '']
  const put = (from: string, to: string) => {
    if (from && to) onRange(from <= to ? `${from}..${to}` : `${to}..${from}`)
  }
  const options = [
    ...(named && !PRESETS.some((p) => p.value === range)
      ? [{ value: range, label: t({ en: `Last ${range.slice(0, -1)} days`, zh: `近 ${range.slice(0, -1)} 天` }) }]
      : []),
    ...PRESETS.map((p) => ({ value: p.value, label: t(p.title) })),
    { value: OWN, label: t({ en: 'From … to …', zh: '自定义日期' }) },
  ]
  return (
    <div className="row wrap">
      <Select
        aria-label={t({ en: 'Range', zh: '时间范围' })}
        value={named ? range : OWN}
        popupMatchSelectWidth={false}
        options={options}
        onChange={(next) =>
          onRange(next === OWN ? (dates ? rangeText(dates) : null) : next === FIRST_RANGE ? null : next)
        }
      />
      {named ? null : (
        <span className="row range-days">
          <input
            type="date"
            aria-label={t({ en: 'First day', zh: '开始日期' })}
            value={first}
            onChange={(e) => put(e.target.value, last)}
          />
          <span className="soft">–</span>
          <input
            type="date"
            aria-label={t({ en: 'Last day', zh: '结束日期' })}
            value={last}
            onChange={(e) => put(first, e.target.value)}
          />
        </span>
      )}
      <Select
        showSearch
        aria-label={t({ en: 'Time zone', zh: '时区' })}
        value={zone}
        variant="borderless"
        className="range-zone"
        popupMatchSelectWidth={260}
        options={zones}
        onChange={(next) => onZone(next === brand.zone ? null : next)}
      />
    </div>
  )
}
