import { Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { EventPathField, EventsField } from '../../segment/console/event-field.tsx'
import { Sentence } from '../../segment/console/sentence.tsx'
import { AddFilter, WhereFilters } from '../../segment/console/where-filters.tsx'
import type { MetricDraft } from './draft.ts'
import { MEASURES, type Measure } from './words.ts'

/** “[sum of] [amount] of [Paid an order], where …”. */
export function DefinitionEditor({ draft, onChange }: { draft: MetricDraft; onChange(draft: MetricDraft): void }) {
  const t = useText()
  const isOf = MEASURES[draft.measure].of
  return (
    <div>
      <Sentence
        text={
          isOf
            ? { en: '{measure} {of} of {event}', zh: '{event} 的 {of} {measure}' }
            : { en: '{measure} {of} {event}', zh: '{event} 的 {of} {measure}' }
        }
        blanks={{
          measure: (
            <Select
              aria-label={t({ en: 'What is measured', zh: '统计方式' })}
              value={draft.measure}
              popupMatchSelectWidth={false}
              listHeight={360}
              options={(Object.keys(MEASURES) as Measure[]).map((m) => ({ value: m, label: t(MEASURES[m].title) }))}
              onChange={(measure) => onChange({ ...draft, measure })}
            />
          ),
          of: isOf ? (
            <EventPathField
              event={draft.event}
              value={draft.of ?? ''}
              label={t({ en: 'Of the property', zh: '统计属性' })}
              onChange={(of) => onChange({ ...draft, of })}
            />
          ) : null,
          event: <EventsField value={draft.event} onChange={(event) => onChange({ ...draft, event })} />,
        }}
      />
      <WhereFilters
        event={draft.event}
        filters={draft.where}
        lead={{ en: 'where', zh: '其中' }}
        onChange={(where) => onChange({ ...draft, where })}
      />
      <AddFilter filters={draft.where} onChange={(where) => onChange({ ...draft, where })} />
    </div>
  )
}
