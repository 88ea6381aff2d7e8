import { useMemo } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { TrendChart } from '../../../../console/chart/trend-chart.tsx'
import { useChartWords } from '../../../../console/insight/chart-words.ts'
import { timeData } from '../../../../console/insight/time-data.ts'
import { Answer } from '../../../../console/states.tsx'
import { Count, Figures, LensBars, LensCard, type LensProps } from './lens-card.tsx'

/** How long members wait for a reply, and who waits in vain. */
export function ResponseCard({ scene, onPick }: LensProps) {
  const t = useText()
  const format = useFormat()
  const response = useCall('insight.lens_response', scene)
  const open = (cell: string, label: string) => onPick({ kind: 'lens_response', query: scene, cell, label })
  const count = (value: number, cell: string, label: string) => (
    <Count text={format.number(value)} label={label} value={value} onOpen={() => open(cell, label)} />
  )
  const [asked, open_, lost, helping] = [
    t({ en: 'Questions', zh: '提问数' }),
    t({ en: 'Still open', zh: '待回应' }),
    t({ en: 'Unanswered', zh: '未回应' }),
    t({ en: 'First responders', zh: '首位回应者' }),
  ]
  return (
    <LensCard kind="lens_response">
      <Answer of={response} rows={6}>
        {(r) => (
          <>
            <Figures
              items={[
                {
                  label: t({ en: 'Median wait', zh: '响应时间中位数' }),
                  value: r.medianSeconds === null ? '–' : format.span(r.medianSeconds),
                  ...(r.p90Seconds === null
                    ? {}
                    : {
                        hint: t({
                          en: `90 % within ${format.span(r.p90Seconds)}`,
                          zh: `90% 在 ${format.span(r.p90Seconds)} 内`,
                        }),
                      }),
                },
                {
                  label: lost,
                  value: count(r.unanswered, r.unansweredCell, lost),
                  ...(r.unansweredShare === null ? {} : { hint: format.percent(r.unansweredShare) }),
                },
                { label: asked, value: count(r.questions, r.cell, asked) },
                { label: open_, value: count(r.open, r.openCell, open_) },
                { label: helping, value: count(r.responders, r.respondersCell, helping) },
              ]}
            />
            <LensBars
              label={t({ en: 'Questions by how long they waited', zh: '按等待时长的提问数' })}
              rows={r.waits.map(({ upTo, questions, cell }, i) => {
                const before = format.span(r.waits[i - 1]?.upTo ?? 0)
                const name =
                  upTo === null
                    ? t({ en: `over ${before}`, zh: `${before}以上` })
                    : t({ en: `within ${format.span(upTo)}`, zh: `${format.span(upTo)}内` })
                return { key: cell, label: name, name, value: questions, text: format.number(questions), cell }
              })}
              onOpen={open}
            />
          </>
        )}
      </Answer>
    </LensCard>
  )
}

/** The same week by week: what was asked, and how much of it found a reply. */
export function RhythmCard({ scene, onPick }: LensProps) {
  const t = useText()
  const words = useChartWords(scene.timezone)
  const response = useCall('insight.lens_response', scene)
  const title = { en: 'Questions and replies by week', zh: '每周提问与回应' }
  const data = useMemo(() => {
    const { buckets, unfinished } = response.data ?? { buckets: [], unfinished: [] }
    const series = [
      {
        name: t({ en: 'Asked', zh: '提问' }),
        values: buckets.map((b) => b.questions),
        cells: buckets.map((b) => b.cell),
      },
      {
        name: t({ en: 'Answered', zh: '已获回应' }),
        values: buckets.map((b) => b.answered),
        cells: buckets.map((b) => b.answeredCell),
      },
    ]
    return timeData({ buckets: buckets.map((b) => b.bucket), unfinished, interval: 'week', series }, words)
  }, [response.data, words, t])
  return (
    <LensCard kind="lens_response" title={title}>
      <Answer of={response} rows={6}>
        {() => (
          <TrendChart
            label={t(title)}
            data={data}
            height={300}
            onCell={(cell, label) => onPick({ kind: 'lens_response', query: scene, cell, label })}
          />
        )}
      </Answer>
    </LensCard>
  )
}
