import { useMemo } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { ChoiceField } from './choice-field.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import { NumberField } from './number-field.tsx'
import { WindowField } from './window-field.tsx'

/** Definitions change seldom. */
const FRESH_MS = 60_000
/** Values of one member there are none of. */
const OF_MANY = new Set(['p50', 'p90', 'p99'])

/** “metric [Revenue] [in the last] [30 days] [at least] [1000]”. */
export function MetricClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const { data } = useCall('metric.list', { limit: 200 }, { staleTime: FRESH_MS })
  const choices = useMemo(
    () =>
      data?.items
        .filter((m) => !OF_MANY.has(String(m.definition.measure)))
        .map((m) => ({ value: m.key, label: t(m.name), members: null })),
    [data, t],
  )
  const isMoney = data?.items.find((m) => m.key === clause.metric)?.format === 'money'
  return (
    <div className="sentence">
      <span className="soft">{t({ en: 'metric', zh: '指标' })}</span>
      <ChoiceField
        label={t({ en: 'Metric', zh: '指标' })}
        none={t({ en: 'There are no metrics yet', zh: '还没有指标' })}
        value={String(clause.metric ?? '')}
        choices={choices}
        onChange={(metric) => onChange({ ...clause, metric })}
      />
      <WindowField clause={clause} onChange={onChange} />
      <NumberField
        label={t({ en: 'Number', zh: '数值' })}
        op={String(clause.op)}
        value={clause.value}
        onChange={({ op, value }) => onChange({ ...clause, op, value })}
        {...(isMoney ? { scale: MINOR_UNITS } : {})}
      />
    </div>
  )
}

/** Money is stored in hundredths. */
const MINOR_UNITS = 100
