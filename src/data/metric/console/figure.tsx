import { useMemo, useState } from 'react'
import type { Input } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Spark } from '../../../console/chart/spark.tsx'
import { lastDays } from '../../../console/insight/range.ts'
import { WhoDrawer } from '../../../console/insight/who-drawer.tsx'
import { useSession } from '../../../console/session.tsx'
import { Failed, Loading } from '../../../console/states.tsx'
import { type Format, type Unit, useMetricWords } from './words.ts'
import '../../../console/chart/chart.css'
import './metric.css'

type Asked = Pick<Input<'metric.value'>, 'key'> | Pick<Input<'metric.value'>, 'definition'>
const DAYS = 28

interface Props {
  asked: Asked
  format: Format
  unit: Unit
  name: string
  /** Days as a hairline, where no chart stands below. */
  spark?: boolean
}

/** The value of the last 28 days beside the 28 before, with the sentence; a click tells who is behind it. */
export function Figure({ asked, format: as, unit, name, spark = true }: Props) {
  const t = useText()
  const format = useFormat()
  const words = useMetricWords()
  const { brand, may } = useSession()
  const [isOpen, setOpen] = useState(false)
  const range = useMemo(() => lastDays(DAYS, brand.zone), [brand.zone])
  const answer = useCall('metric.value', { ...asked, ...range, compare: true }, { placeholderData: (before) => before })
  const { data } = answer
  if (answer.error) return <Failed compact error={answer.error} retry={() => void answer.refetch()} />
  if (!data) return <Loading rows={3} />
  const shown = words.value(data.value, { format: as, unit })
  return (
    <div className="stack tight">
      <p className="faint small">{t({ en: `Last ${DAYS} days`, zh: `近 ${DAYS} 天` })}</p>
      <div className="metric-figure" aria-busy={answer.isPlaceholderData}>
        {may('segment.read') ? (
          <button
            type="button"
            className="bare"
            aria-label={t({ en: `${shown}: who is behind it`, zh: `${shown}：查看成员` })}
            onClick={() => setOpen(true)}
          >
            <strong className="tabular">{shown}</strong>
          </button>
        ) : (
          <strong className="tabular">{shown}</strong>
        )}
        {data.change === null ? null : (
          <span className="soft tabular">
            {t({
              en: `${format.change(data.change)} on the ${DAYS} days before`,
              zh: `较前 ${DAYS} 天 ${format.change(data.change)}`,
            })}
          </span>
        )}
      </div>
      {spark ? <Spark values={data.values.map((v) => v ?? 0)} width={280} height={48} /> : null}
      <p className="soft">{t(data.sentence)}</p>
      <WhoDrawer
        kind="trend"
        query={data.query}
        cell={isOpen ? data.cell : null}
        label={name}
        onClose={() => setOpen(false)}
      />
    </div>
  )
}
