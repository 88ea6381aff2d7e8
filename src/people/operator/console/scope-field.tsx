import { Select } from 'antd'
import type { Input } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'

export type ScopeValue = NonNullable<Input<'operator.invite'>['scope']>

/** Whose data somebody may see: all, some communities, or the members they look after. */
export function ScopeField({
  id,
  value,
  onChange,
}: {
  id: string
  value: ScopeValue
  onChange: (scope: ScopeValue) => void
}) {
  const t = useText()
  const communities = useCall('community.list', value.kind === 'communities' ? { limit: 200 } : null)
  return (
    <div className="stack tight">
      <Select
        id={id}
        value={value.kind}
        options={[
          { value: 'all', label: t({ en: 'All members', zh: '全部成员' }) },
          { value: 'communities', label: t({ en: 'Only these communities', zh: '仅指定社群' }) },
          { value: 'own', label: t({ en: 'Only members they look after', zh: '仅本人负责的成员' }) },
        ]}
        onChange={(kind) => onChange(kind === 'communities' ? { kind, ids: [] } : { kind })}
      />
      {value.kind === 'communities' ? (
        <Select
          mode="multiple"
          aria-label={t({ en: 'Communities', zh: '社群' })}
          placeholder={t({ en: 'Choose communities', zh: '选择社群' })}
          showSearch={{ optionFilterProp: 'label' }}
          loading={communities.isPending}
          value={value.ids}
          options={(communities.data?.items ?? []).map((c) => ({ value: c.id, label: c.name }))}
          onChange={(ids: string[]) => onChange({ kind: 'communities', ids })}
        />
      ) : null}
    </div>
  )
}

export const scopeIsReady = (scope: ScopeValue) => scope.kind !== 'communities' || scope.ids.length > 0

export function ScopeText({ scope }: { scope: ScopeValue | null }) {
  const t = useText()
  if (!scope) return <span className="faint">–</span>
  if (scope.kind === 'all') return t({ en: 'All members', zh: '全部成员' })
  if (scope.kind === 'own') return t({ en: 'Own members', zh: '本人负责' })
  return t({ en: `${scope.ids.length} communities`, zh: `${scope.ids.length} 个社群` })
}
