import { Input, Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { OPS } from './draft.ts'
import { DurationField } from './duration-field.tsx'

const DECIMAL = /^-?\d+(\.\d+)?$/

interface Props {
  op: string
  value: unknown
  onChange(op: string, value: unknown): void
}

/** “is at least 18”: a comparison and what it compares with. */
export function ComparisonField({ op, value, onChange }: Props) {
  const t = useText()
  const kindOf = (name: string) => OPS.find((o) => o.op === name)?.value ?? 'scalar'
  const kind = kindOf(op)
  const change = (next: string) => {
    const same = kindOf(next) === kind
    onChange(
      next,
      same
        ? value
        : kindOf(next) === 'duration'
          ? '30d'
          : kindOf(next) === 'list'
            ? []
            : kindOf(next) === 'none'
              ? undefined
              : '',
    )
  }
  const label = t({ en: 'Value', zh: '取值' })
  return (
    <>
      <Select
        aria-label={t({ en: 'Comparison', zh: '比较方式' })}
        value={op}
        popupMatchSelectWidth={false}
        options={OPS.map((o) => ({ value: o.op, label: t(o.title) }))}
        onChange={change}
      />
      {kind === 'none' ? null : kind === 'duration' ? (
        <DurationField label={label} value={String(value ?? '30d')} onChange={(v) => onChange(op, v)} />
      ) : kind === 'date' ? (
        <Input
          type="date"
          aria-label={label}
          style={{ width: 150 }}
          value={typeof value === 'string' ? value.slice(0, 10) : ''}
          onChange={(e) => onChange(op, e.target.value && new Date(`${e.target.value}T00:00:00`).toISOString())}
        />
      ) : kind === 'list' ? (
        <Select
          mode="tags"
          aria-label={label}
          style={{ minWidth: 180 }}
          tokenSeparators={[',', '，']}
          placeholder={t({ en: 'Values, Enter after each', zh: '输入后回车，可填多个' })}
          value={Array.isArray(value) ? value.map(String) : []}
          open={false}
          suffixIcon={null}
          onChange={(list: string[]) => onChange(op, list)}
        />
      ) : (
        <Input
          aria-label={label}
          style={{ width: 150 }}
          maxLength={500}
          placeholder={label}
          value={value === undefined || value === null ? '' : String(value)}
          onChange={(e) => {
            const text = e.target.value
            onChange(op, kind === 'order' && DECIMAL.test(text) ? Number(text) : text)
          }}
        />
      )}
    </>
  )
}
