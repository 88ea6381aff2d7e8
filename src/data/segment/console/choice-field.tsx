import { Select } from 'antd'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Reference } from './use-reference.ts'

/** Chooses one of what there is, with how many are in it; a key that is not there (any more) stays readable. */
export function ChoiceField({
  value,
  onChange,
  choices,
  label,
  none,
}: {
  value: string
  onChange(value: string): void
  /** undefined while they are not known. */
  choices: readonly Reference[] | undefined
  label: string
  /** What is said where there is nothing to choose. */
  none: string
}) {
  const t = useText()
  const format = useFormat()
  const isKnown = value === '' || choices?.some((c) => c.value === value)
  const gone = choices ? t({ en: `${value} (not there)`, zh: `${value}（不存在）` }) : value
  const options = [...(choices ?? []), ...(isKnown ? [] : [{ value, label: gone, members: null }])]
  return (
    <Select
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={label}
      placeholder={label}
      loading={choices === undefined}
      {...(choices && !isKnown ? { status: 'warning' as const } : {})}
      value={value || null}
      style={{ minWidth: 170, maxWidth: 320 }}
      popupMatchSelectWidth={300}
      options={options}
      optionRender={({ data }) => (
        <span className="row between">
          <span className="clip">{data.label}</span>
          <span className="faint small tabular">
            {data.members === null
              ? ''
              : t({ en: `${format.compact(data.members)} members`, zh: `${format.compact(data.members)} 人` })}
          </span>
        </span>
      )}
      notFoundContent={<span className="soft">{none}</span>}
      onChange={(next: string | null) => onChange(next ?? '')}
    />
  )
}
