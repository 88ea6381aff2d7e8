import { InputNumber } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { InsightQuery } from '../../../console/insight/answer.ts'
import { EventPathField } from '../../segment/console/event-field.tsx'
import { PropertyField } from '../../segment/console/property-field.tsx'
import { type Breakdown, breakdownOf } from './breakdown.ts'
import { drop } from './match.ts'
import { Pick } from './pick.tsx'

const DEFAULT_LIMIT = 10
const MOST_GROUPS = 50

/** “divided by [a property of the member]”: the numbers told apart by a value. */
export function BreakdownField({
  query,
  onChange,
  event,
  attributions,
}: {
  query: InsightQuery
  onChange(query: InsightQuery): void
  /** Whose fields can be chosen; none where only members' properties can. */
  event?: string | readonly string[]
  /** Which event's value counts, where a member has several. */
  attributions?: Readonly<Record<string, { en: string; zh: string }>>
}) {
  const t = useText()
  const by = breakdownOf(query)
  const kind = by ? (by.eventProperty === undefined ? 'property' : 'event') : 'none'
  const put = (next: Breakdown | null) => onChange(next ? { ...query, breakdown: next } : drop(query, 'breakdown'))
  return (
    <div className="sentence">
      <span className="soft">{t({ en: 'Divided by', zh: '分组' })}</span>
      <Pick
        label={t({ en: 'What divides', zh: '分组依据' })}
        value={kind}
        options={{
          none: { en: 'nothing', zh: '不分组' },
          property: { en: 'a property of the member', zh: '成员属性' },
          ...(event === undefined ? {} : { event: { en: 'a field of the event', zh: '事件字段' } }),
        }}
        onChange={(next) =>
          put(next === 'none' ? null : next === 'property' ? { property: '' } : { eventProperty: '' })
        }
      />
      {by && kind === 'property' ? (
        <PropertyField value={by.property ?? ''} onChange={(property) => put({ ...by, property })} />
      ) : null}
      {by && kind === 'event' && event !== undefined ? (
        <EventPathField
          event={event}
          value={by.eventProperty ?? ''}
          onChange={(eventProperty) => put({ ...by, eventProperty })}
        />
      ) : null}
      {by && kind === 'event' && attributions ? (
        <Pick
          label={t({ en: 'Whose value counts', zh: '取值规则' })}
          value={by.attribution ?? 'first'}
          options={attributions}
          onChange={(attribution) => put({ ...by, attribution })}
        />
      ) : null}
      {by ? (
        <>
          <span className="soft">{t({ en: 'the greatest', zh: '显示前' })}</span>
          <InputNumber
            aria-label={t({ en: 'How many groups', zh: '分组数量' })}
            value={by.limit ?? DEFAULT_LIMIT}
            min={1}
            max={MOST_GROUPS}
            precision={0}
            controls={false}
            style={{ width: 52 }}
            onChange={(limit) => put({ ...by, limit: limit ?? DEFAULT_LIMIT })}
          />
          <span className="soft">{t({ en: 'groups', zh: '组' })}</span>
        </>
      ) : null}
    </div>
  )
}
