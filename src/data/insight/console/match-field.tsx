import { type ReactNode, useId } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import type { FilterDraft } from '../../segment/console/draft.ts'
import { EventsField } from '../../segment/console/event-field.tsx'
import { AddFilter, WhereFilters } from '../../segment/console/where-filters.tsx'
import { type Match, metricOf } from './match.ts'
import { MetricPill } from './metric-pill.tsx'

interface Props<M extends Match> {
  match: M
  onChange(match: M): void
  /** What the events are for: “Event of step 2”. */
  label: string
  /** Stands before them in the sentence. */
  lead?: ReactNode
  /** Stands behind them, before the filters. */
  children?: ReactNode
  /** Stands at the end of the line. */
  end?: ReactNode
}

const WHERE: Text = { en: 'where', zh: '其中' }

/** “[event] …, where [field] [is] [value]”, as in the builder of segments. */
export function MatchField<M extends Match>({ match, onChange, label, lead, children, end }: Props<M>) {
  const t = useText()
  const id = useId()
  const metric = metricOf(match.event)
  const names = metric === null ? (match.event as string | readonly string[]) : ''
  const where = match.where ?? []
  const setWhere = (list: readonly FilterDraft[]) => {
    const { where: _, ...rest } = match
    onChange((list.length > 0 ? { ...rest, where: list } : rest) as M)
  }
  return (
    <fieldset className="match" aria-labelledby={id}>
      <span id={id} className="sr-only">
        {label}
      </span>
      <div className="sentence">
        {lead}
        {metric === null ? (
          <EventsField value={names} label={label} onChange={(event) => onChange({ ...match, event })} />
        ) : (
          <MetricPill metric={metric} onRemove={() => onChange({ ...match, event: '*' })} />
        )}
        {children}
        {metric === null ? (
          <AddFilter filters={where} onChange={setWhere} title={{ en: 'where…', zh: '筛选' }} />
        ) : null}
        {end ? <span className="match-end">{end}</span> : null}
      </div>
      {metric === null ? (
        <WhereFilters event={names} filters={where} onChange={setWhere} lead={WHERE} />
      ) : (
        <p className="faint small">
          {t({ en: 'Events and filters are those of the metric.', zh: '事件与筛选条件以该指标的定义为准。' })}
        </p>
      )}
    </fieldset>
  )
}
