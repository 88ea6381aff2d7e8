import { HourTable } from '../chart/hour-table.tsx'
import type { HeatmapAnswer } from './answer.ts'
import { type Drawing, gridCell, type PictureProps } from './drawing.ts'

/** So many of the fullest hours are pointed out where the answer names none itself. */
const SHOWN_BEST = 3

function Picture({ label, answer, words, onCell }: PictureProps<HeatmapAnswer>) {
  const { t } = words
  const best =
    answer.best ??
    [...answer.cells]
      .sort((a, b) => b.value - a.value)
      .filter((c) => c.value > 0)
      .slice(0, SHOWN_BEST)
  return (
    <div className="stack tight">
      {best.length > 0 ? (
        <p className="small soft">
          {t({ en: 'Fullest hours: ', zh: '最活跃时段：' })}
          {best
            .map((b) => `${words.weekday(b.weekday)} ${String(b.hour).padStart(2, '0')}:00`)
            .join(t({ en: ', ', zh: '、' }))}
        </p>
      ) : null}
      <HourTable
        label={label}
        cells={answer.cells}
        best={best}
        weekStart={words.weekStart}
        weekdayName={words.weekday}
        onCell={onCell}
      />
    </div>
  )
}

export const heatmapDrawing: Drawing<HeatmapAnswer> = {
  Picture,
  isTable: true,
  grid(answer, _, words) {
    const { t, format } = words
    const found = new Map(answer.cells.map((c) => [`${c.weekday}/${c.hour}`, c]))
    return {
      head: t({ en: 'Hour', zh: '小时' }),
      columns: [1, 2, 3, 4, 5, 6, 7].map((d) => words.weekday(d)),
      rows: Array.from({ length: 24 }, (_, hour) => ({
        head: `${String(hour).padStart(2, '0')}:00`,
        cells: [1, 2, 3, 4, 5, 6, 7].map((weekday) => {
          const c = found.get(`${weekday}/${hour}`)
          return gridCell(c?.value ?? 0, format.number, c?.cell)
        }),
      })),
    }
  },
}
