import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { OnCell } from './grid.ts'
import { heatOf } from './heat.ts'
import './chart.css'
import './hour-table.css'

export interface HourCell {
  /** 1 is Monday. */
  weekday: number
  hour: number
  value: number
  cell?: string | undefined
}

interface Props {
  label: string
  cells: readonly HourCell[]
  /** The hours to be pointed out. */
  best: readonly { weekday: number; hour: number }[]
  /** With which day a week begins; 1 is Monday. */
  weekStart: number
  weekdayName(weekday: number): string
  onCell?: OnCell | undefined
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`

/** Weekdays downwards, hours to the right, the more the deeper. */
export function HourTable({ label, cells, best, weekStart, weekdayName, onCell }: Props) {
  const t = useText()
  const format = useFormat()
  const most = Math.max(1, ...cells.map((c) => c.value))
  const found = new Map(cells.map((c) => [`${c.weekday}/${c.hour}`, c]))
  const isBest = (weekday: number, hour: number) => best.some((b) => b.weekday === weekday && b.hour === hour)
  const days = Array.from({ length: 7 }, (_, i) => ((weekStart - 1 + i) % 7) + 1)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard
    <figure className="heat-scroll" tabIndex={0} aria-label={label}>
      <table className="heat-table hour-table">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <td />
            {HOURS.map((hour) => (
              <th scope="col" key={hour}>
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((weekday) => (
            <tr key={weekday}>
              <th scope="row">{weekdayName(weekday)}</th>
              {HOURS.map((hour) => {
                const { value = 0, cell } = found.get(`${weekday}/${hour}`) ?? {}
                const heat = heatOf(value / most)
                const marked = isBest(weekday, hour)
                const of = `${weekdayName(weekday)} ${clock(hour)}`
                const said = `${of}: ${format.number(value)}${marked ? t({ en: ', best', zh: '，最佳时段' }) : ''}`
                return (
                  <td
                    key={hour}
                    title={said}
                    style={heat.style}
                    className={marked ? `${heat.className} is-best` : heat.className}
                  >
                    {cell && onCell && value > 0 ? (
                      <button
                        type="button"
                        className="bare cell-fill"
                        aria-label={said}
                        onClick={() => onCell(cell, of, format.number(value))}
                      >
                        {value === 0 ? '' : format.compact(value)}
                      </button>
                    ) : value === 0 ? (
                      <span className="sr-only">0</span>
                    ) : (
                      format.compact(value)
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
