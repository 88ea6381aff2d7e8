import { useMemo } from 'react'
import { barOption } from '../chart/bar-option.ts'
import { CellLink } from '../chart/cell-link.tsx'
import { useLook } from '../chart/look.ts'
import { Plot } from '../chart/plot.tsx'
import type { DistributionAnswer, InsightQuery } from './answer.ts'
import type { ChartWords } from './chart-words.ts'
import { type Drawing, gridCell, type PictureProps } from './drawing.ts'

const binName = (
  { from, to }: { from: number | null; to: number | null },
  query: InsightQuery,
  { numberOf, format }: ChartWords,
): string => {
  const shown = query.of ? numberOf(query.event, query.of) : format.number
  if (from === null) return `< ${shown(to ?? 0)}`
  if (to === null) return `≥ ${shown(from)}`
  return from === to || (Number.isInteger(from) && to === from + 1 && !query.of)
    ? shown(from)
    : `${shown(from)} – ${shown(to)}`
}

function Picture({ label, answer, query, words, height, onCell }: PictureProps<DistributionAnswer>) {
  const { t, format } = words
  const look = useLook()
  const built = useMemo(() => {
    const labels = answer.bins.map((b) => binName(b, query, words))
    const texts = answer.bins.map((b) =>
      t({ en: `${format.number(b.members)} members`, zh: `${format.number(b.members)} 人` }),
    )
    return {
      option: barOption({ labels, texts, values: answer.bins.map((b) => b.members) }, look),
      spots: [
        answer.bins.map((b, i) => ({ label: labels[i] ?? '', text: texts[i] ?? '', value: b.members, cell: b.cell })),
      ],
    }
  }, [answer, query, words, look, t, format])
  const shown = query.of ? words.numberOf(query.event, query.of) : format.number
  const all = t({ en: 'Members', zh: '人数' })
  const facts: readonly (readonly [string, number | null, (n: number) => string])[] = [
    [t({ en: 'Mean', zh: '均值' }), answer.mean, shown],
    [t({ en: 'Median', zh: '中位数' }), answer.median, shown],
    [t({ en: 'P90', zh: '90 分位' }), answer.p90, shown],
  ]
  return (
    <div className="stack tight">
      <dl className="insight-facts">
        <div>
          <dt>{all}</dt>
          <dd className="tabular">
            <CellLink
              of={all}
              text={format.number(answer.members)}
              cell={answer.members > 0 ? answer.membersCell : null}
              onCell={onCell}
            />
          </dd>
        </div>
        {facts.map(([name, value, say]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="tabular">{value === null ? '–' : say(value)}</dd>
          </div>
        ))}
      </dl>
      <Plot label={label} option={built.option} spots={built.spots} height={height - 50} onCell={onCell} />
    </div>
  )
}

export const distributionDrawing: Drawing<DistributionAnswer> = {
  Picture,
  grid(answer, query, words) {
    const { t, format } = words
    const share = (n: number) => (answer.members > 0 ? n / answer.members : null)
    return {
      head: t({ en: 'Value', zh: '取值区间' }),
      columns: [t({ en: 'Members', zh: '人数' }), t({ en: 'Share', zh: '占比' })],
      rows: answer.bins.map((b) => ({
        head: binName(b, query, words),
        cells: [gridCell(b.members, format.number, b.cell), gridCell(share(b.members), format.percent)],
      })),
    }
  },
}
