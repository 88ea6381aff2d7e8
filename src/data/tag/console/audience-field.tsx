import { Input, Segmented, Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { FIRST_CLAUSE } from '../../segment/console/clause-kinds.tsx'
import { ConditionEditor } from '../../segment/console/condition-editor.tsx'
import { type Draft, gaps, tidy } from '../../segment/console/draft.ts'
import type { Wanted } from '../../segment/console/use-size.ts'

/** Whom a bulk change is about, while it is being said. */
export interface AudienceDraft {
  by: 'ids' | 'segment' | 'condition'
  ids: string
  segmentId: string | null
  condition: Draft
}
export const NOBODY: AudienceDraft = { by: 'ids', ids: '', segmentId: null, condition: FIRST_CLAUSE }

const idsIn = (text: string) => [
  ...new Set(
    text
      .split(/[\s,，;；]+/)
      .map((s) => s.trim())
      .filter(Boolean),
  ),
]

/** As the operations take it; null while it is not said yet. */
export function audienceOf(draft: AudienceDraft) {
  if (draft.by === 'segment') return draft.segmentId ? { segmentId: draft.segmentId } : null
  if (draft.by === 'condition') {
    const ready = gaps(draft.condition) === 0 ? tidy(draft.condition) : null
    return ready && { condition: ready as Wanted }
  }
  const externalIds = idsIn(draft.ids)
  return externalIds.length > 0 ? { externalIds, source: 'import' as const } : null
}

export function AudienceField({ value, onChange }: { value: AudienceDraft; onChange(value: AudienceDraft): void }) {
  const t = useText()
  const segments = useCall('segment.list', value.by === 'segment' ? { limit: 200 } : null)
  return (
    <div className="stack">
      <Segmented<AudienceDraft['by']>
        aria-label={t({ en: 'Whom', zh: '成员范围' })}
        value={value.by}
        options={[
          { value: 'ids', label: t({ en: 'By id', zh: '按会员号' }) },
          { value: 'segment', label: t({ en: 'A segment', zh: '按分群' }) },
          { value: 'condition', label: t({ en: 'A condition', zh: '按条件' }) },
        ]}
        onChange={(by) => onChange({ ...value, by })}
      />
      {value.by === 'ids' ? (
        <Field
          label={t({ en: 'Brand ids', zh: '品牌会员号' })}
          hint={t({
            en: 'One a line, or parted by commas; up to 100,000.',
            zh: '每行一个，或用逗号分隔，最多 100,000 个。',
          })}
        >
          {(id) => (
            <Input.TextArea
              id={id}
              value={value.ids}
              autoSize={{ minRows: 4, maxRows: 10 }}
              className="mono"
              onChange={(e) => onChange({ ...value, ids: e.target.value })}
            />
          )}
        </Field>
      ) : null}
      {value.by === 'segment' ? (
        <Field label={t({ en: 'Segment', zh: '分群' })}>
          {(id) => (
            <Select
              id={id}
              showSearch={{ optionFilterProp: 'label' }}
              loading={segments.isPending}
              value={value.segmentId}
              placeholder={t({ en: 'Choose a segment', zh: '请选择分群' })}
              options={segments.data?.items.map((s) => ({ value: s.id, label: s.name })) ?? []}
              onChange={(segmentId: string) => onChange({ ...value, segmentId })}
            />
          )}
        </Field>
      ) : null}
      {value.by === 'condition' ? (
        <ConditionEditor draft={value.condition} onChange={(condition) => onChange({ ...value, condition })} />
      ) : null}
    </div>
  )
}
