import { Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { ChoiceField } from './choice-field.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import { type Clause, namesOf } from './draft.ts'
import { DurationField } from './duration-field.tsx'
import { NumberField } from './number-field.tsx'
import { ROLES, STATES, type Standing } from './standing-words.ts'
import { useReferences } from './use-reference.ts'
import { without } from './window-field.tsx'

/** “is [in] the community [tea club] as [moderator], joined in the last [7 days]” */
export function CommunityClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const { community } = useReferences()
  const level = clause.level as { op: string; value: unknown } | undefined
  const any = { value: 'any', label: t({ en: 'any community', zh: '任一社群' }), members: null }
  return (
    <div className="sentence">
      <span>{t({ en: 'in', zh: '在' })}</span>
      <ChoiceField
        label={t({ en: 'Community', zh: '社群' })}
        none={t({ en: 'There are no communities yet', zh: '还没有社群' })}
        value={String(clause.community ?? '')}
        choices={community && [any, ...community]}
        onChange={(next) => onChange({ ...clause, community: next })}
      />
      <span>{t({ en: 'as', zh: '的状态为' })}</span>
      <Words
        clause={clause}
        field="state"
        words={STATES}
        label={t({ en: 'State', zh: '成员状态' })}
        placeholder={t({ en: 'a member', zh: '在群（默认）' })}
        onChange={onChange}
      />
      <span>{t({ en: 'with the role', zh: '，角色为' })}</span>
      <Words
        clause={clause}
        field="role"
        words={ROLES}
        label={t({ en: 'Role', zh: '社群角色' })}
        placeholder={t({ en: 'any', zh: '不限' })}
        onChange={onChange}
      />
      <Select
        aria-label={t({ en: 'When they joined', zh: '加入时间' })}
        value={clause.joinedWithin === undefined ? 'any' : 'within'}
        popupMatchSelectWidth={false}
        options={[
          { value: 'any', label: t({ en: 'joined at any time', zh: '加入时间不限' }) },
          { value: 'within', label: t({ en: 'joined in the last', zh: '加入时间在过去' }) },
        ]}
        onChange={(next) =>
          onChange(next === 'within' ? { ...clause, joinedWithin: '7d' } : without(clause, 'joinedWithin'))
        }
      />
      {clause.joinedWithin === undefined ? null : (
        <DurationField
          label={t({ en: 'Joined within', zh: '加入时长' })}
          value={String(clause.joinedWithin)}
          onChange={(joinedWithin) => onChange({ ...clause, joinedWithin })}
        />
      )}
      <Select
        aria-label={t({ en: 'Level in the community', zh: '社群等级' })}
        value={level ? 'level' : 'any'}
        popupMatchSelectWidth={false}
        options={[
          { value: 'any', label: t({ en: 'of any level', zh: '等级不限' }) },
          { value: 'level', label: t({ en: 'of a level', zh: '等级' }) },
        ]}
        onChange={(next) =>
          onChange(next === 'level' ? { ...clause, level: { op: 'gte', value: 1 } } : without(clause, 'level'))
        }
      />
      {level ? (
        <NumberField
          label={t({ en: 'Level', zh: '等级值' })}
          op={level.op}
          value={level.value}
          onChange={(next) => onChange({ ...clause, level: next })}
        />
      ) : null}
    </div>
  )
}

/** One word or any of several; none leaves the field out. */
function Words({
  clause,
  field,
  words,
  label,
  placeholder,
  onChange,
}: {
  clause: Clause
  field: string
  words: readonly Standing[]
  label: string
  placeholder: string
  onChange(clause: Clause): void
}) {
  const t = useText()
  const chosen = [...namesOf(clause[field])]
  const others = chosen.filter((w) => !words.some((s) => s.value === w)).map((value) => ({ value, label: value }))
  return (
    <Select
      mode="multiple"
      aria-label={label}
      placeholder={placeholder}
      style={{ minWidth: 110 }}
      popupMatchSelectWidth={false}
      value={chosen}
      options={[...words.map((s) => ({ value: s.value, label: t(s.title) })), ...others]}
      onChange={(list: string[]) =>
        onChange(
          list.length === 0 ? without(clause, field) : { ...clause, [field]: list.length === 1 ? list[0] : list },
        )
      }
    />
  )
}
