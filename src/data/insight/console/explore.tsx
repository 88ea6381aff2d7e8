import { useQueryClient } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import type { ChartKind } from '../../../console/insight/answer.ts'
import { useChartWords } from '../../../console/insight/chart-words.ts'
import type { ChartStyle } from '../../../console/insight/drawing.ts'
import { InsightPicture } from '../../../console/insight/insight-chart.tsx'
import { KIND_TITLES } from '../../../console/insight/kinds.ts'
import { useInsight } from '../../../console/insight/use-insight.ts'
import { WhoDrawer } from '../../../console/insight/who-drawer.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Empty, Failed, Loading } from '../../../console/states.tsx'
import { describe } from '../../segment/console/describe.ts'
import { type Draft, tidy } from '../../segment/console/draft.ts'
import { EventCatalogue } from './event-catalogue.tsx'
import { ExploreActions } from './explore-actions.tsx'
import { ExploreSide } from './explore-side.tsx'
import { useExplore } from './explore-state.ts'
import { FilterField } from './filter-field.tsx'
import { type Chosen, firstCell } from './first-cell.ts'
import { QUERY_FORMS } from './form/query-forms.ts'
import { RangeField } from './range-field.tsx'
import { useTelling } from './telling.ts'
import './explore.css'

const HEIGHT = 380

const STYLES: Readonly<Record<ChartStyle, Text>> = {
  line: { en: 'Lines', zh: '折线' },
  area: { en: 'Areas', zh: '堆积面积' },
  bar: { en: 'Bars', zh: '柱形' },
  stacked: { en: 'Stacked bars', zh: '堆积柱形' },
  calendar: { en: 'Calendar', zh: '日历' },
}

/** A question about what members do: written without a language of its own, drawn, and with its people. */
export function Explore() {
  const t = useText()
  const telling = useTelling()
  const { url, set, written, change, asked, zone, isPending, style, view } = useExplore()
  const { may } = useSession()
  const picture = useRef<HTMLDivElement>(null)
  const words = useChartWords(zone)
  const answer = useInsight<object>(asked.kind, asked.query)
  const annotations = useAnnotations(asked.query?.from, asked.query?.to)
  const { Form, add, about } = QUERY_FORMS[written.kind]
  const sentence = useMemo(() => {
    const filter = asked.query?.filter as Draft | undefined
    const whose = filter && tidy(filter)
    const told = asked.query ? QUERY_FORMS[asked.kind].tell(asked.query, telling) : ''
    return whose ? `${told}${t({ en: '; only of members: ', zh: '；仅限：' })}${describe(whose, telling)}` : told
  }, [asked, telling, t])
  const first = useMemo(
    () => (answer.data && asked.query ? firstCell(asked.kind, answer.data, asked.query, words) : null),
    [answer.data, asked, words],
  )
  const { chosen, opened, pick, open, close } = useChosen(JSON.stringify(asked), first)
  const mayName = may('segment.read')
  return (
    <>
      <PageHead
        title={t({ en: 'Explore', zh: '行为分析' })}
        hint={t({
          en: 'Ask what members do. Every number opens the people behind it.',
          zh: '自由分析成员行为，任意数值都可查看对应成员。',
        })}
        actions={
          <ExploreActions
            kind={asked.kind}
            query={asked.query}
            answer={answer.data}
            words={words}
            view={view}
            sentence={sentence}
            picture={() => picture.current}
          />
        }
      />
      <KindTabs
        kind={written.kind}
        onChange={(kind) => change({ kind, query: QUERY_FORMS[kind].blank(about(written.query)) })}
      />
      <div className="explore">
        <EventCatalogue
          onEvent={(event) => change({ query: add(written.query, event) })}
          onMetric={(metric) => change({ query: QUERY_FORMS[written.kind].blank({ event: { metric } }) })}
        />
        <div className="explore-main">
          <section className="card explore-form" aria-label={t({ en: 'Question', zh: '分析条件' })}>
            <Form query={written.query} onChange={(query) => change({ query })} />
            <FilterField filter={written.filter} words={telling} onChange={(filter) => change({ filter })} />
          </section>
          <section className="card" aria-label={t({ en: 'Answer', zh: '分析结果' })}>
            <div className="explore-bar">
              <RangeField
                range={url.range}
                zone={zone}
                onRange={(range) => set({ range }, true)}
                onZone={(z) => set({ zone: z }, true)}
              />
              <div className="row wrap">
                <Waiting asking={answer.isFetching || isPending} kind={asked.kind} />
                {asked.kind === 'trend' ? (
                  <Select<ChartStyle>
                    aria-label={t({ en: 'Kind of chart', zh: '图表样式' })}
                    value={style}
                    disabled={view === 'table'}
                    popupMatchSelectWidth={false}
                    options={(Object.keys(STYLES) as ChartStyle[]).map((s) => ({ value: s, label: t(STYLES[s]) }))}
                    onChange={(s) => set({ style: s === 'line' ? null : s })}
                  />
                ) : null}
                <Button
                  icon={<Icon name={view === 'table' ? 'chart' : 'table'} />}
                  aria-pressed={view === 'table'}
                  aria-label={t({ en: 'As a table', zh: '以表格显示' })}
                  onClick={() => set({ view: view === 'table' ? null : 'table' })}
                />
              </div>
            </div>
            <div ref={picture} className="explore-picture" aria-busy={isPending || answer.isFetching}>
              {asked.query === null ? (
                <Empty
                  title={t({ en: 'The question is not complete', zh: '分析条件尚未填完' })}
                  hint={t({ en: 'Choose an event, on the left or in the form.', zh: '请在左侧或上方选择事件。' })}
                />
              ) : answer.data ? (
                <InsightPicture
                  kind={asked.kind}
                  query={asked.query}
                  answer={answer.data}
                  words={words}
                  view={view}
                  style={style}
                  height={HEIGHT}
                  annotations={annotations}
                  onCell={mayName ? (cell, label) => pick({ cell, label }) : undefined}
                />
              ) : answer.error ? (
                <Failed compact error={answer.error} retry={() => void answer.refetch()} />
              ) : answer.isFetching ? (
                <Loading rows={9} />
              ) : (
                <Empty
                  title={t({ en: 'Stopped', zh: '已停止' })}
                  action={
                    <Button onClick={() => void answer.refetch()}>{t({ en: 'Ask again', zh: '重新查询' })}</Button>
                  }
                />
              )}
            </div>
          </section>
        </div>
        <ExploreSide
          kind={asked.kind}
          query={asked.query}
          sentence={sentence}
          asOf={answer.data?.asOf}
          people={mayName && answer.data ? { chosen, isFirst: chosen === first, open } : null}
        />
      </div>
      {asked.query ? (
        <WhoDrawer
          kind={asked.kind}
          query={asked.query}
          cell={opened?.cell ?? null}
          label={opened?.label ?? ''}
          onClose={close}
        />
      ) : null}
    </>
  )
}

/** The number whose people are shown: the last one picked of this question, until then the first. */
function useChosen(question: string, first: Chosen | null) {
  const [picked, setPicked] = useState<{ question: string; one: Chosen } | null>(null)
  const [isOpen, setOpen] = useState(false)
  const chosen = picked?.question === question ? picked.one : first
  return {
    chosen,
    /** Those in the drawer. */
    opened: isOpen ? chosen : null,
    pick(one: Chosen) {
      setPicked({ question, one })
      setOpen(true)
    },
    open: () => setOpen(true),
    close: () => setOpen(false),
  }
}

function KindTabs({ kind, onChange }: { kind: ChartKind; onChange(kind: ChartKind): void }) {
  const t = useText()
  const tabs = useRef<HTMLFieldSetElement>(null)
  // On a phone the tabs are wider than the screen.
  useEffect(() => {
    tabs.current?.querySelector(`[data-kind="${kind}"]`)?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [kind])
  return (
    <fieldset ref={tabs} className="kind-tabs">
      <legend className="sr-only">{t({ en: 'Kind of analysis', zh: '分析类型' })}</legend>
      {(Object.keys(KIND_TITLES) as ChartKind[]).map((k) => (
        <button
          key={k}
          type="button"
          className="bare kind-tab"
          data-kind={k}
          aria-pressed={k === kind}
          onClick={() => onChange(k)}
        >
          {t(KIND_TITLES[k])}
        </button>
      ))}
    </fieldset>
  )
}

/** Says that the answer is on its way, and lets go of it. */
function Waiting({ asking, kind }: { asking: boolean; kind: ChartKind }) {
  const t = useText()
  const client = useQueryClient()
  return (
    <span role="status">
      {asking ? (
        <Button
          type="text"
          size="small"
          icon={<Icon name="close" size={13} />}
          onClick={() => void client.cancelQueries({ queryKey: [`insight.${kind}`] })}
        >
          {t({ en: 'Asking… stop', zh: '查询中，点此停止' })}
        </Button>
      ) : null}
    </span>
  )
}

const MOST_ANNOTATIONS = 50

function useAnnotations(from: unknown, to: unknown) {
  const { may } = useSession()
  const range = typeof from === 'string' && typeof to === 'string' ? { from, to, limit: MOST_ANNOTATIONS } : null
  const { data } = useCall('annotation.list', may('dashboard.read') ? range : null)
  return useMemo(() => (data?.items ?? []).map((a) => ({ at: a.at, title: a.text })), [data])
}
