import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import { lastWeeks } from '../insight/range.ts'
import { useSession } from '../session.tsx'
import { InsightCard } from './insight-card.tsx'

const WEEKS = 8

export function RetentionCard() {
  const t = useText()
  const { zone, weekStart } = useSession().brand
  const query = useMemo(
    () => ({
      ...lastWeeks(WEEKS, zone, weekStart),
      start: { event: '*' },
      return: { event: '*' },
      period: 'week',
      periods: WEEKS - 1,
      cohort: 'first',
      mode: 'on',
    }),
    [zone, weekStart],
  )
  return (
    <InsightCard
      className="overview-retention"
      title={t({ en: 'Weekly retention', zh: '周留存' })}
      definition={t({
        en: 'Members by the week of their first activity ever; each column is the share of them active again in that week. Weeks that are not over stay empty; the average pools elapsed weeks only.',
        zh: '按成员首次互动所在周分组，各列为该组成员在之后第 N 周再次活跃的比例。未结束的周留空，均值仅合并已结束的周。',
      })}
      kind="retention"
      query={query}
      range={`${WEEKS * 7}d`}
    />
  )
}
