import { Button } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { ConditionEditor } from '../../segment/console/condition-editor.tsx'
import { describe } from '../../segment/console/describe.ts'
import { type Draft, partsOf, tidy } from '../../segment/console/draft.ts'
import { EVERYBODY } from './explore-state.ts'
import type { Telling } from './telling.ts'

interface Props {
  filter: Draft
  onChange(filter: Draft): void
  words: Telling
}

/** Whose numbers: everybody's, or those of members for whom a condition holds; the builder of segments writes it. */
export function FilterField({ filter, onChange, words }: Props) {
  const t = useText()
  const [open, setOpen] = useState(false)
  const some = tidy(filter)
  const parts = partsOf(filter).length
  return (
    <div className="explore-filter">
      <div className="row wrap">
        <Button
          type={some ? 'default' : 'text'}
          size="small"
          icon={<Icon name="filter" size={14} />}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {some ? t({ en: 'Members', zh: '人群条件' }) : t({ en: 'All members', zh: '全部成员' })}
        </Button>
        {some ? <span className="soft small explore-filter-words">{describe(some, words)}</span> : null}
        {parts > 0 ? (
          <Button type="text" size="small" onClick={() => onChange(EVERYBODY)}>
            {t({ en: 'Everybody', zh: '清除' })}
          </Button>
        ) : null}
      </div>
      {open ? <ConditionEditor draft={filter} onChange={onChange} /> : null}
    </div>
  )
}
