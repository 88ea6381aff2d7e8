import { Checkbox, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { type Field as FieldSpec, fieldsOf, type Schema } from '#web/schema.ts'
import { Field } from './field.tsx'
import { isReference, ReferenceField } from './reference-field.tsx'
import { VALUE_WORDS } from './value-words.ts'

export type Values = Readonly<Record<string, unknown>>

interface Props {
  schema: Schema
  values: Values
  onChange(values: Values): void
  /** Fields that are settled elsewhere, such as the member an action is about. */
  hide?: readonly string[]
  /** By path, as a problem names them. */
  errors?: Readonly<Record<string, string>>
  path?: string
  /** Texts may hold placeholders, so numbers and choices may be typed as well. */
  templated?: boolean
}

/** A form drawn from a declared input: what an action takes is what is asked for. */
export function SchemaForm({ schema, values, onChange, hide = [], errors = {}, path = '', templated = false }: Props) {
  const t = useText()
  const set = (name: string, value: unknown) => {
    const rest = Object.fromEntries(Object.entries(values).filter(([key]) => key !== name))
    onChange(value === undefined || value === '' ? rest : { ...rest, [name]: value })
  }
  return (
    <div className="stack">
      {fieldsOf(schema)
        .filter((f) => !hide.includes(f.name))
        .map((f) => {
          const at = path ? `${path}.${f.name}` : f.name
          const label = (
            <>
              {t(f.title)}
              {f.required ? null : <span className="faint small">{t({ en: ' (optional)', zh: '（选填）' })}</span>}
            </>
          )
          if (f.kind === 'object')
            return (
              <fieldset key={f.name} className="fieldset">
                {/* A group without words of its own is no more than its fields. */}
                {f.title.en === f.name ? null : <legend>{label}</legend>}
                <SchemaForm
                  schema={f.schema}
                  values={(values[f.name] as Values | undefined) ?? {}}
                  onChange={(inner) => set(f.name, inner)}
                  errors={errors}
                  path={at}
                  templated={templated}
                />
              </fieldset>
            )
          return (
            <Field
              key={f.name}
              label={label}
              hint={errors[at] ? <span className="field-error">{errors[at]}</span> : f.schema.description}
            >
              {(id) => (
                <Control
                  id={id}
                  field={f}
                  value={values[f.name]}
                  onChange={(v) => set(f.name, v)}
                  invalid={Boolean(errors[at])}
                  templated={templated}
                />
              )}
            </Field>
          )
        })}
    </div>
  )
}

interface ControlProps {
  id: string
  field: FieldSpec
  value: unknown
  onChange(value: unknown): void
  invalid: boolean
  templated: boolean
}

function Control({ id, field, value, onChange, invalid, templated }: ControlProps) {
  const t = useText()
  const { from } = field.schema
  const status = invalid ? ('error' as const) : ''
  const text = value === undefined || value === null ? '' : String(value)
  const { maxLength, minimum, maximum } = field.schema
  const most = maxLength === undefined ? {} : { maxLength }
  if (isReference(from)) return <ReferenceField {...{ id, from, value, onChange }} required={field.required} />
  switch (field.kind) {
    case 'choice':
      return (
        <Select
          id={id}
          status={status}
          allowClear={!field.required}
          value={value === undefined ? null : String(value)}
          options={field.choices.map((c) => ({ value: c, label: VALUE_WORDS[c] ? t(VALUE_WORDS[c]) : c }))}
          onChange={(v: string | null) => onChange(v ?? undefined)}
        />
      )
    case 'boolean':
      return <Checkbox id={id} checked={value === true} onChange={(e) => onChange(e.target.checked)} />
    case 'integer':
    case 'number':
      return templated ? (
        <Input
          id={id}
          status={status}
          value={text}
          onChange={(e) => onChange(/^-?\d+(\.\d+)?$/.test(e.target.value) ? Number(e.target.value) : e.target.value)}
        />
      ) : (
        <InputNumber
          id={id}
          status={status}
          style={{ width: '100%' }}
          value={typeof value === 'number' ? value : null}
          {...(minimum === undefined ? {} : { min: minimum })}
          {...(maximum === undefined ? {} : { max: maximum })}
          {...(field.kind === 'integer' ? { precision: 0 } : {})}
          onChange={(v) => onChange(v ?? undefined)}
        />
      )
    case 'longText':
      return (
        <Input.TextArea
          id={id}
          status={status}
          autoSize={{ minRows: 3, maxRows: 12 }}
          value={text}
          {...most}
          onChange={(e) => onChange(e.target.value)}
        />
      )
    case 'list':
      return (
        <Select
          id={id}
          mode="tags"
          open={false}
          suffixIcon={null}
          status={status}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(list: string[]) => onChange(list.length > 0 ? list : undefined)}
        />
      )
    case 'object':
    case 'json':
      return <JsonControl id={id} value={value} onChange={onChange} />
    default:
      return <Input id={id} status={status} value={text} {...most} onChange={(e) => onChange(e.target.value)} />
  }
}

/** What no simple control can hold is written as JSON; it counts once it can be read. */
function JsonControl({ id, value, onChange }: Pick<ControlProps, 'id' | 'value' | 'onChange'>) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)))
  const [wrong, setWrong] = useState(false)
  return (
    <Input.TextArea
      id={id}
      className="mono"
      status={wrong ? 'error' : ''}
      autoSize={{ minRows: 2, maxRows: 12 }}
      value={text}
      onChange={(e) => {
        setText(e.target.value)
        try {
          onChange(e.target.value.trim() ? (JSON.parse(e.target.value) as unknown) : undefined)
          setWrong(false)
        } catch {
          setWrong(true)
        }
      }}
    />
  )
}
