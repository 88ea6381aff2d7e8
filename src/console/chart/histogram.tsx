import { useText } from '#web/preferences.tsx'
import './chart.css'
import './distribution.css'

export interface Bar {
  label: string
  count: number
  /** What the pointer and a screen reader are told; default the label. */
  title?: string
}

interface Props {
  label: string
  bars: readonly Bar[]
  /** A count as it is shown. */
  shown(count: number): string
}

/** How values are spread: a bar for each range of them, its number above where there is room. */
export function Histogram({ label, bars, shown }: Props) {
  const t = useText()
  const most = Math.max(1, ...bars.map((b) => b.count))
  // So many fit side by side with their labels.
  const every = Math.ceil(bars.length / 8)
  return (
    <figure className="chart" aria-label={label}>
      <ol className="histogram" aria-hidden="true">
        {bars.map((bar, i) => (
          <li key={bar.label} title={`${bar.title ?? bar.label}: ${shown(bar.count)}`}>
            <span className="histogram-bar" style={{ height: `${(bar.count / most) * 100}%` }} />
            <span className="histogram-label">
              {i % every === 0 && (every === 1 || i + every <= bars.length) ? bar.label : ''}
            </span>
          </li>
        ))}
      </ol>
      <div className="sr-only">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">{t({ en: 'Value', zh: '取值' })}</th>
              <th scope="col">{t({ en: 'Members', zh: '人数' })}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.label}>
                <th scope="row">{bar.title ?? bar.label}</th>
                <td>{shown(bar.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}

/** Shares of named values, the largest first. */
export function ShareBars({ label, bars, shown }: Props) {
  const most = Math.max(1, ...bars.map((b) => b.count))
  return (
    <figure className="chart" aria-label={label}>
      <ul className="share-bars">
        {bars.map((bar) => (
          <li key={bar.label}>
            <span className="clip" title={bar.title ?? bar.label}>
              {bar.label}
            </span>
            <span className="share-track">
              <span className="share-bar" style={{ width: `${(bar.count / most) * 100}%` }} />
            </span>
            <span className="tabular">{shown(bar.count)}</span>
          </li>
        ))}
      </ul>
    </figure>
  )
}
