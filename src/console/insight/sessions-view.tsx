import { useMemo, useState } from 'react'
import type { Text } from '#web/text.ts'
import { gridOf, TrendChart, type TrendSeries } from '../chart/trend-chart.tsx'
import type { InsightQuery, SessionMeasure, SessionsAnswer } from './answer.ts'
import type { ChartWords } from './chart-words.ts'
import type { Drawing, PictureProps } from './drawing.ts'
import { timeData } from './time-data.ts'

const TITLES: Readonly<Record<SessionMeasure, Text>> = {
  sessions: { en: 'Sessions', zh: '会话数' },
  members: { en: 'Members', zh: '人数' },
  avgSeconds: { en: 'Mean length', zh: '平均时长' },
  medianSeconds: { en: 'Median length', zh: '时长中位数' },
  eventsPerSession: { en: 'Events per session', zh: '每会话事件数' },
  bounceRate: { en: 'Bounce rate', zh: '跳出率' },
}
const MEASURES = Object.keys(TITLES) as readonly SessionMeasure[]
const shownOf = (measure: SessionMeasure, { format }: ChartWords) =>
  measure === 'bounceRate' ? format.percent : measure.endsWith('Seconds') ? format.span : format.number

const seriesOf = (answer: SessionsAnswer, words: ChartWords): TrendSeries[] =>
  MEASURES.flatMap((measure) => {
    const found = answer.series.find((s) => s.name === measure)
    return found
      ? [
          {
            name: words.t(TITLES[measure]),
            values: found.values,
            cells: found.cells,
            shown: shownOf(measure, words),
          },
        ]
      : []
  })

const dataOf = (
  answer: SessionsAnswer,
  query: InsightQuery,
  words: ChartWords,
  series: readonly TrendSeries[],
  annotations: PictureProps<0>['annotations'] = [],
) =>
  timeData(
    {
      buckets: answer.buckets,
      unfinished: answer.unfinished,
      interval: query.interval ?? 'day',
      series,
      annotations,
    },
    words,
  )

function Picture({ label, answer, query, words, height, annotations, onCell }: PictureProps<SessionsAnswer>) {
  const [measure, setMeasure] = useState<SessionMeasure>('sessions')
  const data = useMemo(() => {
    const all = seriesOf(answer, words)
    const one = all.find((s) => s.name === words.t(TITLES[measure]))
    return dataOf(answer, query, words, one ? [one] : [], annotations)
  }, [answer, query, words, measure, annotations])
  return (
    <div className="stack tight">
      <fieldset className="insight-choices">
        <legend className="sr-only">{words.t({ en: 'What is drawn', zh: '展示指标' })}</legend>
        {MEASURES.map((m) => {
          const value = answer.total[m]
          return (
            <button
              key={m}
              type="button"
              className="bare insight-choice"
              aria-pressed={m === measure}
              onClick={() => setMeasure(m)}
            >
              <span className="soft small">{words.t(TITLES[m])}</span>
              <strong className="tabular">{value === null ? '–' : shownOf(m, words)(value)}</strong>
            </button>
          )
        })}
      </fieldset>
      <TrendChart label={`${label}: ${words.t(TITLES[measure])}`} data={data} height={height - 70} onCell={onCell} />
    </div>
  )
}

export const sessionsDrawing: Drawing<SessionsAnswer> = {
  Picture,
  grid: (answer, query, words) =>
    gridOf(dataOf(answer, query, words, seriesOf(answer, words)), words.t, words.format.number),
}
