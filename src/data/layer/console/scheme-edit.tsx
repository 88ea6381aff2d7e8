import { useBlocker, useNavigate } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer } from '../../../console/states.tsx'
import { useParam, useUrlState } from '../../../console/url-state.ts'
import { LayerCard } from './layer-card.tsx'
import { PairField } from './pair-field.tsx'
import { blankScheme, draftOf, expectedOf, inputOf, moved, ownOf, type SchemeDraft, withLayer } from './scheme-draft.ts'
import { SchemePreview } from './scheme-preview.tsx'
import './layer.css'

const MOST_LAYERS = 12
/** Sums of shares such as 0.1 + 0.2 are off by less. */
const ROUNDING = 1e-9

/** Blank, or from the ready-made scheme that the address names. */
export function SchemeCreate() {
  const [{ from }] = useUrlState()
  const presets = useCall('layer.presets', from ? {} : null)
  const [blank] = useState(blankScheme)
  if (!from) return <Editor saved={blank} />
  return (
    <Answer of={presets} rows={8}>
      {({ items }) => {
        const preset = items.find((p) => p.key === from)
        return <EditorOf key={from} saved={preset ? ownOf(preset) : blank} />
      }}
    </Answer>
  )
}

export function SchemeEdit() {
  const id = useParam('schemeId')
  const scheme = useCall('layer.get', { id }, { staleTime: Number.POSITIVE_INFINITY })
  return <Answer of={scheme}>{(s) => <EditorOf key={s.id} id={s.id} saved={draftOf(s)} />}</Answer>
}

/** What was saved when the page was opened stays what changes are counted against. */
function EditorOf({ id, saved }: { id?: string; saved: SchemeDraft }) {
  const [first] = useState(saved)
  return <Editor {...(id ? { id } : {})} saved={first} />
}

function Editor({ id, saved }: { id?: string; saved: SchemeDraft }) {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const [draft, setDraft] = useState(saved)
  const [leaving, setLeaving] = useState(false)
  const create = useAct('layer.create')
  const update = useAct('layer.update')
  const changed = draft !== saved
  useBlocker({
    shouldBlockFn: () =>
      changed && !leaving && !confirm(t({ en: 'Leave without saving?', zh: '内容尚未保存，确定离开吗？' })),
    enableBeforeUnload: () => changed && !leaving,
  })
  const ready = inputOf(draft)
  const expected = expectedOf(draft)
  const tooMuch = expected > 1 + ROUNDING
  const save = async () => {
    if (!ready) return
    setLeaving(true)
    try {
      const made = id ? await update.mutateAsync({ id, ...ready }) : await create.mutateAsync(ready)
      message.success(t({ en: 'Saved. Members are being found now.', zh: '已保存，正在计算人群。' }))
      await navigate({ to: `/layers/${made.id}`, ignoreBlocker: true } as never)
    } catch (error) {
      setLeaving(false)
      const { title, hint } = explainProblem(error, t)
      message.error(`${title} ${hint}`)
    }
  }
  const { layers } = draft
  const last = layers.length - 1
  return (
    <>
      <PageHead
        title={
          id ? t({ en: 'Edit layer scheme', zh: '编辑分层方案' }) : t({ en: 'New layer scheme', zh: '新建分层方案' })
        }
        back={{ to: id ? `/layers/${id}` : '/layers', title: id ? t(saved.name) : t({ en: 'Layers', zh: '分层' }) }}
        hint={t({
          en: 'Layers are asked from top to bottom; each member belongs to the first one that holds.',
          zh: '自上而下依次判断，每位成员归入第一个满足条件的层级。',
        })}
        actions={
          <Button
            type="primary"
            disabled={!ready || tooMuch}
            loading={create.isPending || update.isPending}
            onClick={() => void save()}
          >
            {t({ en: 'Save', zh: '保存方案' })}
          </Button>
        }
      />
      <div className="layer-edit">
        <div className="stack">
          <section className="card stack">
            <PairField
              label={{ en: 'Name', zh: '方案名称' }}
              value={draft.name}
              max={50}
              onChange={(name) => setDraft({ ...draft, name })}
            />
            <PairField
              label={{ en: 'What it is for', zh: '用途说明' }}
              value={draft.about}
              max={300}
              lines={1}
              onChange={(about) => setDraft({ ...draft, about })}
            />
          </section>
          {layers.map((layer, i) => (
            <LayerCard
              key={layer.id}
              layer={layer}
              place={i + 1}
              onChange={(next) => setDraft({ ...draft, layers: layers.with(i, next) })}
              onUp={i > 0 ? () => setDraft(moved(draft, i, -1)) : null}
              onDown={i < last - 1 ? () => setDraft(moved(draft, i, 1)) : null}
              onRemove={last > 1 ? () => setDraft({ ...draft, layers: layers.toSpliced(i, 1) }) : null}
            />
          ))}
          {layers.length < MOST_LAYERS ? (
            <div>
              <Button icon={<Icon name="plus" />} onClick={() => setDraft(withLayer(draft))}>
                {t({ en: 'Add a layer', zh: '添加层级' })}
              </Button>
            </div>
          ) : null}
          {expected > 0 ? (
            <p className={tooMuch ? 'field-error' : 'soft'} role="status">
              {t({
                en: `Expected shares add up to ${format.percent(expected)}.`,
                zh: `预期人数占比合计 ${format.percent(expected)}${tooMuch ? '，不能超过 100%' : ''}。`,
              })}
            </p>
          ) : null}
        </div>
        <SchemePreview draft={draft} id={id} />
      </div>
    </>
  )
}
