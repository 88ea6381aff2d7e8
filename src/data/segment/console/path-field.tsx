import { Select } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { type Path, pathText } from './draft.ts'
import type { FieldInfo } from './use-field.ts'

interface Choice {
  value: string
  label: string
  note: string
}
export interface PathGroup {
  label: string
  fields: readonly FieldInfo[]
}

/** A field by its title, of those there are, or by a path that is typed. */
export function PathField({
  value,
  onChange,
  groups,
  noteOf,
  label,
  placeholder,
}: {
  value: Path
  onChange(path: Path, known?: FieldInfo): void
  groups: readonly PathGroup[]
  noteOf(field: FieldInfo): string
  label: string
  placeholder: string
}) {
  const t = useText()
  const [typed, setTyped] = useState('')
  const at = pathText(value)
  const wanted = typed.trim()
  const known = new Map(groups.flatMap((g) => g.fields.map((f) => [pathText(f.path), f])))
  const choiceOf = (field: FieldInfo): Choice => {
    const path = pathText(field.path)
    return {
      value: path,
      label: field.title,
      note: [path === field.title ? '' : path, noteOf(field)].filter(Boolean).join(' · '),
    }
  }
  const own = (path: string): Choice => ({ value: path, label: path, note: '' })
  const options = [
    ...(at !== '' && !known.has(at) ? [{ label: t({ en: 'In use here', zh: '当前使用' }), options: [own(at)] }] : []),
    ...groups.filter((g) => g.fields.length > 0).map((g) => ({ label: g.label, options: g.fields.map(choiceOf) })),
    ...(wanted !== '' && wanted !== at && !known.has(wanted)
      ? [{ label: t({ en: 'Use as a name', zh: '直接使用该名称' }), options: [own(wanted)] }]
      : []),
  ]
  return (
    <Select
      showSearch={{
        onSearch: setTyped,
        filterOption: (text, option) =>
          [option && 'label' in option ? option.label : '', option && 'value' in option ? option.value : ''].some(
            (part) => String(part).toLowerCase().includes(text.trim().toLowerCase()),
          ),
      }}
      aria-label={label}
      placeholder={placeholder}
      style={{ minWidth: 110, maxWidth: 220 }}
      popupMatchSelectWidth={320}
      value={at || null}
      options={options}
      optionRender={({ data }) => (
        <span className="row between">
          <span className="clip">{'label' in data ? String(data.label) : ''}</span>
          <span className="faint small tabular">{'note' in data ? String(data.note) : ''}</span>
        </span>
      )}
      notFoundContent={
        <span className="soft">{t({ en: 'Type the name of a field', zh: '暂无数据，可直接输入字段名' })}</span>
      }
      onChange={(path: string | null) => {
        const field = known.get(path ?? '')
        onChange(field?.path ?? path ?? '', field)
      }}
    />
  )
}
