import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { CellLink } from './cell-link.tsx'
import type { OnCell } from './grid.ts'
import { heatOf } from './heat.ts'
import './chart.css'

export interface RetentionRow {
  cohort: string
  size: number
  /** Members of the cohort who came back in period i; null where the period has not elapsed. */
  values: readonly (number | null)[]
  cells?: readonly string[] | undefined
}

interface Props {
  label: string
  rows: readonly RetentionRow[]
  average: readonly (number | null)[]
  /** How period i is called. */
  periodName(i: number): string
  /** Shares of the cohort, or how many. */
  as?: 'share' | 'members'
  onCell?: OnCell | undefined
}

/** Cohorts downwards, periods to the right; a real table, coloured. What has not elapsed is blank. */
export function RetentionTable({ label, rows, average, periodName, as = 'share', onCell }: Props) {
  const t = useText()
  const format = useFormat()
  const periods = Math.max(0, ...rows.map((r) => r.values.length))
  const heat = (ratio: number | null | undefined, key: number, text: string, open?: () => void, of?: string) =>
    ratio == null ? (
      <td key={key} className="heat-none">
        <span className="sr-only">{t({ en: 'not elapsed', zh: '未到期' })}</span>
      </td>
    ) : (
      <td key={key} {...heatOf(ratio)}>
        {open ? (
          <button type="button" className="bare cell-fill" aria-label={`${of}: ${text}`} onClick={open}>
            {text}
          </button>
        ) : (
          text
        )}
      </td>
    )
  return (
    // Several of one name may stand on a page, so it is no landmark.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard
    <figure className="heat-scroll" tabIndex={0} aria-label={label}>
      <table className="heat-table">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{t({ en: 'Cohort', zh: '同期群' })}</th>
            <th scope="col">{t({ en: 'Members', zh: '人数' })}</th>
            {Array.from({ length: periods }, (_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the period's number is what it is
              <th scope="col" key={i}>
                {periodName(i)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.cohort}>
              <th scope="row">{row.cohort}</th>
              <td>
                <CellLink
                  of={`${row.cohort} · ${t({ en: 'Members', zh: '人数' })}`}
                  text={format.number(row.size)}
                  cell={row.size === 0 ? null : row.cells?.[0]}
                  onCell={onCell}
                />
              </td>
              {Array.from({ length: periods }, (_, i) => {
                const value = row.values[i]
                const ratio = value == null || row.size === 0 ? null : value / row.size
                const text = as === 'share' ? format.percent(ratio ?? 0) : format.number(value ?? 0)
                const cell = row.cells?.[i]
                const of = `${row.cohort} · ${periodName(i)}`
                return heat(
                  ratio,
                  i,
                  text,
                  cell && onCell ? () => onCell(cell, of, format.number(value ?? 0)) : undefined,
                  of,
                )
              })}
            </tr>
          ))}
          <tr className="heat-average">
            <th scope="row">{t({ en: 'Average', zh: '平均' })}</th>
            <td />
            {Array.from({ length: periods }, (_, i) => heat(average[i], i, format.percent(average[i] ?? 0)))}
          </tr>
        </tbody>
      </table>
    </figure>
  )
}
