import { InputNumber, Select, Space } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'

const UNITS: readonly { unit: string; title: Text }[] = [
  { unit: 'm', title: { en: 'minutes', zh: '分钟' } },
  { unit: 'h', title: { en: 'hours', zh: '小时' } },
  { unit: 'd', title: { en: 'days', zh: '天' } },
  { unit: 'cd', title: { en: 'calendar days', zh: '自然日' } },
  { unit: 'w', title: { en: 'weeks', zh: '周' } },
]

const read = (text: string) => {
  const [, n, unit] = /^(\d+)(ms|s|m|h|d|w|cd)$/.exec(text) ?? []
  return { n: Number(n ?? 7), unit: unit ?? 'd' }
}

/** `"7d"`, `"3cd"`: a number and a unit. `calendar` offers days that begin at local midnight. */
export function DurationField({
  value,
  onChange,
  label,
  calendar = true,
}: {
  value: string
  onChange: (value: string) => void
  label: string
  calendar?: boolean
}) {
  const t = useText()
  const { n, unit } = read(value)
  return (
    <Space.Compact>
      <InputNumber
        aria-label={label}
        value={n}
        min={1}
        max={9999}
        precision={0}
        controls={false}
        style={{ width: 58 }}
        onChange={(next) => onChange(`${next ?? 1}${unit}`)}
      />
      <Select
        aria-label={t({ en: `${label}, unit`, zh: `${label}单位` })}
        value={unit}
        popupMatchSelectWidth={false}
        options={UNITS.filter((u) => calendar || u.unit !== 'cd').map((u) => ({ value: u.unit, label: t(u.title) }))}
        onChange={(next) => onChange(`${n}${next}`)}
      />
    </Space.Compact>
  )
}
