import { Button, Checkbox, Input, Segmented, Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { Schema } from '#web/schema.ts'
import { useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { SchemaForm } from '../../../console/schema-form.tsx'
import { ConditionEditor } from '../../../data/segment/console/condition-editor.tsx'
import { DurationField } from '../../../data/segment/console/duration-field.tsx'
import { EventField, EventPathField } from '../../../data/segment/console/event-field.tsx'
import { ComparisonField } from '../../../data/segment/console/value-field.tsx'
import type { ActionNode, BranchNode, ExitNode, JourneyNode, TriggerNode, WaitNode } from './draft.ts'
import type { useNodeWords } from './use-node-words.ts'

interface EditorProps<N extends JourneyNode> {
  node: N
  onChange(node: N): void
  words: ReturnType<typeof useNodeWords>
  /** An end that a new way can lead to. */
  exitId: string
}

/** The form of one node, by its kind. */
export function NodeEditor({ node, ...rest }: EditorProps<JourneyNode>) {
  switch (node.type) {
    case 'trigger':
      return <TriggerEditor node={node} {...rest} />
    case 'wait':
      return <WaitEditor node={node} {...rest} />
    case 'branch':
      return <BranchEditor node={node} {...rest} />
    case 'action':
      return <ActionEditor node={node} {...rest} />
    case 'exit':
      return <ExitEditor node={node} {...rest} />
  }
}

function TriggerEditor({ node, onChange, words }: EditorProps<TriggerNode>) {
  const t = useText()
  const { on } = node
  const where = 'event' in on ? (on.where ?? []) : []
  const event = 'event' in on ? on.event : ''
  const setWhere = (list: typeof where) => onChange({ ...node, on: { event, where: list } })
  return (
    <div className="stack">
      <Segmented
        block
        value={'event' in on ? 'event' : 'segment'}
        aria-label={t({ en: 'Started by', zh: '触发方式' })}
        options={[
          { value: 'event', label: t({ en: 'An event', zh: '行为事件' }) },
          { value: 'segment', label: t({ en: 'A segment', zh: '分群变化' }) },
        ]}
        onChange={(kind) =>
          onChange({
            ...node,
            enrolExisting: false,
            on: kind === 'event' ? { event: '' } : { segment: words.segments[0]?.id ?? '', when: 'entered' },
          })
        }
      />
      {'event' in on ? (
        <>
          <div className="field">
            <span className="label">{t({ en: 'When this happens', zh: '发生以下事件时' })}</span>
            <EventField value={on.event} onChange={(name) => onChange({ ...node, on: { ...on, event: name } })} />
          </div>
          {where.map((f, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: filters have no identity but their place
            <div className="sentence" key={i}>
              <EventPathField
                event={event}
                value={f.path}
                onChange={(path) => setWhere(where.with(i, { ...f, path }))}
              />
              <ComparisonField
                op={f.op}
                value={f.value}
                onChange={(op, value) => setWhere(where.with(i, { path: f.path, op, value }))}
              />
              <Button
                type="text"
                size="small"
                icon={<Icon name="close" size={13} />}
                aria-label={t({ en: 'Remove this filter', zh: '移除该附加条件' })}
                onClick={() => setWhere(where.toSpliced(i, 1))}
              />
            </div>
          ))}
          <div>
            <Button
              size="small"
              icon={<Icon name="filter" size={14} />}
              onClick={() => setWhere([...where, { path: '', op: 'eq', value: '' }])}
            >
              {t({ en: 'Only where…', zh: '附加条件' })}
            </Button>
          </div>
        </>
      ) : (
        <>
          <Field label={t({ en: 'Segment', zh: '分群' })}>
            {(id) => (
              <Select
                id={id}
                showSearch={{ optionFilterProp: 'label' }}
                value={on.segment || null}
                options={words.segments.map((s) => ({ value: s.id, label: s.name }))}
                onChange={(segment) => onChange({ ...node, on: { ...on, segment: segment ?? '' } })}
              />
            )}
          </Field>
          <Segmented
            block
            aria-label={t({ en: 'Enters or leaves', zh: '进入或离开' })}
            value={on.when}
            options={[
              { value: 'entered' as const, label: t({ en: 'enters', zh: '进入时' }) },
              { value: 'left' as const, label: t({ en: 'leaves', zh: '离开时' }) },
            ]}
            onChange={(when) => onChange({ ...node, on: { ...on, when }, enrolExisting: false })}
          />
          {on.when === 'entered' ? (
            <Checkbox
              checked={node.enrolExisting ?? false}
              onChange={(e) => onChange({ ...node, enrolExisting: e.target.checked })}
            >
              {t({ en: 'Also take in who is in it when published', zh: '发布时将已在分群中的成员一并纳入' })}
            </Checkbox>
          ) : null}
        </>
      )}
    </div>
  )
}

function WaitEditor({ node, onChange }: EditorProps<WaitNode>) {
  const t = useText()
  return (
    <div className="field">
      <span className="label">{t({ en: 'Wait for', zh: '等待时长' })}</span>
      <DurationField
        label={t({ en: 'Wait for', zh: '等待时长' })}
        value={node.for}
        onChange={(length) => onChange({ ...node, for: length })}
      />
      <span className="hint">
        {t({ en: 'Calendar days end at midnight in the brand’s zone.', zh: '「自然日」在品牌时区的零点结束。' })}
      </span>
    </div>
  )
}

function BranchEditor({ node, onChange, exitId }: EditorProps<BranchNode>) {
  const t = useText()
  const setCase = (i: number, patch: Partial<BranchNode['cases'][number]>) =>
    onChange({ ...node, cases: node.cases.map((c, at) => (at === i ? { ...c, ...patch } : c)) })
  return (
    <div className="stack">
      {node.cases.map((c, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cases have no identity but their place
        <fieldset className="fieldset stack tight" key={i}>
          <legend>{t({ en: `Case ${i + 1}`, zh: `分支 ${i + 1}` })}</legend>
          <div className="row">
            <Input
              aria-label={t({ en: 'Name of the case', zh: '分支名称' })}
              placeholder={t({ en: 'Name', zh: '分支名称' })}
              maxLength={60}
              value={c.name ?? ''}
              onChange={(e) => setCase(i, { name: e.target.value })}
            />
            {node.cases.length > 1 ? (
              <Button
                type="text"
                icon={<Icon name="trash" />}
                aria-label={t({ en: `Remove case ${i + 1}`, zh: `删除分支 ${i + 1}` })}
                onClick={() => onChange({ ...node, cases: node.cases.toSpliced(i, 1) })}
              />
            ) : null}
          </div>
          <ConditionEditor draft={c.when} onChange={(when) => setCase(i, { when })} />
        </fieldset>
      ))}
      <Button
        type="dashed"
        icon={<Icon name="plus" />}
        disabled={node.cases.length >= 10}
        onClick={() => onChange({ ...node, cases: [...node.cases, { when: { all: [] }, next: exitId }] })}
      >
        {t({ en: 'Another case', zh: '添加分支' })}
      </Button>
      <p className="soft small">
        {t({ en: 'Who meets no case goes the way “else”.', zh: '不满足任何分支的成员走「其他」。' })}
      </p>
    </div>
  )
}

function ActionEditor({ node, onChange, words, exitId }: EditorProps<ActionNode>) {
  const t = useText()
  const actions = words.kinds?.actions ?? []
  const chosen = actions.find((a) => a.name === node.action)
  const groups = [...Map.groupBy(actions, (a) => t(a.capability))]
  const aboutCommunity = chosen?.on.includes('community') ?? false
  const communities = useCall('community.list', aboutCommunity ? { limit: 200 } : null)
  return (
    <div className="stack">
      <Field label={t({ en: 'Action', zh: '执行动作' })}>
        {(id) => (
          <Select
            id={id}
            showSearch={{ optionFilterProp: 'label' }}
            value={node.action}
            options={groups.map(([label, list]) => ({
              label,
              options: list.map((a) => ({ value: a.name, label: t(a.title) })),
            }))}
            onChange={(action) => onChange({ type: 'action', action, input: {}, next: node.next })}
          />
        )}
      </Field>
      {aboutCommunity ? (
        <Field label={t({ en: 'Community', zh: '社群' })}>
          {(id) => (
            <Select
              id={id}
              value={node.communityId ?? null}
              options={[
                {
                  value: '{{event.communityId}}',
                  label: t({ en: 'The one the event is about', zh: '触发事件所在社群' }),
                },
                ...(communities.data?.items ?? []).map((c) => ({ value: c.id, label: c.name })),
              ]}
              onChange={(communityId) => onChange({ ...node, ...(communityId ? { communityId } : {}) })}
            />
          )}
        </Field>
      ) : null}
      {chosen ? (
        <SchemaForm
          templated
          schema={chosen.input as Schema}
          values={node.input}
          onChange={(input) => onChange({ ...node, input })}
          hide={['memberId', 'externalId', 'communityId']}
        />
      ) : null}
      <p className="soft small">
        {t({ en: 'Texts take places such as ', zh: '文本支持变量，例如 ' })}
        <code>{t({ en: '{{member.name|friend}}', zh: '{{member.name|朋友}}' })}</code>{' '}
        <code>{'{{event.properties.…}}'}</code>
        {t({ en: '; after | stands what is said when nothing is known.', zh: '；「|」后为取不到值时的替代文字。' })}
      </p>
      <Checkbox
        checked={node.onError !== undefined}
        onChange={(e) => {
          const { onError: _, ...rest } = node
          onChange(e.target.checked ? { ...node, onError: exitId } : rest)
        }}
      >
        {t({ en: 'Another way when it fails', zh: '执行失败时走单独分支' })}
      </Checkbox>
    </div>
  )
}

function ExitEditor({ node, onChange }: EditorProps<ExitNode>) {
  const t = useText()
  return (
    <Field label={t({ en: 'Reason (optional)', zh: '结束原因（选填）' })}>
      {(id) => (
        <Input
          id={id}
          maxLength={100}
          value={node.reason ?? ''}
          onChange={(e) => onChange(e.target.value ? { type: 'exit', reason: e.target.value } : { type: 'exit' })}
        />
      )}
    </Field>
  )
}
