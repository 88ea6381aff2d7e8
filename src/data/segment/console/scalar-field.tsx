import { AutoComplete, InputNumber, Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { ValueType } from './use-field.ts'
import { useValues, type ValueSource } from './use-values.ts'

/** A number as it is written shortest; “1.0” may still become “1.05”. */
const isPlainNumber = (text: string) => text !== '' && String(Number(text)) === text && Number.isFinite(Number(text))

interface Props {
  label: string
  value: unknown
  onChange(value: unknown): void
  type: ValueType | undefined
  source: ValueSource | undefined
  /** Text that is a number is taken as one. */
  isNumber: boolean
  scale: number
}

/** One value, with those that are really there to choose from. */
export function ScalarField({ label, value, onChange, type, source, isNumber, scale }: Props) {
  const t = useText()
  const values = useValues(source)
  if (type === 'bool' && (typeof value !== 'string' || value === ''))
    return (
      <Select
        aria-label={label}
        value={typeof value === 'boolean' ? value : null}
        options={[
          { value: true, label: t({ en: 'yes', zh: '是' }) },
          { value: false, label: t({ en: 'no', zh: '否' }) },
        ]}
        onChange={onChange}
      />
    )
  if (scale !== 1 && (typeof value !== 'string' || value === ''))
    return (
      <InputNumber
        aria-label={label}
        value={typeof value === 'number' ? value / scale : null}
        controls={false}
        style={{ width: 90 }}
        onChange={(next) => onChange(next === null ? '' : Math.round(next * scale))}
      />
    )
  const read = (text: string) => {
    if (isNumber && isPlainNumber(text)) return Number(text)
    const offered = values.items.find((v) => String(v.value) === text)
    return offered && typeof offered.value !== 'string' ? offered.value : text
  }
  return (
    <AutoComplete
      aria-label={label}
      style={{ width: isNumber ? 110 : 160 }}
      popupMatchSelectWidth={260}
      maxLength={500}
      placeholder={label}
      value={value === undefined || value === null ? '' : String(value)}
      options={values.items.map((v) => ({ value: String(v.value), count: v.count }))}
      optionRender={({ data }) => (
        <span className="row between">
          <span className="clip">{data.value}</span>
          {'count' in data ? <span className="faint small tabular">{values.countText(Number(data.count))}</span> : null}
        </span>
      )}
      popupRender={(menu) => (
        <>
          {menu}
          {values.note && values.items.length > 0 ? <p className="faint small suggest-note">{values.note}</p> : null}
        </>
      )}
      notFoundContent={source ? values.note : null}
      onOpenChange={values.setOpen}
      onChange={(text: string) => {
        values.setText(text)
        onChange(read(text ?? ''))
      }}
    />
  )
}
