import { Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'

export type Options = Readonly<Record<string, Text>>

/** One of a few words in a sentence. */
export function Pick({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: string
  options: Options
  onChange(value: string): void
}) {
  const t = useText()
  return (
    <Select
      aria-label={label}
      value={value}
      popupMatchSelectWidth={false}
      options={Object.entries(options).map(([key, title]) => ({ value: key, label: t(title) }))}
      onChange={onChange}
    />
  )
}

export const PERIODS: Options = {
  day: { en: 'day', zh: '日' },
  week: { en: 'week', zh: '周' },
  month: { en: 'month', zh: '月' },
}
export const INTERVALS: Options = { hour: { en: 'hour', zh: '小时' }, ...PERIODS }
