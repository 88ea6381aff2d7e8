import { useText } from '#web/preferences.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import type { EventSource, FilterDraft } from './draft.ts'
import { EventSourceField } from './event-field.tsx'
import { AddFilter, WhereFilters } from './where-filters.tsx'
import { without } from './window-field.tsx'

/** “the last [order] (of those where …) satisfies …” */
export function LastEventClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const event = clause.lastEvent as EventSource
  const where = (clause.where ?? []) as readonly FilterDraft[]
  const has = (clause.has ?? []) as readonly FilterDraft[]
  const setWhere = (list: readonly FilterDraft[]) =>
    onChange(list.length > 0 ? { ...clause, where: list } : without(clause, 'where'))
  const setHas = (list: readonly FilterDraft[]) => onChange({ ...clause, has: list })
  return (
    <>
      <div className="sentence">
        <span>{t({ en: 'the last', zh: '最近一次' })}</span>
        <EventSourceField value={event} onChange={(next) => onChange({ ...clause, lastEvent: next })} />
        <AddFilter filters={where} onChange={setWhere} title={{ en: 'only of those where…', zh: '限定范围' }} />
      </div>
      <WhereFilters event={event} filters={where} onChange={setWhere} lead={{ en: 'of those where', zh: '仅看' }} />
      <WhereFilters event={event} filters={has} onChange={setHas} lead={{ en: 'satisfies', zh: '须满足' }} />
      <div className="sentence-inner">
        <AddFilter filters={has} onChange={setHas} title={{ en: 'what it must be like…', zh: '添加须满足的条件' }} />
      </div>
    </>
  )
}
