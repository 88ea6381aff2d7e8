import { keepPreviousData } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Drawer, Input, InputNumber, Segmented, Select, Switch } from 'antd'
import { useEffect, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { KIND_TITLES } from '../../../console/insight/kinds.ts'
import { tidyMatch } from '../../insight/console/match.ts'
import { MatchField } from '../../insight/console/match-field.tsx'
import { type Measured, MeasureField } from '../../insight/console/measure-field.tsx'
import { Markdown } from './markdown.tsx'
import { RangeChoice } from './range-choice.tsx'
import type { Tile } from './types.ts'
import type { Range } from './words.ts'
import '../../insight/console/explore.css'

type Kind = Tile['type']
interface Draft {
  kind: Kind
  title: string
  text: string
  chartId: string | null
  view: 'chart' | 'table'
  metric: Measured
  unit: 'number' | 'money'
  target: number | null
  range: Range | null
}

const BLANK: Draft = {
  kind: 'chart',
  title: '',
  text: '',
  chartId: null,
  view: 'chart',
  metric: { event: '*', measure: 'members' },
  unit: 'number',
  target: 100,
  range: null,
}
const SIZES: Readonly<Record<Kind, { w: number; h: number }>> = {
  chart: { w: 6, h: 5 },
  insight: { w: 6, h: 5 },
  number: { w: 3, h: 2 },
  goal: { w: 3, h: 2 },
  text: { w: 6, h: 2 },
}

const draftOf = (tile: Tile): Draft => ({
  ...BLANK,
  kind: tile.type,
  ...('title' in tile ? { title: tile.title ?? '' } : {}),
  ...('range' in tile && tile.range ? { range: tile.range as Range } : {}),
  ...(tile.type === 'text' ? { text: tile.text } : {}),
  ...(tile.type === 'chart' ? { chartId: tile.chartId } : {}),
  ...(tile.type === 'insight' ? { view: tile.view ?? 'chart' } : {}),
  ...('metric' in tile ? { metric: tile.metric as Measured, unit: tile.unit ?? 'number' } : {}),
  ...(tile.type === 'goal' ? { target: tile.target } : {}),
})

/** The tile as it is written; null while it is not finished. */
function tileOf(draft: Draft, before: Tile | null, place: { x: number; y: number }): Tile | null {
  const at = before
    ? { id: before.id, x: before.x, y: before.y, w: before.w, h: before.h }
    : { id: crypto.randomUUID(), ...place, ...SIZES[draft.kind] }
  const own = { title: draft.title.trim(), ...(draft.range ? { range: draft.range } : {}) }
  if (draft.kind === 'text') return draft.text.trim() ? { ...at, type: 'text', text: draft.text } : null
  if (draft.kind === 'chart') return draft.chartId ? { ...at, ...own, type: 'chart', chartId: draft.chartId } : null
  if (draft.kind === 'insight')
    return before?.type === 'insight'
      ? { ...at, ...own, type: 'insight', kind: before.kind, query: before.query, view: draft.view }
      : null
  const metric = tidyMatch(draft.metric)
  if (!metric || !own.title) return null
  const one = { ...at, ...own, metric: metric as never, unit: draft.unit }
  if (draft.kind === 'number') return { ...one, type: 'number' }
  return draft.target && draft.target > 0 ? { ...one, type: 'goal', target: draft.target } : null
}

interface Props {
  tile: Tile | 'new' | null
  /** Where a new one goes. */
  place: { x: number; y: number }
  onPut(tile: Tile): void
  onClose(): void
}

/** A new tile, or one that is changed. */
export function TileEditor({ tile, place, onPut, onClose }: Props) {
  const t = useText()
  const [draft, setDraft] = useState(BLANK)
  const before = tile === 'new' ? null : tile
  useEffect(() => {
    if (tile) setDraft(tile === 'new' ? BLANK : draftOf(tile))
  }, [tile])
  const patch = (part: Partial<Draft>) => setDraft((d) => ({ ...d, ...part }))
  const made = tile ? tileOf(draft, before, place) : null
  return (
    <Drawer
      open={tile !== null}
      onClose={onClose}
      size="min(560px, 100vw)"
      destroyOnHidden
      title={before ? t({ en: 'Change the tile', zh: '编辑图块' }) : t({ en: 'Add a tile', zh: '添加图块' })}
      footer={
        <Button type="primary" disabled={!made} onClick={() => made && onPut(made)}>
          {before ? t({ en: 'Use', zh: '确定' }) : t({ en: 'Add', zh: '添加' })}
        </Button>
      }
    >
      <div className="stack">
        {before ? null : (
          <Segmented<Kind>
            block
            value={draft.kind}
            aria-label={t({ en: 'What it shows', zh: '图块类型' })}
            options={[
              { value: 'chart', label: t({ en: 'Chart', zh: '图表' }) },
              { value: 'number', label: t({ en: 'Number', zh: '指标' }) },
              { value: 'goal', label: t({ en: 'Goal', zh: '目标' }) },
              { value: 'text', label: t({ en: 'Text', zh: '文本' }) },
            ]}
            onChange={(kind) => patch({ kind })}
          />
        )}
        {draft.kind === 'text' ? (
          <TextFields draft={draft} patch={patch} />
        ) : (
          <>
            {draft.kind === 'chart' ? (
              <ChartField value={draft.chartId} onChange={(chartId) => patch({ chartId })} />
            ) : null}
            <Field
              label={t({ en: 'Title', zh: '标题' })}
              hint={
                draft.kind === 'chart'
                  ? t({ en: 'Left empty: the name of the chart.', zh: '留空则使用图表名称。' })
                  : undefined
              }
            >
              {(id) => (
                <Input id={id} value={draft.title} maxLength={100} onChange={(e) => patch({ title: e.target.value })} />
              )}
            </Field>
            {draft.kind === 'insight' ? <InsightFields draft={draft} patch={patch} before={before} /> : null}
            {draft.kind === 'number' || draft.kind === 'goal' ? <MetricFields draft={draft} patch={patch} /> : null}
            <OwnRange value={draft.range} onChange={(range) => patch({ range })} />
          </>
        )}
      </div>
    </Drawer>
  )
}

interface PartProps {
  draft: Draft
  patch(part: Partial<Draft>): void
}

function TextFields({ draft, patch }: PartProps) {
  const t = useText()
  return (
    <>
      <Field
        label={t({ en: 'Text', zh: '文本' })}
        hint={t({
          en: '# heading, - list, **bold**, *emphasis*, [words](https://…)',
          zh: '支持 # 标题、- 列表、**加粗**、*强调*、[链接文字](https://…)',
        })}
      >
        {(id) => (
          <Input.TextArea
            id={id}
            rows={8}
            value={draft.text}
            maxLength={10_000}
            onChange={(e) => patch({ text: e.target.value })}
          />
        )}
      </Field>
      {draft.text.trim() ? (
        <div className="card">
          <Markdown text={draft.text} />
        </div>
      ) : null}
    </>
  )
}

function ChartField({ value, onChange }: { value: string | null; onChange(id: string): void }) {
  const t = useText()
  const [search, setSearch] = useState('')
  const charts = useCall(
    'chart.list',
    { limit: 50, ...(search ? { search } : {}) },
    { placeholderData: keepPreviousData },
  )
  const items = charts.data?.items ?? []
  const titleOf = (kind: string) => {
    const title = KIND_TITLES[kind as keyof typeof KIND_TITLES]
    return title ? t(title) : kind
  }
  return (
    <Field
      label={t({ en: 'Saved chart', zh: '已存图表' })}
      hint={
        <>
          {t({ en: 'Another one? Ask it in ', zh: '没有合适的图表？前往' })}
          <Link to="/explore">{t({ en: 'Explore', zh: '行为分析' })}</Link>
          {t({ en: ' and save it or put it here from there.', zh: '创建后保存，或直接加入看板。' })}
        </>
      }
    >
      {(id) => (
        <Select
          id={id}
          showSearch={{ filterOption: false, onSearch: setSearch }}
          value={value}
          loading={charts.isFetching}
          placeholder={t({ en: 'Choose a chart', zh: '选择图表' })}
          options={items.map((c) => ({ value: c.id, label: `${c.name} · ${titleOf(c.kind)}` }))}
          onChange={(chosen: string) => onChange(chosen)}
        />
      )}
    </Field>
  )
}

function InsightFields({ draft, patch, before }: PartProps & { before: Tile | null }) {
  const t = useText()
  const kind = before?.type === 'insight' ? KIND_TITLES[before.kind as keyof typeof KIND_TITLES] : undefined
  return (
    <>
      {kind ? <p className="soft">{t({ en: `Analysis: ${kind.en}`, zh: `分析类型：${kind.zh}` })}</p> : null}
      <Segmented<'chart' | 'table'>
        value={draft.view}
        aria-label={t({ en: 'Shown as', zh: '展示方式' })}
        options={[
          { value: 'chart', label: t({ en: 'Chart', zh: '图表' }) },
          { value: 'table', label: t({ en: 'Table', zh: '数据表' }) },
        ]}
        onChange={(view) => patch({ view })}
      />
    </>
  )
}

function MetricFields({ draft, patch }: PartProps) {
  const t = useText()
  return (
    <>
      <MatchField
        match={draft.metric}
        label={t({ en: 'What is counted', zh: '统计对象' })}
        onChange={(metric) => patch({ metric })}
      >
        <MeasureField match={draft.metric} onChange={(metric) => patch({ metric })} />
      </MatchField>
      <Field label={t({ en: 'Unit', zh: '单位' })}>
        {(id) => (
          <Select
            id={id}
            value={draft.unit}
            options={[
              { value: 'number', label: t({ en: 'a number', zh: '数值' }) },
              {
                value: 'money',
                label: t({ en: 'an amount in the brand’s currency (minor unit)', zh: '金额（以最小货币单位记录）' }),
              },
            ]}
            onChange={(unit) => patch({ unit })}
          />
        )}
      </Field>
      {draft.kind === 'goal' ? (
        <Field
          label={t({ en: 'Target', zh: '目标值' })}
          hint={
            draft.unit === 'money'
              ? t({
                  en: 'In the minor unit, as it is recorded: 10000 is 100.00',
                  zh: '按最小货币单位填写，10000 即 100.00',
                })
              : undefined
          }
        >
          {(id) => (
            <InputNumber
              id={id}
              min={0}
              style={{ width: 180 }}
              value={draft.target}
              onChange={(target) => patch({ target })}
            />
          )}
        </Field>
      ) : null}
    </>
  )
}

function OwnRange({ value, onChange }: { value: Range | null; onChange(range: Range | null): void }) {
  const t = useText()
  return (
    <div className="row wrap">
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside */}
      <label className="row">
        <Switch size="small" checked={value !== null} onChange={(on) => onChange(on ? { preset: '90d' } : null)} />
        {t({ en: 'Days of its own', zh: '使用独立的时间范围' })}
      </label>
      {value ? <RangeChoice value={value} onChange={onChange} /> : null}
    </div>
  )
}
