import { Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useSession } from '../../../console/session.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import { type Clause, type EventSource, type FilterDraft, MEASURES, type Path, pathText } from './draft.ts'
import { EventPathField, EventSourceField } from './event-field.tsx'
import { NumberField } from './number-field.tsx'
import { useEventFields } from './use-field.ts'
import { AddFilter, WhereFilters } from './where-filters.tsx'
import { WindowField, without } from './window-field.tsx'

const COUNTS: readonly { fn: string; title: Text }[] = [
  { fn: 'count', title: { en: 'how often', zh: '次数' } },
  ...MEASURES,
]

interface EventDraft {
  event: EventSource
  where?: readonly FilterDraft[]
  count?: { op: string; value: number }
  measure?: { of: Path; fn: string }
  op?: string
  value?: number
}

const isNever = (c: EventDraft) => !c.measure && c.count?.op === 'eq' && c.count.value === 0

/** “did [event] within [30 days], [at least] [3] [times], where …” */
export function EventClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const c = clause as unknown as EventDraft
  const where = c.where ?? []
  const setWhere = (list: readonly FilterDraft[]) =>
    onChange(list.length > 0 ? { ...clause, where: list } : without(clause, 'where'))
  return (
    <>
      <div className="sentence">
        <Select
          aria-label={t({ en: 'Did or did not', zh: '做过或没做过' })}
          value={isNever(c) ? 'not' : 'did'}
          options={[
            { value: 'did', label: t({ en: 'did', zh: '做过' }) },
            { value: 'not', label: t({ en: 'did not', zh: '没做过' }) },
          ]}
          onChange={(verb) =>
            onChange({
              ...without(clause, 'measure', 'op', 'value', 'count'),
              count: verb === 'not' ? { op: 'eq', value: 0 } : { op: 'gte', value: 1 },
            })
          }
        />
        <EventSourceField value={c.event} onChange={(event) => onChange({ ...clause, event })} />
        <WindowField clause={clause} onChange={onChange} />
        {isNever(c) ? null : <Amount clause={clause} onChange={onChange} />}
        <AddFilter filters={where} onChange={setWhere} />
      </div>
      <WhereFilters event={c.event} filters={where} onChange={setWhere} lead={{ en: 'where', zh: '其中' }} />
    </>
  )
}

const MINOR_UNITS = 100

function Amount({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const { currency } = useSession().brand
  const c = clause as unknown as EventDraft
  const fields = useEventFields(c.event)
  const fn = c.measure?.fn ?? 'count'
  const isCount = !c.measure
  const field = fields.find((f) => pathText(f.path) === pathText(c.measure?.of))
  const isMoney = !isCount && fn !== 'distinct' && field?.isMoney === true
  const rest = without(clause, 'measure', 'op', 'value', 'count')
  const op = isCount ? (c.count?.op ?? 'gte') : (c.op ?? 'gte')
  const value = isCount ? (c.count ? c.count.value : 1) : c.value
  const put = (next: { fn?: string; of?: Path; op?: string; value?: number | null }): Clause => {
    const to = { fn, of: c.measure?.of ?? '', op, value: value ?? null, ...next }
    return to.fn === 'count'
      ? { ...rest, count: { op: to.op, value: to.value === null ? null : Math.max(0, Math.round(to.value)) } }
      : { ...rest, measure: { of: to.of, fn: to.fn }, op: to.op, value: to.value }
  }
  return (
    <>
      {isCount ? null : (
        <EventPathField
          event={c.event}
          value={c.measure?.of ?? ''}
          label={t({ en: 'Field to measure', zh: '计算字段' })}
          onChange={(of) => onChange(put({ of }))}
        />
      )}
      <Select
        aria-label={t({ en: 'What is measured', zh: '度量方式' })}
        value={fn}
        popupMatchSelectWidth={false}
        options={COUNTS.map((m) => ({ value: m.fn, label: t(m.title) }))}
        onChange={(next) => onChange(put({ fn: next }))}
      />
      <NumberField
        label={isCount ? t({ en: 'How often', zh: '次数值' }) : t({ en: 'Number', zh: '数值' })}
        op={op}
        value={value}
        whole={isCount}
        scale={isMoney ? MINOR_UNITS : 1}
        {...(isCount ? { min: 0, max: 1_000_000 } : {})}
        {...(isCount ? { suffix: t({ en: 'times', zh: '次' }) } : isMoney ? { suffix: currency } : {})}
        onChange={(next) => onChange(put(next))}
      />
    </>
  )
}
