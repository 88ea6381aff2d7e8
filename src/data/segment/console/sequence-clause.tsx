import { Button, Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import type { EventSource, FilterDraft } from './draft.ts'
import { DurationField } from './duration-field.tsx'
import { EventSourceField } from './event-field.tsx'
import { AddFilter, WhereFilters } from './where-filters.tsx'
import { WindowField, without } from './window-field.tsx'

const MOST_STEPS = 10

interface Step {
  event: EventSource
  where?: readonly FilterDraft[]
}

/** “first [A], then [B] …, each within [3 days] of the one before, all in the last [30 days]” */
export function SequenceClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const steps = clause.sequence as readonly Step[]
  const set = (list: readonly Step[]) => onChange({ ...clause, sequence: list })
  const swap = (i: number, j: number) => {
    const [a, b] = [steps[i], steps[j]]
    if (a && b) set(steps.with(i, b).with(j, a))
  }
  return (
    <>
      <ol className="sequence-steps">
        {steps.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity but their place
          <li key={i}>
            <StepFields
              step={step}
              place={i + 1}
              onChange={(next) => set(steps.with(i, next))}
              {...(i > 0 ? { onUp: () => swap(i, i - 1) } : {})}
              {...(steps.length > 2 ? { onRemove: () => set(steps.toSpliced(i, 1)) } : {})}
            />
          </li>
        ))}
      </ol>
      <div className="sentence">
        <Button
          type="text"
          size="small"
          icon={<Icon name="plus" size={14} />}
          disabled={steps.length >= MOST_STEPS}
          onClick={() => set([...steps, { event: '' }])}
        >
          {t({ en: 'Another step', zh: '添加一步' })}
        </Button>
        <Select
          aria-label={t({ en: 'Time between the steps', zh: '相邻步骤的间隔' })}
          value={clause.gap === undefined ? 'any' : 'gap'}
          popupMatchSelectWidth={false}
          options={[
            { value: 'any', label: t({ en: 'any time apart', zh: '间隔不限' }) },
            { value: 'gap', label: t({ en: 'each after the other within', zh: '相邻两步间隔不超过' }) },
          ]}
          onChange={(next) => onChange(next === 'gap' ? { ...clause, gap: '3d' } : without(clause, 'gap'))}
        />
        {clause.gap === undefined ? null : (
          <DurationField
            label={t({ en: 'Gap', zh: '间隔' })}
            value={String(clause.gap)}
            onChange={(gap) => onChange({ ...clause, gap })}
          />
        )}
        <span className="soft">{t({ en: 'and all', zh: '且全部发生' })}</span>
        <WindowField clause={clause} onChange={onChange} />
      </div>
    </>
  )
}

function StepFields({
  step,
  place,
  onChange,
  onUp,
  onRemove,
}: {
  step: Step
  place: number
  onChange(step: Step): void
  onUp?: () => void
  onRemove?: () => void
}) {
  const t = useText()
  const where = step.where ?? []
  const setWhere = (list: readonly FilterDraft[]) =>
    onChange(list.length > 0 ? { ...step, where: list } : { event: step.event })
  return (
    <>
      <div className="sentence">
        <span className="soft">{place === 1 ? t({ en: 'first', zh: '先' }) : t({ en: 'then', zh: '然后' })}</span>
        <EventSourceField
          value={step.event}
          label={t({ en: `Event of step ${place}`, zh: `第 ${place} 步事件` })}
          onChange={(event) => onChange({ ...step, event })}
        />
        <AddFilter filters={where} onChange={setWhere} />
        {onUp ? (
          <Button
            type="text"
            size="small"
            icon={<Icon name="up" size={14} />}
            aria-label={t({ en: `Move step ${place} up`, zh: `第 ${place} 步上移` })}
            onClick={onUp}
          />
        ) : null}
        {onRemove ? (
          <Button
            type="text"
            size="small"
            icon={<Icon name="close" size={13} />}
            aria-label={t({ en: `Remove step ${place}`, zh: `移除第 ${place} 步` })}
            onClick={onRemove}
          />
        ) : null}
      </div>
      <WhereFilters event={step.event} filters={where} onChange={setWhere} lead={{ en: 'where', zh: '其中' }} />
    </>
  )
}
