import { Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { NO_VALUE, OPS } from './draft.ts'
import { DurationField } from './duration-field.tsx'
import { ScalarField } from './scalar-field.tsx'
import { TimeField } from './time-field.tsx'
import type { ValueType } from './use-field.ts'
import { useValues, type ValueSource } from './use-values.ts'

interface Props {
  op: string
  value: unknown
  onChange(op: string, value: unknown): void
  /** What the compared values are, where that is known: decides which comparisons come first. */
  type?: ValueType | undefined
  /** Where values are suggested from. */
  source?: ValueSource | undefined
  /** How many of the stored unit are one of what is written. */
  scale?: number
}

/** The comparisons that make sense of a type, the likeliest first. */
const FITTING: Readonly<Record<ValueType, readonly string[]>> = {
  text: ['eq', 'ne', 'in', 'notIn', 'contains', 'startsWith', 'endsWith', 'matches', 'exists', 'notExists'],
  number: ['gte', 'gt', 'lte', 'lt', 'eq', 'ne', 'in', 'notIn', 'exists', 'notExists'],
  bool: ['eq', 'ne', 'exists', 'notExists'],
  date: ['withinLast', 'olderThan', 'withinNext', 'before', 'after', 'exists', 'notExists'],
  list: ['includes', 'exists', 'notExists'],
  object: ['exists', 'notExists'],
}

const kindOf = (op: string) => OPS.find((o) => o.op === op)?.value ?? 'scalar'

/** What a comparison begins with when it is chosen. */
function blankOf(op: string): unknown {
  const kind = kindOf(op)
  return kind === 'duration' ? '30d' : kind === 'list' ? [] : kind === 'none' ? undefined : ''
}

/** The comparison to begin with for a type of value. */
export const firstComparison = (type: ValueType | undefined): { op: string; value?: unknown } => {
  const op = (type && FITTING[type][0]) ?? 'eq'
  const value = blankOf(op)
  return value === undefined ? { op } : { op, value }
}

/** “is at least 18”: a comparison and what it compares with. */
export function ComparisonField({ op, value, onChange, type, source, scale = 1 }: Props) {
  const t = useText()
  const kind = kindOf(op)
  const change = (next: string) => {
    const carries =
      kindOf(next) === kind ||
      (kind === 'scalar' && kindOf(next) === 'order') ||
      (kind === 'order' && kindOf(next) === 'scalar')
    // One value is a list of one, and the other way round.
    const carried =
      kindOf(next) === 'list' && kind === 'scalar' && value !== '' && value !== undefined
        ? [value]
        : kind === 'list' && kindOf(next) === 'scalar' && Array.isArray(value) && value.length === 1
          ? value[0]
          : undefined
    onChange(next, carries ? value : (carried ?? blankOf(next)))
  }
  const label = t({ en: 'Value', zh: '取值' })
  const option = (o: (typeof OPS)[number]) => ({ value: o.op, label: t(o.title) })
  const fitting = type ? FITTING[type].flatMap((name) => OPS.filter((o) => o.op === name)) : OPS
  const others = OPS.filter((o) => !fitting.includes(o))
  return (
    <>
      <Select
        aria-label={t({ en: 'Comparison', zh: '比较方式' })}
        value={op}
        popupMatchSelectWidth={false}
        listHeight={320}
        options={[
          { label: t({ en: 'Fitting', zh: '适用' }), options: fitting.map(option) },
          { label: t({ en: 'Others', zh: '其他' }), options: others.map(option) },
        ].filter((group) => group.options.length > 0)}
        onChange={change}
      />
      {NO_VALUE.includes(op) ? null : kind === 'duration' ? (
        <DurationField label={label} value={String(value ?? '30d')} onChange={(v) => onChange(op, v)} />
      ) : kind === 'date' || (kind === 'order' && type === 'date') ? (
        <TimeField label={label} value={typeof value === 'string' ? value : ''} onChange={(v) => onChange(op, v)} />
      ) : kind === 'list' ? (
        <ListField label={label} value={value} onChange={(list) => onChange(op, list)} source={source} type={type} />
      ) : (
        <ScalarField
          label={label}
          value={value}
          type={kind === 'text' ? 'text' : type}
          // What begins or matches is a part of a value, which no value stands for.
          source={kind === 'text' && op !== 'contains' ? undefined : source}
          isNumber={kind === 'order' || type === 'number'}
          scale={scale}
          onChange={(v) => onChange(op, v)}
        />
      )}
    </>
  )
}

const DECIMAL = /^-?\d+(\.\d+)?$/

function ListField({
  label,
  value,
  onChange,
  source,
  type,
}: {
  label: string
  value: unknown
  onChange(list: unknown[]): void
  source: ValueSource | undefined
  type: ValueType | undefined
}) {
  const t = useText()
  const values = useValues(source)
  const list: unknown[] = Array.isArray(value) ? value : []
  // What stands there already stays the number or truth value it is.
  const back = (text: string) =>
    list.find((v) => String(v) === text) ??
    values.items.find((v) => String(v.value) === text)?.value ??
    (type === 'number' && DECIMAL.test(text) ? Number(text) : text)
  return (
    <Select
      mode="tags"
      aria-label={label}
      style={{ minWidth: 200, maxWidth: '100%' }}
      tokenSeparators={[',', '，']}
      placeholder={t({ en: 'Choose, or type and press Enter', zh: '选择，或输入后回车' })}
      value={list.map(String)}
      options={values.items.map((v) => ({ value: String(v.value), label: String(v.value), count: v.count }))}
      optionRender={({ data, label: text }) => (
        <span className="row between">
          <span className="clip">{text}</span>
          {'count' in data ? <span className="faint small tabular">{values.countText(Number(data.count))}</span> : null}
        </span>
      )}
      notFoundContent={values.note}
      suffixIcon={null}
      onOpenChange={values.setOpen}
      onChange={(texts: string[]) => onChange(texts.map(back))}
    />
  )
}
