import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Range } from '../insight/range.ts'
import { InsightCard } from './insight-card.tsx'

export function ActivityCard({ range, days }: { range: Range; days: number }) {
  const t = useText()
  const query = useMemo(
    () => ({
      ...range,
      interval: 'day',
      series: [
        { event: '*', measure: 'members', name: t({ en: 'Day (DAU)', zh: '日活 DAU' }) },
        { event: '*', measure: 'rolling:7d', name: t({ en: '7 days (WAU)', zh: '周活 WAU' }) },
        { event: '*', measure: 'rolling:28d', name: t({ en: '28 days (MAU)', zh: '月活 MAU' }) },
      ],
    }),
    [range, t],
  )
  return (
    <InsightCard
      className="overview-activity"
      title={t({ en: 'Active members', zh: '活跃成员趋势' })}
      definition={t({
        en: 'Distinct members with at least one activity in the window that ends on the day: 1, 7 or 28 days. Today is shaded, because it is not over.',
        zh: '以当日为终点，1 天 / 7 天 / 28 天窗口内至少产生一次互动行为的去重成员数。今日尚未结束，以灰底标出。',
      })}
      height={330}
      kind="trend"
      query={query}
      range={`${days}d`}
    />
  )
}
