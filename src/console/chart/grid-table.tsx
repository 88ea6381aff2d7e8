import { CellLink } from './cell-link.tsx'
import type { Grid, OnCell } from './grid.ts'
import './chart.css'

/** Beyond this many rows nobody reads on; the file has them all. */
const MOST_ROWS = 500

/** The numbers behind a chart; those with people behind them are buttons. */
export function GridTable({ label, grid, onCell }: { label: string; grid: Grid; onCell?: OnCell | undefined }) {
  return (
    <table>
      <caption className="sr-only">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{grid.head}</th>
          {grid.columns.map((c, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two series may have one name
            <th scope="col" key={i}>
              {c}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {grid.rows.slice(0, MOST_ROWS).map((row, r) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          <tr key={r}>
            <th scope="row">{row.head}</th>
            {row.cells.map(({ text, value, cell }, i) => {
              const of = [row.head, grid.columns[i]].filter(Boolean).join(' · ')
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: see the columns
                <td key={i}>
                  <CellLink of={of} text={text} cell={value === null ? null : cell} onCell={onCell} />
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
