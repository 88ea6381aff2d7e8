import { useMemo } from 'react'
import { CellLink } from '../chart/cell-link.tsx'
import { FunnelBars, type FunnelGroup } from '../chart/funnel-bars.tsx'
import { TrendChart } from '../chart/trend-chart.tsx'
import type { FunnelAnswer, FunnelStep, InsightQuery } from './answer.ts'
import type { ChartWords } from './chart-words.ts'
import { type Drawing, gridCell, listOf, nameOf, type PictureProps } from './drawing.ts'
import { timeData } from './time-data.ts'

const stepNames = (query: InsightQuery, words: ChartWords) => listOf(query.steps).map((s) => nameOf(s, words))

/** Beyond these groups bars are too many to compare; the table has all. */
const MOST_GROUPS = 6

function groupsOf(answer: FunnelAnswer, words: ChartWords): FunnelGroup[] {
  const groups = Object.entries(answer.groups ?? {}).map(([value, { steps }]) => ({
    name: words.groupTitle(value),
    levels: steps,
  }))
  return groups.length === 0 ? [{ name: null, levels: answer.steps }] : groups.sort(byFirst)
}
const byFirst = (a: FunnelGroup, b: FunnelGroup) => (b.levels[0]?.entered ?? 0) - (a.levels[0]?.entered ?? 0)

function Picture({ label, answer, query, words, annotations, onCell }: PictureProps<FunnelAnswer>) {
  const { t, format } = words
  const steps = useMemo(() => stepNames(query, words), [query, words])
  const groups = useMemo(() => groupsOf(answer, words).slice(0, MOST_GROUPS), [answer, words])
  const last = answer.steps.at(-1)
  const link = (n: number, cell: string | undefined, name: string) => (
    <CellLink of={name} text={format.number(n)} cell={n > 0 ? cell : null} onCell={onCell} />
  )
  return (
    <div className="stack">
      <p className="insight-lead">
        <strong className="tabular">{last?.conversionRate == null ? '–' : format.percent(last.conversionRate)}</strong>{' '}
        <span className="soft">{t({ en: 'conversion over all steps', zh: '整体转化率' })}</span>
      </p>
      <FunnelBars label={label} steps={steps} groups={groups} onCell={onCell} />
      <p className="faint small">
        {answer.stillOpen > 0 ? (
          <>
            {t({ en: 'Window still open for ', zh: '窗口期未满、仍可能转化：' })}
            {link(answer.stillOpen, answer.stillOpenCell, t({ en: 'Window still open', zh: '窗口期未满' }))}
            {t({ en: '. ', zh: ' 人。' })}
          </>
        ) : null}
        {answer.excluded ? (
          <>
            {t({ en: 'Left out by the exclusions: ', zh: '命中排除条件：' })}
            {link(answer.excluded, answer.excludedCell, t({ en: 'Excluded', zh: '被排除' }))}
            {t({ en: '.', zh: ' 人。' })}
          </>
        ) : null}
      </p>
      {answer.trend && answer.trend.length > 0 ? (
        <TrendChart
          label={t({ en: 'Conversion over time', zh: '转化率趋势' })}
          height={200}
          onCell={onCell}
          data={timeData(
            {
              buckets: answer.trend.map((p) => p.bucket),
              unfinished: [],
              interval: query.trend,
              annotations,
              series: [
                {
                  name: t({ en: 'Conversion', zh: '转化率' }),
                  values: answer.trend.map((p) => p.rate),
                  cells: answer.trend.map((p) => p.cell),
                  shown: format.percent,
                },
              ],
            },
            words,
          )}
        />
      ) : null}
    </div>
  )
}

export const funnelDrawing: Drawing<FunnelAnswer> = {
  Picture,
  grid(answer, query, words) {
    const { t, format } = words
    const names = stepNames(query, words)
    const cells = (s: FunnelStep) => [
      gridCell(s.entered, format.number, s.cell),
      gridCell(s.conversionRate, format.percent),
      gridCell(s.fromPrevious, format.percent),
      gridCell(s.medianSeconds, format.span),
      gridCell(s.avgSeconds, format.span),
    ]
    const rows = (steps: readonly FunnelStep[], group?: string) =>
      steps.map((s, i) => ({
        head: [`${i + 1}. ${names[i] ?? ''}`, group].filter(Boolean).join(' · '),
        cells: cells(s),
      }))
    return {
      head: t({ en: 'Step', zh: '步骤' }),
      columns: [
        t({ en: 'Members', zh: '人数' }),
        t({ en: 'Of the first', zh: '总转化率' }),
        t({ en: 'Of the step before', zh: '上一步转化率' }),
        t({ en: 'Median time', zh: '中位用时' }),
        t({ en: 'Mean time', zh: '平均用时' }),
      ],
      rows: [
        ...rows(answer.steps),
        ...Object.entries(answer.groups ?? {}).flatMap(([value, g]) => rows(g.steps, words.groupTitle(value))),
      ],
    }
  },
}
