import { Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { useSession } from '../../../console/session.tsx'
import { pathText } from '../../segment/console/draft.ts'
import { DurationField } from '../../segment/console/duration-field.tsx'
import { EventPathField, EventsField } from '../../segment/console/event-field.tsx'
import { Sentence } from '../../segment/console/sentence.tsx'
import { AddFilter, WhereFilters } from '../../segment/console/where-filters.tsx'
import { FN_NAMES, FNS } from '../fn.ts'
import { type MeasureDraft, type SourceDraft, withFn } from './draft.ts'

const FILTERS = { en: 'where', zh: '其中' }

/** “[how often] [Order paid] [in the last] [30 days]”. */
export function MeasureEditor({
  measure,
  onChange,
  numbersOnly = false,
}: {
  measure: MeasureDraft
  onChange(measure: MeasureDraft): void
  numbersOnly?: boolean
}) {
  const t = useText()
  const { of: need } = FNS[measure.fn]
  const field =
    need === 'none' ? null : need === 'optional' && measure.of === undefined ? (
      <Select
        aria-label={t({ en: 'Of what', zh: '取什么' })}
        value="time"
        popupMatchSelectWidth={false}
        options={[
          { value: 'time', label: t({ en: 'time', zh: '发生时间' }) },
          { value: 'field', label: t({ en: 'a field…', zh: '某个字段…' }) },
        ]}
        onChange={(next) => {
          if (next === 'field') onChange({ ...measure, of: '' })
        }}
      />
    ) : (
      <EventPathField event={measure.event} value={measure.of ?? ''} onChange={(of) => onChange({ ...measure, of })} />
    )
  return (
    <div>
      <Sentence
        text={{ en: '{fn} {field} {event} {when}', zh: '{when} {event} {field} {fn}' }}
        blanks={{
          fn: (
            <Select
              aria-label={t({ en: 'What is computed', zh: '统计方式' })}
              value={measure.fn}
              popupMatchSelectWidth={false}
              listHeight={360}
              options={FN_NAMES.filter((fn) => !numbersOnly || FNS[fn].isNumber).map((fn) => ({
                value: fn,
                label: t(FNS[fn].title),
              }))}
              onChange={(fn) => onChange(withFn(measure, fn))}
            />
          ),
          field,
          event: <EventsField value={measure.event} onChange={(event) => onChange({ ...measure, event })} />,
          when: <WindowField source={measure} onChange={onChange} />,
        }}
      />
      <SourceFilters source={measure} onChange={onChange} />
      {need === 'optional' && measure.of !== undefined && pathText(measure.of) === '' ? (
        <p className="small faint">{t({ en: 'Choose a field of the event.', zh: '请选择事件字段。' })}</p>
      ) : null}
    </div>
  )
}

/** “ever”, or “in the last [30 days]”. */
export function WindowField<S extends SourceDraft>({ source, onChange }: { source: S; onChange(source: S): void }) {
  const t = useText()
  const { within, ...rest } = source
  return (
    <>
      <Select
        aria-label={t({ en: 'When', zh: '时间范围' })}
        value={within === undefined ? 'ever' : 'within'}
        popupMatchSelectWidth={false}
        options={[
          { value: 'within', label: t({ en: 'in the last', zh: '在过去' }) },
          { value: 'ever', label: t({ en: 'ever', zh: '历史累计' }) },
        ]}
        onChange={(next) => onChange((next === 'ever' ? rest : { ...rest, within: '30d' }) as S)}
      />
      {within === undefined ? null : (
        <DurationField
          label={t({ en: 'Length of time', zh: '时长' })}
          value={within}
          onChange={(next) => onChange({ ...source, within: next })}
        />
      )}
    </>
  )
}

/** Filters on the event, and the one community it may be kept to. */
export function SourceFilters<S extends SourceDraft>({ source, onChange }: { source: S; onChange(source: S): void }) {
  const t = useText()
  const { may } = useSession()
  const communities = useCall('community.list', may('community.read') ? { limit: 200 } : null, { retry: false })
  const { communityId, ...rest } = source
  return (
    <>
      <WhereFilters
        event={source.event}
        filters={source.where}
        lead={FILTERS}
        onChange={(where) => onChange({ ...source, where })}
      />
      <div className="sentence trait-more">
        <AddFilter filters={source.where} onChange={(where) => onChange({ ...source, where })} />
        <Select
          size="small"
          variant="borderless"
          aria-label={t({ en: 'In which community', zh: '所在社群' })}
          value={communityId ?? ''}
          popupMatchSelectWidth={false}
          options={[
            { value: '', label: t({ en: 'in any community', zh: '不限社群' }) },
            ...(communities.data?.items ?? []).map((c) => ({
              value: c.id,
              label: t({ en: `in ${c.name}`, zh: `仅「${c.name}」` }),
            })),
          ]}
          onChange={(next) => onChange((next === '' ? rest : { ...rest, communityId: next }) as S)}
        />
      </div>
    </>
  )
}
