import { Button } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { Icon } from '../../../console/icon.tsx'
import { type EventSource, type FilterDraft, pathText } from './draft.ts'
import { EventPathField } from './event-field.tsx'
import { useEventFields } from './use-field.ts'
import { ComparisonField, firstComparison } from './value-field.tsx'

/** As many as the server takes. */
const MOST_FILTERS = 20
/** Money is stored in hundredths. */
const MINOR_UNITS = 100

export const blankFilter: FilterDraft = { path: '', op: 'eq', value: '' }

/** “where amount is at least 100 and channel is app”: filters that all hold on one event. */
export function WhereFilters({
  event,
  filters,
  onChange,
  lead,
}: {
  event: EventSource
  filters: readonly FilterDraft[]
  onChange(filters: readonly FilterDraft[]): void
  /** What stands before the first. */
  lead: Text
}) {
  const t = useText()
  const fields = useEventFields(event)
  return filters.map((f, i) => {
    const info = fields.find((known) => pathText(known.path) === pathText(f.path))
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: filters have no identity but their place
      <div className="sentence sentence-inner" key={i}>
        <span className="soft">{i === 0 ? t(lead) : t({ en: 'and', zh: '且' })}</span>
        <EventPathField
          event={event}
          value={f.path}
          onChange={(path) => {
            const type = fields.find((known) => pathText(known.path) === pathText(path))?.type
            const isBlank = f.value === '' || f.value === undefined
            onChange(filters.with(i, isBlank ? { path, ...firstComparison(type) } : { ...f, path }))
          }}
        />
        <ComparisonField
          op={f.op}
          value={f.value}
          type={info?.type}
          source={{ event, path: f.path }}
          scale={info?.isMoney ? MINOR_UNITS : 1}
          onChange={(op, value) =>
            onChange(filters.with(i, value === undefined ? { path: f.path, op } : { path: f.path, op, value }))
          }
        />
        <Button
          type="text"
          size="small"
          icon={<Icon name="close" size={13} />}
          aria-label={t({ en: 'Remove this filter', zh: '移除该附加条件' })}
          onClick={() => onChange(filters.toSpliced(i, 1))}
        />
      </div>
    )
  })
}

export function AddFilter({
  filters,
  onChange,
  title = { en: 'where…', zh: '附加条件' },
}: {
  filters: readonly FilterDraft[]
  onChange(filters: readonly FilterDraft[]): void
  title?: Text
}) {
  const t = useText()
  return (
    <Button
      type="text"
      size="small"
      icon={<Icon name="filter" size={14} />}
      disabled={filters.length >= MOST_FILTERS}
      onClick={() => onChange([...filters, blankFilter])}
    >
      {t(title)}
    </Button>
  )
}
