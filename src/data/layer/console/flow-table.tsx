import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Way } from './flow-members.tsx'
import { LayerMark } from './layer-mark.tsx'
import { NOT_HERE, type Scheme } from './look.ts'
import '../../../console/chart/chart.css'

interface Props {
  scheme: Scheme
  flow: Output<'layer.flow'>
  onPick(way: Way): void
}

/** The same flows as numbers: rows from, columns to; who stayed stands on the diagonal. */
export function FlowTable({ scheme, flow, onPick }: Props) {
  const t = useText()
  const format = useFormat()
  const sizes = new Map(flow.before.map((s) => [s.key, s.size]))
  const membersOf = (from: string | null, to: string) =>
    flow.links.find((l) => l.from === from && l.to === to)?.members ?? 0
  const arrived = flow.links.filter((l) => l.from === null).reduce((sum, l) => sum + l.members, 0)
  const rows = [
    ...scheme.layers.map((l) => ({ key: l.key, head: <LayerMark name={l.name} colour={l.colour} />, name: t(l.name) })),
    ...(arrived > 0 ? [{ key: null, head: t(NOT_HERE), name: t(NOT_HERE) }] : []),
  ]
  return (
    <div className="heat-scroll">
      <table className="layer-matrix">
        <caption className="sr-only">
          {t({ en: 'Members by layer at the start and layer now', zh: '期初层级与当前层级的人数交叉表' })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t({ en: 'From \\ to', zh: '期初 \\ 当前' })}</th>
            {scheme.layers.map((l) => (
              <th scope="col" key={l.key}>
                {t(l.name)}
              </th>
            ))}
            <th scope="col">{t({ en: 'At the start', zh: '期初合计' })}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const total = row.key === null ? arrived : (sizes.get(row.key) ?? 0)
            return (
              <tr key={row.key ?? ''}>
                <th scope="row">{row.head}</th>
                {scheme.layers.map((l) => {
                  const n = membersOf(row.key, l.key)
                  return (
                    <td key={l.key} className={row.key === l.key ? 'is-stay' : ''}>
                      {n === 0 ? (
                        <span className="faint">0</span>
                      ) : (
                        <button
                          type="button"
                          className="bare layer-number"
                          onClick={() => onPick({ from: row.key, to: l.key })}
                        >
                          <span className="sr-only">{`${row.name} → ${t(l.name)}: `}</span>
                          {format.number(n)}
                          <span className="faint small"> {format.percent(n / total)}</span>
                        </button>
                      )}
                    </td>
                  )
                })}
                <td>{format.number(total)}</td>
              </tr>
            )
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t({ en: 'Now', zh: '当前合计' })}</th>
            {flow.after.map((s) => (
              <td key={s.key}>{format.number(s.size)}</td>
            ))}
            <td>{format.number(flow.after.reduce((sum, s) => sum + s.size, 0))}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}
