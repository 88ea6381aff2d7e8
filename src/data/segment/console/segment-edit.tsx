import { useBlocker, useNavigate } from '@tanstack/react-router'
import { App, Button, Input, Segmented } from 'antd'
import { useState } from 'react'
import type { Input as OperationInput } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { FIRST_CLAUSE } from './clause-kinds.tsx'
import { ConditionEditor } from './condition-editor.tsx'
import { type Draft, gaps, groupOf, jointOf, partsOf, tidy } from './draft.ts'
import { JsonEditor } from './json-editor.tsx'
import { PreviewPanel } from './preview-panel.tsx'
import { TemplatePicker } from './template-picker.tsx'
import { useDrafts } from './use-drafts.ts'
import { useSize } from './use-size.ts'
import './segment.css'

type Definition = OperationInput<'segment.create'>['definition']
type View = 'form' | 'json'

export function SegmentCreate() {
  return <Editor name="" definition={FIRST_CLAUSE} />
}

export function SegmentEdit() {
  const id = useParam('segmentId')
  const segment = useCall('segment.get', { id })
  return <Answer of={segment}>{(s) => <Editor id={id} name={s.name} definition={s.definition as Draft} />}</Answer>
}

function Editor({ id, name: savedName, definition }: { id?: string; name: string; definition: Draft }) {
  const t = useText()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const [name, setName] = useState(savedName)
  const { draft, setDraft, undo } = useDrafts(definition)
  const [view, setView] = useState<View>('form')
  const [isReadable, setReadable] = useState(true)
  const [picks, setPicks] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const size = useSize(draft, id)
  const create = useAct('segment.create')
  const update = useAct('segment.update')
  const confirmChange = useConfirmedChange(size)
  const changed = draft !== definition || name !== savedName
  useBlocker({
    shouldBlockFn: () =>
      changed && !leaving && !confirm(t({ en: 'Leave without saving?', zh: '内容尚未保存，确定离开吗？' })),
    enableBeforeUnload: () => changed && !leaving,
  })

  const ready = tidy(draft)
  const unfinished = gaps(draft)
  const canSave = name.trim() !== '' && ready !== null && unfinished === 0 && isReadable && size.problems.length === 0
  const save = async () => {
    if (!ready || (id !== undefined && draft !== definition && !(await confirmChange()))) return
    setLeaving(true)
    try {
      const saved = id
        ? await update.mutateAsync({ id, name, ...(draft === definition ? {} : { definition: ready as Definition }) })
        : await create.mutateAsync({ name, definition: ready as Definition })
      message.success(t({ en: 'Saved. Members are being found now.', zh: '已保存，正在计算人群。' }))
      await navigate({ to: `/segments/${saved.id}`, ignoreBlocker: true } as never)
    } catch (error) {
      setLeaving(false)
      const { title, hint } = explainProblem(error, t)
      message.error(`${title} ${hint}`)
    }
  }

  return (
    <>
      <PageHead
        title={id ? t({ en: 'Edit segment', zh: '编辑分群' }) : t({ en: 'New segment', zh: '新建分群' })}
        back={{ to: id ? `/segments/${id}` : '/segments', title: id ? savedName : t({ en: 'Segments', zh: '分群' }) }}
        actions={
          <Button
            type="primary"
            disabled={!canSave}
            loading={create.isPending || update.isPending}
            onClick={() => void save()}
          >
            {t({ en: 'Save', zh: '保存分群' })}
          </Button>
        }
      />
      <div className="segment-edit">
        <section className="card stack">
          <Field label={t({ en: 'Name', zh: '分群名称' })}>
            {(id) => (
              <Input
                id={id}
                value={name}
                maxLength={100}
                placeholder={t({ en: 'e.g. Silent for 30 days', zh: '例如：30 天未互动的老成员' })}
                onChange={(e) => setName(e.target.value)}
                style={{ maxWidth: 420 }}
              />
            )}
          </Field>
          <div className="stack tight">
            <div className="row wrap between">
              <h2>{t({ en: 'Members who…', zh: '圈选满足以下条件的成员' })}</h2>
              <div className="row wrap">
                <Button size="small" icon={<Icon name="copy" size={14} />} onClick={() => setPicks(true)}>
                  {t({ en: 'Templates', zh: '从模板开始' })}
                </Button>
                <Button size="small" disabled={!undo || view === 'json'} onClick={undo ?? undefined}>
                  {t({ en: 'Undo', zh: '撤销' })}
                </Button>
                <Segmented<View>
                  size="small"
                  aria-label={t({ en: 'How the definition is shown', zh: '定义的显示方式' })}
                  value={view}
                  options={[
                    { value: 'form', label: t({ en: 'Sentences', zh: '表单' }), disabled: !isReadable },
                    { value: 'json', label: 'JSON' },
                  ]}
                  onChange={setView}
                />
              </div>
            </div>
            {view === 'form' ? (
              <ConditionEditor draft={draft} onChange={setDraft} self={id} flaws={size.flaws} />
            ) : (
              <JsonEditor draft={draft} onChange={setDraft} onReadable={setReadable} problems={size.problems} />
            )}
          </div>
        </section>
        <PreviewPanel draft={draft} size={size} />
      </div>
      <TemplatePicker
        open={picks}
        onClose={() => setPicks(false)}
        hasContent={ready !== null}
        onPick={(template, title, how) => {
          setPicks(false)
          setView('form')
          setReadable(true)
          setDraft(how === 'add' && ready ? joined(draft, template) : template)
          if (name.trim() === '') setName(title)
        }}
      />
    </>
  )
}

/** Both must hold. */
const joined = (draft: Draft, more: Draft): Draft =>
  jointOf(draft) === 'all' ? groupOf('all', [...partsOf(draft), more]) : groupOf('all', [draft, more])

/** Asks before a saved definition changes, with who is gained and lost by it. */
function useConfirmedChange(size: ReturnType<typeof useSize>): () => Promise<boolean> {
  const t = useText()
  const format = useFormat()
  const { modal } = App.useApp()
  const data = size.change.isPlaceholderData ? undefined : size.change.data
  return async () =>
    modal.confirm({
      icon: null,
      title: t({ en: 'Change who is in the segment?', zh: '确认修改圈选条件？' }),
      content: data
        ? t({
            en: `${format.number(data.gain)} members come in and ${format.number(data.lose)} go out, at once and as one change. Journeys do not take them as entering or leaving.`,
            zh: `保存后将立即新增 ${format.number(data.gain)} 人、移出 ${format.number(data.lose)} 人，作为一次变更记录，不会触发旅程的进入或离开。`,
          })
        : t({
            en: 'Everybody is judged anew, as one change. Journeys do not take it as entering or leaving.',
            zh: '保存后将重新计算全部成员，作为一次变更记录，不会触发旅程的进入或离开。',
          }),
      okText: t({ en: 'Save the change', zh: '保存修改' }),
    })
}
