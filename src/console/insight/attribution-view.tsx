import { CellLink } from '../chart/cell-link.tsx'
import type { AttributionAnswer, InsightQuery } from './answer.ts'
import type { ChartWords } from './chart-words.ts'
import { type Drawing, gridCell, listOf, nameOf, type PictureProps } from './drawing.ts'

const touchName = (row: { touch: number; name: string | null }, query: InsightQuery, words: ChartWords) => {
  const asked = listOf(query.touch)[row.touch]
  if (!asked) return row.name ?? ''
  const own = nameOf(asked, words)
  const by = (asked as { by?: unknown }).by
  return by ? [own, words.groupTitle(row.name)].join(' · ') : own
}

function Picture({ label, answer, query, words, onCell }: PictureProps<AttributionAnswer>) {
  const { t, format } = words
  const hasValue = answer.rows.some((r) => r.value !== null)
  const value = moneyOf(query, words)
  const { total, unattributed } = answer
  const rest = t({ en: 'No touch in the window', zh: '窗口期内无触点' })
  const people = (name: string, members: number, cell: string) => (
    <CellLink of={name} text={format.number(members)} cell={cell} onCell={onCell} />
  )
  return (
    <div className="heat-scroll">
      <table className="attribution-table">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{t({ en: 'Touch', zh: '触点' })}</th>
            <th scope="col">{t({ en: 'Conversions', zh: '转化数' })}</th>
            {hasValue ? <th scope="col">{t({ en: 'Value', zh: '转化价值' })}</th> : null}
            <th scope="col">{t({ en: 'Share', zh: '贡献占比' })}</th>
            <th scope="col">{t({ en: 'Members', zh: '人数' })}</th>
          </tr>
        </thead>
        <tbody>
          {answer.rows.map((row) => {
            const name = touchName(row, query, words)
            return (
              <tr key={row.cell}>
                <th scope="row">{name}</th>
                <td className="tabular">{format.number(row.conversions)}</td>
                {hasValue ? <td className="tabular">{row.value === null ? '–' : value(row.value)}</td> : null}
                <td className="attribution-share">
                  <span className="attribution-track">
                    <span className="attribution-bar" style={{ width: `${row.share * 100}%` }} />
                  </span>
                  <span className="tabular">{format.percent(row.share)}</span>
                </td>
                <td className="tabular">{people(name, row.members, row.cell)}</td>
              </tr>
            )
          })}
          {answer.unattributed > 0 ? (
            <tr className="soft">
              <th scope="row">{rest}</th>
              <td className="tabular">{format.number(answer.unattributed)}</td>
              {hasValue ? <td /> : null}
              <td />
              <td className="tabular">{people(rest, answer.unattributedMembers, answer.unattributedCell)}</td>
            </tr>
          ) : null}
        </tbody>
      </table>
      <p className="faint small attribution-foot">
        {t({
          en: `${format.number(total)} conversions in all, ${format.number(unattributed)} of them without a touch in the window.`,
          zh: `共 ${format.number(total)} 次转化，其中 ${format.number(unattributed)} 次在窗口期内没有任何触点。`,
        })}
      </p>
    </div>
  )
}

const moneyOf = (query: InsightQuery, words: ChartWords) =>
  words.numberOf((query.conversion as { event?: unknown } | undefined)?.event, query.value)

export const attributionDrawing: Drawing<AttributionAnswer> = {
  Picture,
  isTable: true,
  grid(answer, query, words) {
    const { t, format } = words
    return {
      head: t({ en: 'Touch', zh: '触点' }),
      columns: [
        t({ en: 'Conversions', zh: '转化数' }),
        t({ en: 'Value', zh: '转化价值' }),
        t({ en: 'Share', zh: '贡献占比' }),
        t({ en: 'Members', zh: '人数' }),
      ],
      rows: answer.rows.map((r) => ({
        head: touchName(r, query, words),
        cells: [
          gridCell(r.conversions, format.number),
          gridCell(r.value, moneyOf(query, words)),
          gridCell(r.share, format.percent),
          gridCell(r.members, format.number, r.cell),
        ],
      })),
    }
  },
}
