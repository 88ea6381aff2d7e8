import { Button, Drawer } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { FIRST_CLAUSE } from '../../segment/console/clause-kinds.tsx'
import { ConditionEditor } from '../../segment/console/condition-editor.tsx'
import { type Draft, gaps, tidy } from '../../segment/console/draft.ts'
import type { Content } from './types.ts'
import '../../segment/console/segment.css'

type Filter = Content['filter']

/** Which members every tile counts: a condition as segments have it. */
export function FilterChoice({ value, onChange }: { value: Filter; onChange(filter: Filter): void }) {
  const t = useText()
  const [draft, setDraft] = useState<Draft | null>(null)
  const apply = (filter: Filter) => {
    onChange(filter)
    setDraft(null)
  }
  const open = draft === null ? 0 : gaps(draft)
  return (
    <>
      <Button
        icon={<Icon name="filter" />}
        type={value ? 'primary' : 'default'}
        ghost={Boolean(value)}
        onClick={() => setDraft((value ?? FIRST_CLAUSE) as Draft)}
      >
        {value ? t({ en: 'Members filtered', zh: '已筛选成员' }) : t({ en: 'Filter members', zh: '筛选成员' })}
      </Button>
      <Drawer
        open={draft !== null}
        onClose={() => setDraft(null)}
        size="min(640px, 100vw)"
        destroyOnHidden
        title={t({ en: 'Only members who', zh: '仅统计满足以下条件的成员' })}
        footer={
          <div className="row">
            <Button type="primary" disabled={open > 0} onClick={() => apply((draft && tidy(draft)) as Filter)}>
              {t({ en: 'Apply to every tile', zh: '应用到全部图块' })}
            </Button>
            {value ? <Button onClick={() => apply(null)}>{t({ en: 'Clear', zh: '清除筛选' })}</Button> : null}
            {open > 0 ? (
              <span className="faint small">{t({ en: `${open} not finished`, zh: `还有 ${open} 个条件未填完` })}</span>
            ) : null}
          </div>
        }
      >
        {draft === null ? null : <ConditionEditor draft={draft} onChange={setDraft} />}
      </Drawer>
    </>
  )
}
