import { useBlocker, useNavigate } from '@tanstack/react-router'
import { App, Button, Input, Select } from 'antd'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { useSettled } from '../../segment/console/use-settled.ts'
import { DefinitionEditor } from './definition-editor.tsx'
import { BLANK, finished, type MetricDraft } from './draft.ts'
import { Figure } from './figure.tsx'
import { FORMAT_TITLES, type Format } from './words.ts'
import '../../segment/console/condition-editor.css'
import './metric.css'

type Metric = Output<'metric.get'>

export function MetricCreate() {
  return <Editor />
}

export function MetricEdit() {
  const key = useParam('metricKey')
  const metric = useCall('metric.get', { key })
  return <Answer of={metric}>{(m) => <Editor metric={m} />}</Answer>
}

const NONE: Text = { en: '', zh: '' }
const isKey = (key: string) => /^[a-z][A-Za-z0-9_]{0,49}$/.test(key)
/** What is typed is asked for when it rests. */
const PAUSE_MS = 400

function Editor({ metric }: { metric?: Metric }) {
  const t = useText()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const [key, setKey] = useState(metric?.key ?? '')
  const [name, setName] = useState<Text>(metric?.name ?? NONE)
  const [text, setText] = useState<Text>(metric?.description ?? NONE)
  const [format, setFormat] = useState<Format>(metric?.format ?? 'number')
  const [unit, setUnit] = useState<Text>(metric?.unit ?? NONE)
  const [draft, setDraft] = useState<MetricDraft>(metric ? (metric.definition as unknown as MetricDraft) : BLANK)
  const [isTouched, setTouched] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const create = useAct('metric.create')
  const update = useAct('metric.update', { touches: ['insight', 'segment'] })
  useBlocker({
    shouldBlockFn: () =>
      isTouched && !leaving && !confirm(t({ en: 'Leave without saving?', zh: '内容尚未保存，确定离开吗？' })),
    enableBeforeUnload: () => isTouched && !leaving,
  })
  const ready = finished(draft)
  const asked = useSettled(ready, PAUSE_MS)
  const change =
    <V,>(set: (value: V) => void) =>
    (value: V) => {
      setTouched(true)
      set(value)
    }
  /** One language stands for the other until that is written, too. */
  const whole = ({ en, zh }: Text): Text => ({ en: en.trim() || zh.trim(), zh: zh.trim() || en.trim() })
  const save = async () => {
    if (!ready) return
    setLeaving(true)
    const filled = whole(unit)
    const fields = {
      name: whole(name),
      description: whole(text),
      definition: ready,
      format,
      unit: format === 'number' && filled.en ? filled : null,
    }
    try {
      const saved = metric
        ? await update.mutateAsync({ key: metric.key, ...fields })
        : await create.mutateAsync({ key, ...fields })
      message.success(t({ en: 'Saved. Whatever names it follows.', zh: '已保存，引用该指标之处同步生效。' }))
      await navigate({ to: `/metrics/${saved.key}`, ignoreBlocker: true } as never)
    } catch (error) {
      setLeaving(false)
      const { title, hint } = explainProblem(error, t)
      message.error(`${title} ${hint}`)
    }
  }
  return (
    <>
      <PageHead
        title={metric ? t({ en: 'Edit metric', zh: '编辑指标' }) : t({ en: 'New metric', zh: '新建指标' })}
        back={{
          to: metric ? `/metrics/${metric.key}` : '/metrics',
          title: metric ? t(metric.name) : t({ en: 'Metrics', zh: '指标' }),
        }}
        actions={
          <Button
            type="primary"
            disabled={!whole(name).en || !isKey(key) || !ready}
            loading={create.isPending || update.isPending}
            onClick={() => void save()}
          >
            {t({ en: 'Save', zh: '保存' })}
          </Button>
        }
      />
      <div className="metric-edit">
        <section className="card stack">
          <div className="stack tight">
            <h2>{t({ en: 'What counts', zh: '统计口径' })}</h2>
            <DefinitionEditor draft={draft} onChange={change(setDraft)} />
          </div>
          <Both label={{ en: 'Name', zh: '名称' }} value={name} max={100} onChange={change(setName)} />
          <Field
            label={t({ en: 'Key', zh: '标识' })}
            hint={t({
              en: 'A small letter, then letters, digits and _; charts and segments name it by this, so it stays',
              zh: '以小写字母开头，仅含字母、数字和下划线；图表与分群以此引用，创建后不可修改',
            })}
          >
            {(id) => (
              <Input
                id={id}
                className="mono"
                value={key}
                maxLength={50}
                disabled={metric !== undefined}
                {...(key !== '' && !isKey(key) ? { status: 'error' as const } : {})}
                placeholder="paidOrders"
                onChange={(e) => change(setKey)(e.target.value)}
                style={{ maxWidth: 260 }}
              />
            )}
          </Field>
          <Both label={{ en: 'Description', zh: '说明' }} value={text} max={500} onChange={change(setText)} />
          <Field label={t({ en: 'Format', zh: '格式' })}>
            {(id) => (
              <Select
                id={id}
                value={format}
                onChange={change(setFormat)}
                options={(Object.keys(FORMAT_TITLES) as Format[]).map((f) => ({
                  value: f,
                  label: t(FORMAT_TITLES[f]),
                }))}
                style={{ width: 200 }}
              />
            )}
          </Field>
          {format === 'number' ? (
            <Both label={{ en: 'Unit', zh: '单位' }} value={unit} max={30} onChange={change(setUnit)} />
          ) : null}
        </section>
        <aside className="card metric-preview stack tight" aria-live="polite">
          <h2>{t({ en: 'Preview', zh: '预览' })}</h2>
          {asked ? (
            <Figure
              asked={{ definition: asked }}
              format={format}
              unit={format === 'number' && whole(unit).en ? whole(unit) : null}
              name={t(whole(name)) || t({ en: 'Preview', zh: '预览' })}
            />
          ) : (
            <p className="soft">{t({ en: 'Choose an event to see its number.', zh: '选择事件后即可预览数值。' })}</p>
          )}
        </aside>
      </div>
    </>
  )
}

/** One text in both languages. */
function Both(props: { label: Text; value: Text; max: number; onChange(value: Text): void }) {
  const { label, value, max, onChange } = props
  const t = useText()
  return (
    <div className="metric-pair">
      {(['zh', 'en'] as const).map((locale) => (
        <Field
          key={locale}
          label={t({
            en: `${label.en} (${locale === 'zh' ? 'Chinese' : 'English'})`,
            zh: `${label.zh}（${locale === 'zh' ? '中文' : '英文'}）`,
          })}
        >
          {(id) => (
            <Input.TextArea
              id={id}
              autoSize={{ minRows: 1, maxRows: 4 }}
              value={value[locale]}
              maxLength={max}
              placeholder={value[locale === 'zh' ? 'en' : 'zh']}
              onChange={(e) => onChange({ ...value, [locale]: e.target.value })}
            />
          )}
        </Field>
      ))}
    </div>
  )
}
