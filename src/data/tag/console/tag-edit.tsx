import { useBlocker, useNavigate } from '@tanstack/react-router'
import { App, Button, Input, Segmented, Select, Switch } from 'antd'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { FIRST_CLAUSE } from '../../segment/console/clause-kinds.tsx'
import { ConditionEditor } from '../../segment/console/condition-editor.tsx'
import { type Draft, gaps, tidy } from '../../segment/console/draft.ts'
import { DurationField } from '../../segment/console/duration-field.tsx'
import { PreviewPanel } from '../../segment/console/preview-panel.tsx'
import { useSize, type Wanted } from '../../segment/console/use-size.ts'
import { TagChip } from './tag-chip.tsx'
import { useActor } from './use-actor.ts'
import { COLOUR_TITLES, pathOf, type Tag } from './words.ts'
import './tag.css'
import '../../segment/console/segment.css'

interface Values {
  kind: Tag['kind']
  zh: string
  en: string
  dimension: string | null
  colour: Tag['colour']
  ownerId: string | null
  descriptionZh: string
  descriptionEn: string
  lapsesAfter: string | null
  condition: Draft
}
const BLANK: Values = {
  kind: 'fixed',
  zh: '',
  en: '',
  dimension: null,
  colour: 'grey',
  ownerId: null,
  descriptionZh: '',
  descriptionEn: '',
  lapsesAfter: null,
  condition: FIRST_CLAUSE,
}

const valuesOf = (tag: Output<'tag.get'>): Values => ({
  kind: tag.kind,
  zh: tag.title.zh,
  en: tag.title.en,
  dimension: tag.dimension?.key ?? null,
  colour: tag.colour,
  ownerId: tag.ownerId,
  descriptionZh: tag.description?.zh ?? '',
  descriptionEn: tag.description?.en ?? '',
  lapsesAfter: tag.lapsesAfter,
  condition: (tag.condition ?? FIRST_CLAUSE) as Draft,
})

export function TagCreate() {
  return <Editor saved={BLANK} />
}

export function TagEdit() {
  const key = useParam('tagKey')
  const tag = useCall('tag.get', { key })
  return (
    <Answer of={tag} rows={8}>
      {(found) => (
        <Editor tag={{ key, ...(found.segmentId ? { segmentId: found.segmentId } : {}) }} saved={valuesOf(found)} />
      )}
    </Answer>
  )
}

/** One language given counts for both. */
const both = (zh: string, en: string) => ({ zh: zh.trim() || en.trim(), en: en.trim() || zh.trim() })

function Editor({ tag, saved }: { tag?: { key: string; segmentId?: string }; saved: Values }) {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const { message, modal } = App.useApp()
  const [start] = useState(saved)
  const [values, setValues] = useState(start)
  const [leaving, setLeaving] = useState(false)
  const set = (patch: Partial<Values>) => setValues({ ...values, ...patch })
  const isDynamic = values.kind === 'dynamic'
  const size = useSize(isDynamic ? values.condition : { all: [] }, tag?.segmentId)
  const create = useAct('tag.create')
  const update = useAct('tag.update')
  const isChanged = values !== start
  useBlocker({
    shouldBlockFn: () =>
      isChanged && !leaving && !confirm(t({ en: 'Leave without saving?', zh: '内容尚未保存，确定离开吗？' })),
    enableBeforeUnload: () => isChanged && !leaving,
  })
  const ready = isDynamic ? tidy(values.condition) : null
  const canSave =
    (values.zh.trim() !== '' || values.en.trim() !== '') &&
    (!isDynamic || (ready !== null && gaps(values.condition) === 0 && size.problems.length === 0))
  const turns = tag !== undefined && isDynamic && values.condition !== start.condition

  const save = async () => {
    const { data } = size.change
    if (turns && data) {
      const sure = await modal.confirm({
        icon: null,
        title: t({ en: 'Change who has the tag?', zh: '确认修改标签条件？' }),
        content: t({
          en: `${format.number(data.gain)} members get it and ${format.number(data.lose)} lose it, and segments that ask for it follow at once.`,
          zh: `保存后将新增 ${format.number(data.gain)} 人、移出 ${format.number(data.lose)} 人，引用该标签的分群同步更新。`,
        }),
        okText: t({ en: 'Save the change', zh: '保存修改' }),
      })
      if (!sure) return
    }
    const description = both(values.descriptionZh, values.descriptionEn)
    const input = {
      title: both(values.zh, values.en),
      dimension: values.dimension,
      colour: values.colour,
      description: description.zh === '' ? null : description,
      ...(isDynamic ? {} : { lapsesAfter: values.lapsesAfter }),
      ...(isDynamic && ready && (turns || !tag) ? { condition: ready as Wanted } : {}),
    }
    setLeaving(true)
    try {
      const done = tag
        ? await update.mutateAsync({ key: tag.key, ownerId: values.ownerId, ...input })
        : await create.mutateAsync({ ...input, ...(values.ownerId ? { ownerId: values.ownerId } : {}) })
      message.success(t({ en: 'Saved', zh: '已保存' }))
      await navigate({ to: pathOf(done.key), ignoreBlocker: true } as never)
    } catch (error) {
      setLeaving(false)
      const { title, hint } = explainProblem(error, t)
      message.error(`${title} ${hint}`)
    }
  }

  return (
    <>
      <PageHead
        title={tag ? t({ en: 'Edit tag', zh: '编辑标签' }) : t({ en: 'New tag', zh: '新建标签' })}
        back={
          tag
            ? { to: pathOf(tag.key), title: t(both(start.zh, start.en)) }
            : { to: '/tags', title: t({ en: 'Tags', zh: '标签' }) }
        }
        actions={
          <Button
            type="primary"
            disabled={!canSave}
            loading={create.isPending || update.isPending}
            onClick={() => void save()}
          >
            {t({ en: 'Save', zh: '保存标签' })}
          </Button>
        }
      />
      <div className={isDynamic ? 'tag-edit' : 'tag-edit is-plain'}>
        <section className="card stack">
          {tag ? null : (
            <div className="stack tight">
              <Segmented<Tag['kind']>
                aria-label={t({ en: 'Kind', zh: '标签类型' })}
                value={values.kind}
                options={[
                  { value: 'fixed', label: t({ en: 'Fixed', zh: '固定标签' }) },
                  { value: 'dynamic', label: t({ en: 'Dynamic', zh: '动态标签' }) },
                ]}
                onChange={(kind) => set({ kind })}
              />
              <p className="small soft">
                {isDynamic
                  ? t({
                      en: 'Whoever meets the condition has it, from the moment they do and for as long.',
                      zh: '满足条件的成员自动获得，不再满足时自动移除。',
                    })
                  : t({
                      en: 'Put on members by hand, in bulk, by a journey or by the API.',
                      zh: '由人工、批量、旅程或 API 为成员打上。',
                    })}
              </p>
            </div>
          )}
          <Fields values={values} set={set} isNew={tag === undefined} />
          {isDynamic ? (
            <div className="stack tight">
              <h2>{t({ en: 'Members who…', zh: '满足以下条件的成员自动获得该标签' })}</h2>
              <ConditionEditor
                draft={values.condition}
                onChange={(condition) => set({ condition })}
                self={tag?.segmentId}
                flaws={size.flaws}
              />
            </div>
          ) : (
            <Lapse value={values.lapsesAfter} onChange={(lapsesAfter) => set({ lapsesAfter })} />
          )}
        </section>
        {isDynamic ? <PreviewPanel draft={values.condition} size={size} /> : null}
      </div>
    </>
  )
}

function Fields({ values, set, isNew }: { values: Values; set(patch: Partial<Values>): void; isNew: boolean }) {
  const t = useText()
  const dimensions = useCall('tag.dimensions', {})
  const { colleagues } = useActor()
  const colours = Object.keys(COLOUR_TITLES) as Tag['colour'][]
  return (
    <>
      <div className="tag-fields">
        <Field label={t({ en: 'Name in Chinese', zh: '中文名称' })}>
          {(id) => (
            <Input
              id={id}
              value={values.zh}
              maxLength={100}
              placeholder="例如：高潜客户"
              lang="zh-CN"
              onChange={(e) => set({ zh: e.target.value })}
            />
          )}
        </Field>
        <Field label={t({ en: 'Name in English', zh: '英文名称' })}>
          {(id) => (
            <Input
              id={id}
              value={values.en}
              maxLength={100}
              placeholder="e.g. High potential"
              onChange={(e) => set({ en: e.target.value })}
            />
          )}
        </Field>
        <Field label={t({ en: 'Dimension', zh: '维度' })}>
          {(id) => (
            <Select
              id={id}
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              value={values.dimension}
              placeholder={t({ en: 'None', zh: '不归属维度' })}
              options={dimensions.data?.items.map((d) => ({ value: d.key, label: t(d.title) })) ?? []}
              onChange={(dimension: string | null) => set({ dimension: dimension ?? null })}
            />
          )}
        </Field>
        <Field label={t({ en: 'Colour', zh: '颜色' })}>
          {(id) => (
            <Select
              id={id}
              value={values.colour}
              options={colours.map((colour) => ({
                value: colour,
                label: <TagChip tag={{ title: COLOUR_TITLES[colour], colour, kind: 'fixed' }} />,
              }))}
              onChange={(colour) => set({ colour })}
            />
          )}
        </Field>
        <Field label={t({ en: 'Owner', zh: '负责人' })}>
          {(id) => (
            <Select
              id={id}
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              value={values.ownerId}
              placeholder={isNew ? t({ en: 'You', zh: '默认为您本人' }) : t({ en: 'Nobody', zh: '未指定' })}
              options={colleagues}
              onChange={(ownerId: string | null) => set({ ownerId: ownerId ?? null })}
            />
          )}
        </Field>
      </div>
      <div className="tag-fields">
        <Field label={t({ en: 'Description in Chinese', zh: '中文说明' })}>
          {(id) => (
            <Input.TextArea
              id={id}
              value={values.descriptionZh}
              maxLength={500}
              autoSize={{ minRows: 2, maxRows: 6 }}
              onChange={(e) => set({ descriptionZh: e.target.value })}
            />
          )}
        </Field>
        <Field label={t({ en: 'Description in English', zh: '英文说明' })}>
          {(id) => (
            <Input.TextArea
              id={id}
              value={values.descriptionEn}
              maxLength={500}
              autoSize={{ minRows: 2, maxRows: 6 }}
              onChange={(e) => set({ descriptionEn: e.target.value })}
            />
          )}
        </Field>
      </div>
    </>
  )
}

function Lapse({ value, onChange }: { value: string | null; onChange(value: string | null): void }) {
  const t = useText()
  const label = t({ en: 'Lasts for', zh: '有效期' })
  return (
    <div className="field">
      <span className="label row">
        <Switch
          size="small"
          checked={value !== null}
          aria-label={t({ en: 'It lapses by itself', zh: '到期自动移除' })}
          onChange={(on) => onChange(on ? '90d' : null)}
        />
        {t({ en: 'It lapses by itself', zh: '到期自动移除' })}
      </span>
      {value === null ? null : <DurationField value={value} onChange={onChange} label={label} />}
      <span className="hint">
        {t({
          en: 'Counted from the moment it is put on a member, to the millisecond. Holds for what is put on from now on.',
          zh: '自打标时刻起精确计时；修改后仅对之后的打标生效。',
        })}
      </span>
    </div>
  )
}
