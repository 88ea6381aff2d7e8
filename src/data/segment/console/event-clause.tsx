import { Button, Input, InputNumber, Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { Icon } from '../../../console/icon.tsx'
import { type Clause, type FilterDraft, NUMBER_OPS } from './draft.ts'
import { DurationField } from './duration-field.tsx'
import { EventPathField, EventsField } from './event-field.tsx'
import { ComparisonField } from './value-field.tsx'

const MEASURES: readonly { fn: string; title: Text }[] = [
  { fn: 'count', title: { en: 'times', zh: '次数' } },
  { fn: 'sum', title: { en: 'sum of', zh: '求和' } },
  { fn: 'avg', title: { en: 'average of', zh: '平均值' } },
  { fn: 'min', title: { en: 'smallest', zh: '最小值' } },
  { fn: 'max', title: { en: 'largest', zh: '最大值' } },
  { fn: 'distinct', title: { en: 'different values of', zh: '去重数' } },
]

interface EventDraft {
  event: string | readonly string[]
  within?: string
  from?: string
  to?: string
  where?: readonly FilterDraft[]
  count?: { op: string; value: number }
  measure?: { of: string; fn: string }
  op?: string
  value?: number
}

/** Whose fields are offered; of several events those of the first. */
const firstOf = (event: EventDraft['event']) => (typeof event === 'string' ? event : (event[0] ?? ''))

const never = (c: EventDraft) => !c.measure && c.count?.op === 'eq' && c.count.value === 0

const without = (clause: EventDraft, ...keys: (keyof EventDraft)[]): EventDraft =>
  Object.fromEntries(Object.entries(clause).filter(([key]) => !keys.includes(key as keyof EventDraft))) as never

/** “did [event] within [30 days], [at least] [3] [times], where …” */
export function EventClauseEditor({ clause, onChange }: { clause: Clause; onChange: (clause: Clause) => void }) {
  const t = useText()
  const c = clause as unknown as EventDraft
  const set = (next: EventDraft) => onChange(next as unknown as Clause)
  const where = c.where ?? []
  const setWhere = (list: readonly FilterDraft[]) => set({ ...c, where: list })
  return (
    <>
      <div className="sentence">
        <Select
          aria-label={t({ en: 'Did or did not', zh: '做过或没做过' })}
          value={never(c) ? 'not' : 'did'}
          options={[
            { value: 'did', label: t({ en: 'did', zh: '做过' }) },
            { value: 'not', label: t({ en: 'did not', zh: '没做过' }) },
          ]}
          onChange={(verb) =>
            set({
              ...without(c, 'measure', 'op', 'value', 'count'),
              count: verb === 'not' ? { op: 'eq', value: 0 } : { op: 'gte', value: 1 },
            })
          }
        />
        <EventsField value={c.event} onChange={(event) => set({ ...c, event })} />
        <WindowField clause={c} set={set} />
        {never(c) ? null : <Amount clause={c} set={set} />}
        <Button
          type="text"
          size="small"
          icon={<Icon name="filter" size={14} />}
          onClick={() => setWhere([...where, { path: '', op: 'eq', value: '' }])}
        >
          {t({ en: 'where…', zh: '附加条件' })}
        </Button>
      </div>
      {where.map((f, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: filters have no identity but their place
        <div className="sentence sentence-inner" key={i}>
          <span className="soft">{i === 0 ? t({ en: 'where', zh: '其中' }) : t({ en: 'and', zh: '且' })}</span>
          <EventPathField
            event={firstOf(c.event)}
            value={f.path}
            onChange={(path) => setWhere(where.with(i, { ...f, path }))}
          />
          <ComparisonField
            op={f.op}
            value={f.value}
            onChange={(op, value) => setWhere(where.with(i, { path: f.path, op, value }))}
          />
          <Button
            type="text"
            size="small"
            icon={<Icon name="close" size={13} />}
            aria-label={t({ en: 'Remove this filter', zh: '移除该附加条件' })}
            onClick={() => setWhere(where.toSpliced(i, 1))}
          />
        </div>
      ))}
    </>
  )
}

type Edit = { clause: EventDraft; set: (next: EventDraft) => void }

function WindowField({ clause: c, set }: Edit) {
  const t = useText()
  const kind = c.within !== undefined ? 'within' : c.from !== undefined || c.to !== undefined ? 'between' : 'ever'
  const bare = without(c, 'within', 'from', 'to')
  const date = (key: 'from' | 'to', label: string) => (
    <Input
      type="date"
      aria-label={label}
      style={{ width: 142 }}
      value={c[key]?.slice(0, 10) ?? ''}
      onChange={(e) =>
        set(e.target.value ? { ...c, [key]: new Date(`${e.target.value}T00:00:00`).toISOString() } : without(c, key))
      }
    />
  )
  return (
    <>
      <Select
        aria-label={t({ en: 'When', zh: '时间范围' })}
        value={kind}
        popupMatchSelectWidth={false}
        options={[
          { value: 'within', label: t({ en: 'in the last', zh: '在过去' }) },
          { value: 'between', label: t({ en: 'between', zh: '在日期区间' }) },
          { value: 'ever', label: t({ en: 'at any time', zh: '不限时间' }) },
        ]}
        onChange={(next) =>
          set(
            next === 'within'
              ? { ...bare, within: '30d' }
              : next === 'between'
                ? { ...bare, from: new Date(new Date().setHours(0, 0, 0, 0)).toISOString() }
                : bare,
          )
        }
      />
      {kind === 'within' ? (
        <DurationField
          label={t({ en: 'Length of time', zh: '时长' })}
          value={c.within ?? '30d'}
          onChange={(within) => set({ ...bare, within })}
        />
      ) : kind === 'between' ? (
        <>
          {date('from', t({ en: 'From', zh: '开始日期' }))}
          <span className="soft">{t({ en: 'and before', zh: '至（不含）' })}</span>
          {date('to', t({ en: 'To', zh: '结束日期' }))}
        </>
      ) : null}
    </>
  )
}

function Amount({ clause: c, set }: Edit) {
  const t = useText()
  const fn = c.measure?.fn ?? 'count'
  const op = c.measure ? (c.op ?? 'gte') : (c.count?.op ?? 'gte')
  const value = c.measure ? (c.value ?? 1) : (c.count?.value ?? 1)
  const rest = without(c, 'measure', 'op', 'value', 'count')
  const put = (next: { fn?: string; of?: string; op?: string; value?: number }) => {
    const merged = { fn, of: c.measure?.of ?? '', op, value, ...next }
    set(
      merged.fn === 'count'
        ? { ...rest, count: { op: merged.op, value: Math.max(0, Math.round(merged.value)) } }
        : { ...rest, measure: { of: merged.of, fn: merged.fn }, op: merged.op, value: merged.value },
    )
  }
  return (
    <>
      <Select
        aria-label={t({ en: 'What is measured', zh: '度量方式' })}
        value={fn}
        popupMatchSelectWidth={false}
        options={MEASURES.map((m) => ({ value: m.fn, label: t(m.title) }))}
        onChange={(next) => put({ fn: next })}
      />
      {c.measure ? (
        <EventPathField event={firstOf(c.event)} value={c.measure.of} onChange={(of) => put({ of })} />
      ) : null}
      <Select
        aria-label={t({ en: 'Comparison', zh: '比较方式' })}
        value={op}
        popupMatchSelectWidth={false}
        options={NUMBER_OPS.map((o) => ({ value: o.op, label: t(o.title) }))}
        onChange={(next) => put({ op: next })}
      />
      <InputNumber
        aria-label={t({ en: 'Number', zh: '数值' })}
        value={value}
        min={c.measure ? -1e12 : 0}
        max={c.measure ? 1e12 : 1_000_000}
        controls={false}
        style={{ width: 74 }}
        onChange={(next) => put({ value: next ?? 0 })}
      />
    </>
  )
}
