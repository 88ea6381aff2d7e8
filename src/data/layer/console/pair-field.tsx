import { Input } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { Field } from '../../../console/field.tsx'

interface Props {
  label: Text
  value: Text
  onChange(value: Text): void
  max: number
  lines?: number
}

/** A text in both languages; one of them stands for both until the other is written. */
export function PairField({ label, value, onChange, max, lines }: Props) {
  const t = useText()
  const input = (language: keyof Text) => (id: string) => {
    const shared = { id, value: value[language], maxLength: max }
    return lines ? (
      <Input.TextArea
        {...shared}
        autoSize={{ minRows: lines }}
        onChange={(e) => onChange({ ...value, [language]: e.target.value })}
      />
    ) : (
      <Input {...shared} onChange={(e) => onChange({ ...value, [language]: e.target.value })} />
    )
  }
  return (
    <div className="layer-pair">
      <Field label={t({ en: `${label.en} (Chinese)`, zh: `${label.zh}（中文）` })}>{input('zh')}</Field>
      <Field label={t({ en: `${label.en} (English)`, zh: `${label.zh}（英文）` })}>{input('en')}</Field>
    </div>
  )
}
