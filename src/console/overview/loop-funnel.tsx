import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Range } from '../insight/range.ts'
import { InsightCard } from './insight-card.tsx'

/** Enough for somebody who comes back once a week to reach the end. */
const WINDOW = '28d'

/** The loop itself: who joined, did something, checked in, was rewarded. */
export function LoopFunnel({ range, days }: { range: Range; days: number }) {
  const t = useText()
  const query = useMemo(
    () => ({
      ...range,
      window: WINDOW,
      steps: [
        { event: 'community.joined', name: t({ en: 'Joined', zh: '入群' }) },
        { event: '*', name: t({ en: 'Active', zh: '活跃' }) },
        { event: 'checkin.completed', name: t({ en: 'Checked in', zh: '打卡' }) },
        { event: 'points.awarded', name: t({ en: 'Rewarded', zh: '获得奖励' }) },
      ],
    }),
    [range, t],
  )
  return (
    <InsightCard
      className="overview-funnel"
      title={t({ en: 'The loop', zh: '成员成长漏斗' })}
      definition={t({
        en: 'Members who joined a community in the period and did the next steps in this order within 28 days of joining. Each member counts once, with the longest way they got.',
        zh: '所选时段内入群，并在入群后 28 天内依次完成后续步骤的成员。每位成员只计一次，取其走得最远的一次。',
      })}
      kind="funnel"
      query={query}
      range={`${days}d`}
    />
  )
}
