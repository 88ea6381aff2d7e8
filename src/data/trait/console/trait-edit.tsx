import { useBlocker, useNavigate } from '@tanstack/react-router'
import { App, Button, Input } from 'antd'
import { useId, useState } from 'react'
import type { Item } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { EventPathField, EventsField } from '../../segment/console/event-field.tsx'
import { Sentence } from '../../segment/console/sentence.tsx'
import { blankOf, type DefinitionDraft, finished, type Kind, kindOf } from './draft.ts'
import { MeasureEditor, SourceFilters, WindowField } from './measure-editor.tsx'
import { PreviewPanel } from './preview-panel.tsx'
import { ScoreEditor } from './score-editor.tsx'
import { KIND_TITLES, useTraitWords } from './words.ts'
import '../../segment/console/condition-editor.css'
import './trait.css'

const KIND_HINTS: Record<Kind, Text> = {
  measure: {
    en: 'One number, word or time from events: orders in a year, last city, days in a row',
    zh: '从事件算出一个数字、文字或时间，如近一年订单数、最近城市、连续天数',
  },
  score: { en: '0–100 from several measures by weight', zh: '多项指标按权重合成 0–100 分' },
  rfm: {
    en: 'Recency, frequency and money in fifths, with named segments',
    zh: '最近消费、频次、金额五等分，并给出客户分层',
  },
}

type Trait = Pick<Item<'trait.list'>, 'id' | 'key' | 'name' | 'description'> & { definition: DefinitionDraft }

export function TraitCreate() {
  return <Editor name="" text="" definition={blankOf.measure} />
}

export function TraitEdit() {
  const id = useParam('traitId')
  const trait = useCall('trait.get', { id })
  return (
    <Answer of={trait}>
      {(s) => (
        <Editor
          trait={{ ...s, definition: s.definition as DefinitionDraft }}
          name={s.name}
          text={s.description}
          definition={s.definition as DefinitionDraft}
        />
      )}
    </Answer>
  )
}

interface Props {
  trait?: Trait
  name: string
  text: string
  definition: DefinitionDraft
}

const isKey = (key: string) => /^[a-z][A-Za-z0-9_]{0,49}$/.test(key)

function Editor({ trait, name: savedName, text: savedText, definition }: Props) {
  const t = useText()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const words = useTraitWords()
  const [name, setName] = useState(savedName)
  const [text, setText] = useState(savedText)
  const [key, setKey] = useState(trait?.key ?? '')
  const [draft, setDraft] = useState(definition)
  const [leaving, setLeaving] = useState(false)
  const create = useAct('trait.create')
  const update = useAct('trait.update')
  const changed = draft !== definition || name !== savedName || text !== savedText
  useBlocker({
    shouldBlockFn: () =>
      changed && !leaving && !confirm(t({ en: 'Leave without saving?', zh: '内容尚未保存，确定离开吗？' })),
    enableBeforeUnload: () => changed && !leaving,
  })
  const ready = finished(draft)
  const save = async () => {
    if (!ready) return
    setLeaving(true)
    try {
      const saved = trait
        ? await update.mutateAsync({ id: trait.id, name, description: text, definition: ready })
        : await create.mutateAsync({ key, name, description: text, definition: ready })
      message.success(t({ en: 'Saved. Everybody is being measured now.', zh: '已保存，正在为所有成员计算。' }))
      await navigate({ to: `/traits/${saved.id}`, ignoreBlocker: true } as never)
    } catch (error) {
      setLeaving(false)
      const { title, hint } = explainProblem(error, t)
      message.error(`${title} ${hint}`)
    }
  }
  return (
    <>
      <PageHead
        title={trait ? t({ en: 'Edit trait', zh: '编辑计算属性' }) : t({ en: 'New trait', zh: '新建计算属性' })}
        back={{
          to: trait ? `/traits/${trait.id}` : '/traits',
          title: trait ? savedName : t({ en: 'Traits', zh: '计算属性' }),
        }}
        actions={
          <Button
            type="primary"
            disabled={!name.trim() || !isKey(key) || !ready}
            loading={create.isPending || update.isPending}
            onClick={() => void save()}
          >
            {t({ en: 'Save', zh: '保存' })}
          </Button>
        }
      />
      <div className="trait-edit">
        <section className="card stack">
          <Field label={t({ en: 'Name', zh: '名称' })}>
            {(id) => (
              <Input
                id={id}
                value={name}
                maxLength={100}
                placeholder={t({ en: 'e.g. Orders in a year', zh: '例如：近一年订单数' })}
                onChange={(e) => setName(e.target.value)}
                style={{ maxWidth: 420 }}
              />
            )}
          </Field>
          <Field
            label={t({ en: 'Key', zh: '标识' })}
            hint={
              trait
                ? t({
                    en: `Stands in messages as {{member.trait.${trait.key}}}`,
                    zh: `消息文案中写作 {{member.trait.${trait.key}}}`,
                  })
                : t({
                    en: 'A small letter, then letters, digits and _; cannot be changed later',
                    zh: '以小写字母开头，仅含字母、数字和下划线；创建后不可修改',
                  })
            }
          >
            {(id) => (
              <Input
                id={id}
                className="mono"
                value={key}
                maxLength={50}
                disabled={trait !== undefined}
                {...(key !== '' && !isKey(key) ? { status: 'error' as const } : {})}
                placeholder="orders_365"
                onChange={(e) => setKey(e.target.value)}
                style={{ maxWidth: 260 }}
              />
            )}
          </Field>
          <Field label={t({ en: 'Description', zh: '说明' })}>
            {(id) => (
              <Input.TextArea
                id={id}
                value={text}
                maxLength={500}
                autoSize={{ minRows: 1, maxRows: 4 }}
                onChange={(e) => setText(e.target.value)}
                style={{ maxWidth: 560 }}
              />
            )}
          </Field>
          {trait ? null : <KindPicker kind={kindOf(draft)} onChange={(kind) => setDraft(blankOf[kind])} />}
          <div className="stack tight">
            <h2>{t({ en: 'Rule', zh: '计算规则' })}</h2>
            <DefinitionEditor draft={draft} onChange={setDraft} />
            {ready ? <p className="soft small">{words.describe(draft)}</p> : null}
          </div>
        </section>
        <PreviewPanel draft={draft} {...(trait ? { id: trait.id } : {})} />
      </div>
    </>
  )
}

function KindPicker({ kind, onChange }: { kind: Kind; onChange(kind: Kind): void }) {
  const t = useText()
  const name = useId()
  return (
    <fieldset className="trait-kinds">
      <legend className="sr-only">{t({ en: 'Kind of trait', zh: '计算属性类型' })}</legend>
      {(Object.keys(KIND_HINTS) as Kind[]).map((k) => (
        <label key={k} className="trait-kind">
          <input type="radio" className="sr-only" name={name} checked={k === kind} onChange={() => onChange(k)} />
          <strong>{t(KIND_TITLES[k])}</strong>
          <span className="soft small">{t(KIND_HINTS[k])}</span>
        </label>
      ))}
    </fieldset>
  )
}

function DefinitionEditor({ draft, onChange }: { draft: DefinitionDraft; onChange(draft: DefinitionDraft): void }) {
  const t = useText()
  const { measure, score, rfm } = draft
  if (measure) return <MeasureEditor measure={measure} onChange={(next) => onChange({ measure: next })} />
  if (score)
    return <ScoreEditor components={score.components} onChange={(components) => onChange({ score: { components } })} />
  if (!rfm) return null
  return (
    <div>
      <Sentence
        text={{
          en: 'Orders are {event} {when}, their amount is {amount}',
          zh: '{when} 以 {event} 为订单，金额取 {amount}',
        }}
        blanks={{
          event: <EventsField value={rfm.event} onChange={(event) => onChange({ rfm: { ...rfm, event } })} />,
          when: <WindowField source={rfm} onChange={(next) => onChange({ rfm: next })} />,
          amount: (
            <EventPathField
              event={rfm.event}
              value={rfm.amount}
              label={t({ en: 'Amount', zh: '金额字段' })}
              onChange={(amount) => onChange({ rfm: { ...rfm, amount } })}
            />
          ),
        }}
      />
      <SourceFilters source={rfm} onChange={(next) => onChange({ rfm: next })} />
    </div>
  )
}
