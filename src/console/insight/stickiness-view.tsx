import { useMemo } from 'react'
import { barOption } from '../chart/bar-option.ts'
import { useLook } from '../chart/look.ts'
import { Plot } from '../chart/plot.tsx'
import { TrendChart } from '../chart/trend-chart.tsx'
import type { InsightQuery, StickinessAnswer } from './answer.ts'
import type { ChartWords } from './chart-words.ts'
import { type Drawing, gridCell, type PictureProps } from './drawing.ts'
import { timeData } from './time-data.ts'

const periodsName = (n: number, query: InsightQuery, { t }: ChartWords) => {
  const unit =
    query.interval === 'week' ? ['week', '周'] : query.interval === 'month' ? ['month', '个月'] : ['day', '天']
  return t({ en: `${n} ${unit[0]}${n === 1 ? '' : 's'}`, zh: `${n} ${unit[1]}` })
}

function Picture({ label, answer, query, words, height, annotations, onCell }: PictureProps<StickinessAnswer>) {
  const { t, format } = words
  const look = useLook()
  const built = useMemo(() => {
    const labels = answer.histogram.map((b) => periodsName(b.periods, query, words))
    const texts = answer.histogram.map((b) =>
      t({ en: `${format.number(b.members)} members`, zh: `${format.number(b.members)} 人` }),
    )
    return {
      option: barOption({ labels, texts, values: answer.histogram.map((b) => b.members) }, look),
      spots: [
        answer.histogram.map((b, i) => ({
          label: labels[i] ?? '',
          text: texts[i] ?? '',
          value: b.members,
          cell: b.cell,
        })),
      ],
    }
  }, [answer, query, words, look, t, format])
  const half = answer.days.length > 0 ? Math.max(120, Math.round((height - WORDS) / 2)) : height - 60
  return (
    <div className="stack tight">
      <p className="insight-lead">
        <strong className="tabular">{answer.ratio === null ? '–' : format.percent(answer.ratio)}</strong>{' '}
        <span className="soft">{t({ en: 'mean DAU of monthly actives', zh: '平均日活 ÷ 月活' })}</span>
      </p>
      <h3>{t({ en: 'Members by how often they were active', zh: '按活跃频次分布的人数' })}</h3>
      <Plot label={label} option={built.option} spots={built.spots} height={half} onCell={onCell} />
      {answer.days.length > 0 ? (
        <>
          <h3>{t({ en: 'DAU ÷ MAU by day', zh: '每日 DAU ÷ MAU' })}</h3>
          <TrendChart
            label={t({ en: 'DAU ÷ MAU by day', zh: '每日 DAU ÷ MAU' })}
            height={half}
            onCell={onCell}
            data={timeData(
              {
                buckets: answer.days.map((d) => d.day),
                unfinished: answer.unfinished,
                interval: 'day',
                annotations,
                series: [
                  {
                    name: 'DAU ÷ MAU',
                    values: answer.days.map((d) => d.ratio),
                    // Whose share it is: the actives of the 30 days.
                    cells: answer.days.map((d) => d.mauCell),
                    shown: format.percent,
                  },
                ],
              },
              words,
            )}
          />
        </>
      ) : null}
    </div>
  )
}

/** The lead and the two titles above the two pictures (px). */
const WORDS = 130
/** A row of the distribution tells of no day. */
const NO_DAY = [null, null, null].map((none) => gridCell(none, String))

export const stickinessDrawing: Drawing<StickinessAnswer> = {
  Picture,
  grid(answer, query, words) {
    const { t, format } = words
    return {
      head: t({ en: 'Active in / day', zh: '活跃频次 / 日期' }),
      columns: [t({ en: 'Members', zh: '人数' }), 'DAU', 'MAU', 'DAU ÷ MAU'],
      rows: [
        ...answer.histogram.map((b) => ({
          head: periodsName(b.periods, query, words),
          cells: [gridCell(b.members, format.number, b.cell), ...NO_DAY],
        })),
        ...answer.days.map((d) => ({
          head: words.bucket(d.day, 'day'),
          cells: [
            gridCell(null, format.number),
            gridCell(d.dau, format.number, d.dauCell),
            gridCell(d.mau, format.number, d.mauCell),
            gridCell(d.ratio, format.percent),
          ],
        })),
      ],
    }
  },
}
