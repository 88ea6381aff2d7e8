import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { type Path, pathText } from './draft.ts'
import { PathField } from './path-field.tsx'
import { COMMON, type FieldInfo, TYPE_TITLES, useProperties } from './use-field.ts'

/** Computed properties stand beside those that were told. */
const TRAIT = /^trait\./

const kindOf = (field: FieldInfo): 'common' | 'trait' | 'own' => {
  const at = pathText(field.path)
  return at in COMMON ? 'common' : TRAIT.test(at) ? 'trait' : 'own'
}

/** A property: one that members have, or any other that is typed. */
export function PropertyField({ value, onChange }: { value: Path; onChange: (path: Path, known?: FieldInfo) => void }) {
  const t = useText()
  const format = useFormat()
  const properties = useProperties()
  const of = (kind: 'common' | 'trait' | 'own') => properties.filter((p) => kindOf(p) === kind)
  return (
    <PathField
      label={t({ en: 'Property', zh: '成员属性' })}
      placeholder={t({ en: 'Property', zh: '选择属性' })}
      value={value}
      groups={[
        { label: t({ en: 'Your own', zh: '自定义属性' }), fields: of('own') },
        { label: t({ en: 'Computed', zh: '计算属性' }), fields: of('trait') },
        { label: t({ en: 'Every brand has', zh: '通用属性' }), fields: of('common') },
      ]}
      noteOf={(p) =>
        [
          p.type ? t(TYPE_TITLES[p.type]) : '',
          p.members
            ? t({ en: `${format.compact(p.members)} members`, zh: `${format.compact(p.members)} 人` })
            : t({ en: 'nobody yet', zh: '暂无' }),
        ]
          .filter(Boolean)
          .join(' · ')
      }
      onChange={onChange}
    />
  )
}
