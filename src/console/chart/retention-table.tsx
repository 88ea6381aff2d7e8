import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import './chart.css'

export interface RetentionRow {
  cohort: string
  size: number
  /** Members of the cohort who came back in period i; null where the period has not elapsed. */
  values: readonly (number | null)[]
}

/** From this share on a cell's ground is dark enough to need light text. */
const LIGHT_TEXT_FROM = 0.55

/** Cohorts downwards, periods to the right; a real table, coloured. */
export function RetentionTable({
  label,
  rows,
  average,
}: {
  label: string
  rows: readonly RetentionRow[]
  average: readonly (number | null)[]
}) {
  const t = useText()
  const format = useFormat()
  const periods = Math.max(0, ...rows.map((r) => r.values.length))
  const share = (ratio: number | null | undefined, key: number) =>
    ratio == null ? (
      <td key={key} className="heat-none">
        <span className="sr-only">{t({ en: 'not elapsed', zh: '未到期' })}</span>
      </td>
    ) : (
      <td
        key={key}
        className={ratio >= LIGHT_TEXT_FROM ? 'heat is-deep' : 'heat'}
        style={{ '--heat': `${Math.round(Math.min(1, ratio) * 100)}%` } as React.CSSProperties}
      >
        {format.percent(ratio)}
      </td>
    )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard
    <section className="heat-scroll" tabIndex={0} aria-label={label}>
      <table className="heat-table">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{t({ en: 'Cohort', zh: '首次活跃周' })}</th>
            <th scope="col">{t({ en: 'Members', zh: '人数' })}</th>
            {Array.from({ length: periods }, (_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the period's number is what it is
              <th scope="col" key={i}>
                {t({ en: `W${i}`, zh: i === 0 ? '当周' : `第 ${i} 周` })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.cohort}>
              <th scope="row">{format.dayOnly(row.cohort)}</th>
              <td>{format.number(row.size)}</td>
              {Array.from({ length: periods }, (_, i) => {
                const value = row.values[i]
                return share(value == null || row.size === 0 ? null : value / row.size, i)
              })}
            </tr>
          ))}
          <tr className="heat-average">
            <th scope="row">{t({ en: 'Average', zh: '平均' })}</th>
            <td />
            {Array.from({ length: periods }, (_, i) => share(average[i], i))}
          </tr>
        </tbody>
      </table>
    </section>
  )
}
