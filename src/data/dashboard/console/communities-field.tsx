import { Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { useSession } from '../../../console/session.tsx'

/** Whose numbers are given away: all that one sees oneself, or some communities. */
export function CommunitiesField({ value, onChange }: { value: readonly string[]; onChange(ids: string[]): void }) {
  const t = useText()
  const { may } = useSession()
  const communities = useCall('community.list', may('community.read') ? { limit: 200 } : null, { retry: false })
  return (
    <Field
      label={t({ en: 'Whose numbers', zh: '数据范围' })}
      hint={t({
        en: 'Never more than you see yourself, also later: if your access shrinks, so does this.',
        zh: '不会超出您本人的数据权限；您的权限缩小时，分享内容同步收窄。',
      })}
    >
      {(id) => (
        <Select
          id={id}
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          value={[...value]}
          placeholder={t({ en: 'All that I see', zh: '我能看到的全部数据' })}
          options={(communities.data?.items ?? []).map((c) => ({ value: c.id, label: c.name }))}
          onChange={onChange}
        />
      )}
    </Field>
  )
}
