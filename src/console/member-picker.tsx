import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'

/** Finds one member by name, e-mail, phone or the brand's id. */
export function MemberPicker({
  value,
  onChange,
}: {
  value: string | null
  onChange: (memberId: string | null) => void
}) {
  const t = useText()
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const found = useCall(
    'member.find',
    { limit: 20, ...(search ? { search } : {}) },
    { placeholderData: (before) => before },
  )
  const chosen = useCall('member.get', value ? { memberId: value } : null)
  const named = (m: { memberId: string; name: string | null; externalId: string | null }) => ({
    value: m.memberId,
    label: [m.name, m.externalId].filter(Boolean).join(' · ') || m.memberId,
  })
  const options = (found.data?.items ?? []).map(named)
  if (chosen.data && !options.some((o) => o.value === value)) options.unshift(named(chosen.data))
  return (
    <Select
      showSearch={{ filterOption: false, onSearch: setText }}
      allowClear
      value={value}
      options={options}
      loading={found.isFetching}
      aria-label={t({ en: 'Member', zh: '成员' })}
      placeholder={t({ en: 'Name, e-mail, phone or id', zh: '输入姓名、邮箱、手机号或会员号' })}
      onChange={(memberId: string | null) => onChange(memberId ?? null)}
      style={{ width: '100%' }}
    />
  )
}
