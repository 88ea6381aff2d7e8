import { useText } from '#web/preferences.tsx'
import { MEASURE_TITLES, needsField } from '../../../console/insight/measure.ts'
import type { Path } from '../../segment/console/draft.ts'
import { EventPathField } from '../../segment/console/event-field.tsx'
import type { Match } from './match.ts'
import { namesIn } from './match-names.ts'
import { type Options, Pick } from './pick.tsx'

export interface Measured extends Match {
  measure?: string
  of?: Path
}

/** “counted by [members]”, or by a field: what is measured of the events. */
export function MeasureField<M extends Measured>({
  match,
  onChange,
  options = MEASURE_TITLES,
  first = 'total',
}: {
  match: M
  onChange(match: M): void
  options?: Options
  /** Stands where none is chosen. */
  first?: string
}) {
  const t = useText()
  const measure = match.measure ?? first
  return (
    <>
      <Pick
        label={t({ en: 'What is measured', zh: '度量方式' })}
        value={measure}
        options={measure in options ? options : { ...options, [measure]: { en: measure, zh: measure } }}
        onChange={(next) => {
          const { of, ...rest } = match
          onChange((needsField(next) ? { ...rest, measure: next, of: of ?? '' } : { ...rest, measure: next }) as M)
        }}
      />
      {needsField(measure) ? (
        <EventPathField
          event={namesIn(match.event)}
          value={match.of ?? ''}
          label={t({ en: 'Field to measure', zh: '计算字段' })}
          onChange={(of) => onChange({ ...match, of })}
        />
      ) : null}
    </>
  )
}
