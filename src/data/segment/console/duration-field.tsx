import { InputNumber, Select, Space } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { readLength } from './length.ts'

const UNITS: readonly { unit: string; title: Text }[] = [
  { unit: 's', title: { en: 'seconds', zh: '秒' } },
  { unit: 'm', title: { en: 'minutes', zh: '分钟' } },
  { unit: 'h', title: { en: 'hours', zh: '小时' } },
  { unit: 'd', title: { en: 'days', zh: '天' } },
  { unit: 'cd', title: { en: 'calendar days', zh: '自然日' } },
  { unit: 'w', title: { en: 'weeks', zh: '周' } },
]

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
  const { n, unit } = readLength(value) ?? { n: 7, unit: 'd' }
  // Nobody thinks in seconds of people; one that was written so stays so.
  const units = UNITS.filter((u) => (u.unit !== 's' || unit === 's') && (u.unit !== 'cd' || calendar || unit === 'cd'))
  return (
    <Space.Compact>
      <InputNumber
        aria-label={label}
        value={n}
        min={1}
        max={9999}
        {...(Number.isInteger(n) ? { precision: 0 } : {})}
        controls={false}
        style={{ width: 58 }}
        onChange={(next) => onChange(`${next ?? 1}${unit}`)}
      />
      <Select
        aria-label={t({ en: `${label}, unit`, zh: `${label}单位` })}
        value={unit}
        popupMatchSelectWidth={false}
        options={units.map((u) => ({ value: u.unit, label: t(u.title) }))}
        onChange={(next) => onChange(`${next === 'cd' ? Math.round(n) : n}${next}`)}
      />
    </Space.Compact>
  )
}
