import { useBlocker, useNavigate } from '@tanstack/react-router'
import { App, Button, Input } from 'antd'
import { useState } from 'react'
import type { Input as OperationInput } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { CLAUSE_KINDS } from './clause-kinds.tsx'
import { ConditionEditor } from './condition-editor.tsx'
import { type Draft, gaps, tidy } from './draft.ts'
import { PreviewPanel } from './preview-panel.tsx'
import './segment.css'

type Definition = OperationInput<'segment.create'>['definition']

export function SegmentCreate() {
  return <Editor name="" definition={{ all: [CLAUSE_KINDS[0]?.blank ?? {}] }} />
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
  const [draft, setDraft] = useState(definition)
  const [leaving, setLeaving] = useState(false)
  const create = useAct('segment.create')
  const update = useAct('segment.update')
  const changed = draft !== definition || name !== savedName
  useBlocker({
    shouldBlockFn: () =>
      changed && !leaving && !confirm(t({ en: 'Leave without saving?', zh: '内容尚未保存，确定离开吗？' })),
    enableBeforeUnload: () => changed && !leaving,
  })

  const ready = tidy(draft)
  const unfinished = gaps(draft)
  const save = async () => {
    if (!ready) return
    setLeaving(true)
    try {
      const saved = id
        ? await update.mutateAsync({ id, name, definition: ready as Definition })
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
            disabled={!name.trim() || !ready || unfinished > 0}
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
            <h2>{t({ en: 'Members who…', zh: '圈选满足以下条件的成员' })}</h2>
            <ConditionEditor draft={draft} onChange={setDraft} />
          </div>
        </section>
        <PreviewPanel draft={draft} {...(id ? { segmentId: id } : {})} />
      </div>
    </>
  )
}
