import { AutoComplete } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import type { IconName } from '../../../console/icon.tsx'
import type { Clause } from './draft.ts'
import { EventClauseEditor } from './event-clause.tsx'
import { ComparisonField } from './value-field.tsx'

interface ClauseKind {
  key: string
  title: Text
  icon: IconName
  blank: Clause
  Editor(props: { clause: Clause; onChange: (clause: Clause) => void }): React.ReactNode
}

/** Fields every brand has; others are typed as they were sent. */
const COMMON_PROPERTIES: readonly { value: string; title: Text }[] = [
  { value: 'name', title: { en: 'Name', zh: '姓名' } },
  { value: 'email', title: { en: 'E-mail', zh: '邮箱' } },
  { value: 'phone', title: { en: 'Phone', zh: '手机号' } },
  { value: 'externalId', title: { en: 'Member id of the brand', zh: '品牌会员号' } },
  { value: 'gender', title: { en: 'Gender', zh: '性别' } },
  { value: 'birthday', title: { en: 'Birthday', zh: '生日' } },
  { value: 'locale', title: { en: 'Language', zh: '语言' } },
  { value: 'timezone', title: { en: 'Time zone', zh: '时区' } },
]

function PropertyEditor({ clause, onChange }: { clause: Clause; onChange: (clause: Clause) => void }) {
  const t = useText()
  const property = Array.isArray(clause.property) ? clause.property.join('.') : String(clause.property)
  return (
    <div className="sentence">
      <span className="soft">{t({ en: 'property', zh: '属性' })}</span>
      <AutoComplete
        aria-label={t({ en: 'Property', zh: '成员属性' })}
        placeholder={t({ en: 'Property', zh: '属性名' })}
        style={{ width: 170 }}
        popupMatchSelectWidth={false}
        value={property}
        options={COMMON_PROPERTIES.map((p) => ({ value: p.value, label: `${t(p.title)} (${p.value})` }))}
        onChange={(next: string) => onChange({ ...clause, property: next })}
      />
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
