import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import type { IconName } from '../../../console/icon.tsx'
import type { Clause } from './draft.ts'
import { EventClauseEditor } from './event-clause.tsx'
import { PropertyField } from './property-field.tsx'
import { ComparisonField } from './value-field.tsx'

interface ClauseKind {
  key: string
  title: Text
  icon: IconName
  blank: Clause
  Editor(props: { clause: Clause; onChange: (clause: Clause) => void }): React.ReactNode
}

function PropertyEditor({ clause, onChange }: { clause: Clause; onChange: (clause: Clause) => void }) {
  const t = useText()
  const property = Array.isArray(clause.property) ? clause.property.join('.') : String(clause.property)
  return (
    <div className="sentence">
      <span className="soft">{t({ en: 'property', zh: '属性' })}</span>
      <PropertyField value={property} onChange={(next) => onChange({ ...clause, property: next })} />
      <ComparisonField
        op={String(clause.op)}
        value={clause.value}
        onChange={(op, value) => onChange(value === undefined ? { property, op } : { property, op, value })}
      />
    </div>
  )
}

/** The kinds of clause that can be written by hand, in the order of the “add” menu. A further kind is one entry. */
export const CLAUSE_KINDS: readonly ClauseKind[] = [
  {
    key: 'event',
    title: { en: 'What they did', zh: '行为（做过 / 没做过）' },
    icon: 'event',
    blank: { event: '', within: '30d', count: { op: 'gte', value: 1 } },
    Editor: EventClauseEditor,
  },
  {
    key: 'property',
    title: { en: 'Who they are', zh: '属性（是什么样的人）' },
    icon: 'member',
    blank: { property: '', op: 'eq', value: '' },
    Editor: PropertyEditor,
  },
]

export const clauseKind = (clause: Clause) => CLAUSE_KINDS.find((k) => k.key in clause)
