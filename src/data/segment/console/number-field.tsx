import { InputNumber, Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { NUMBER_OPS } from './draft.ts'

interface Props {
  op: string
  value: unknown
  onChange(next: { op: string; value: number | null }): void
  label: string
  min?: number
  max?: number
  /** How many of the stored unit are one of what is written: 100 where money is stored in cents. */
  scale?: number
  whole?: boolean
  suffix?: string
}

/** “at least 3”: a comparison of numbers. */
export function NumberField({ op, value, onChange, label, min = -1e12, max = 1e12, scale = 1, whole, suffix }: Props) {
  const t = useText()
  return (
    <>
      <Select
        aria-label={t({ en: `${label}: comparison`, zh: `${label}比较方式` })}
        value={op}
        popupMatchSelectWidth={false}
        options={NUMBER_OPS.map((o) => ({ value: o.op, label: t(o.title) }))}
        onChange={(next) => onChange({ op: next, value: typeof value === 'number' ? value : null })}
      />
      <InputNumber
        aria-label={label}
        value={typeof value === 'number' ? value / scale : null}
        min={min}
        max={max}
        controls={false}
        style={{ width: 78 }}
        {...(whole ? { precision: 0 } : {})}
        onChange={(next) =>
          onChange({ op, value: next === null ? null : scale === 1 ? next : Math.round(next * scale) })
        }
      />
      {suffix ? <span>{suffix}</span> : null}
    </>
  )
}
