import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { RetentionTable } from '../chart/retention-table.tsx'
import { Definition } from '../explained.tsx'
import { useSession } from '../session.tsx'
import { Answer } from '../states.tsx'
import { atDate, lastWeeks } from './range.ts'

const WEEKS = 8

export function RetentionCard() {
  const t = useText()
  const { brand } = useSession()
  const range = useMemo(() => lastWeeks(WEEKS, brand.zone), [brand.zone])
  const retention = useCall('insight.retention', {
    ...range,
    start: { event: '*' },
    return: { event: '*' },
    period: 'week',
    periods: WEEKS - 1,
    cohort: 'first',
    mode: 'on',
  })
  const title = t({ en: 'Weekly retention', zh: '周留存' })
  return (
    <section className="card overview-retention">
      <header>
        <div className="grow">
          <h2>{title}</h2>
          <Definition of={title}>
            {t({
              en: 'Members by the week of their first activity ever; each column is the share of them active again in that week. Weeks that are not over stay empty; the average pools elapsed weeks only.',
              zh: '按成员首次互动所在周分组，各列为该组成员在之后第 N 周再次活跃的比例。未结束的周留空，均值仅合并已结束的周。',
            })}
          </Definition>
        </div>
      </header>
      <Answer of={retention} rows={7}>
        {(data) => (
          <RetentionTable
            label={title}
            rows={data.rows.map((r) => ({ ...r, cohort: atDate(r.cohort) }))}
            average={data.average}
          />
        )}
      </Answer>
    </section>
  )
}
