import { Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import { type Path, pathText } from './draft.ts'
import { DurationField } from './duration-field.tsx'
import { PropertyField } from './property-field.tsx'
import { ScalarField } from './scalar-field.tsx'
import { useProperties } from './use-field.ts'
import { ComparisonField, firstComparison } from './value-field.tsx'

/** “[city] [is] [Shanghai]” */
export function PropertyClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const property = clause.property as Path
  const type = useProperties().find((p) => pathText(p.path) === pathText(property))?.type
  const isBlank = clause.value === '' || clause.value === undefined
  return (
    <div className="sentence">
      <span className="soft">{t({ en: 'property', zh: '属性' })}</span>
      <PropertyField
        value={property}
        onChange={(next, known) =>
          onChange(
            isBlank && known ? { property: next, ...firstComparison(known.type) } : { ...clause, property: next },
          )
        }
      />
      <ComparisonField
        op={String(clause.op)}
        value={clause.value}
        type={type}
        source={{ property }}
        onChange={(op, value) => onChange(value === undefined ? { property, op } : { property, op, value })}
      />
    </div>
  )
}

/** “[level] has been [gold] for [at least] [90 days]” */
export function HeldClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const held = clause.held as { property: Path; equals: unknown }
  const type = useProperties().find((p) => pathText(p.path) === pathText(held.property))?.type
  return (
    <div className="sentence">
      <span className="soft">{t({ en: 'property', zh: '属性' })}</span>
      <PropertyField
        value={held.property}
        onChange={(property) => onChange({ ...clause, held: { ...held, property } })}
      />
      <span>{t({ en: 'has been', zh: '一直为' })}</span>
      <ScalarField
        label={t({ en: 'Value', zh: '取值' })}
        value={held.equals}
        type={type}
        source={{ property: held.property }}
        isNumber={type === 'number'}
        scale={1}
        onChange={(equals) => onChange({ ...clause, held: { ...held, equals } })}
      />
      <Select
        aria-label={t({ en: 'At least or less than', zh: '已满或不足' })}
        value={String(clause.op)}
        popupMatchSelectWidth={false}
        options={[
          { value: 'gte', label: t({ en: 'for at least', zh: '已满' }) },
          { value: 'lt', label: t({ en: 'for less than', zh: '不足' }) },
        ]}
        onChange={(op) => onChange({ ...clause, op })}
      />
      <DurationField
        label={t({ en: 'Length of time', zh: '时长' })}
        value={String(clause.for)}
        onChange={(length) => onChange({ ...clause, for: length })}
      />
    </div>
  )
}
