import { useFormat } from '#web/format.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { SERIES } from '#web/theme.ts'

interface Region {
  in: readonly number[]
  count: number
}
interface Props {
  segments: readonly { id: string; name: string; size: number }[]
  regions: readonly Region[]
  union: number
  chosen: string | null
  choose(region: Region): void
}

/** Every combination that anybody is in, the largest first: in which segments, how many, which share. */
export function Upset({ segments, regions, union, chosen, choose }: Props) {
  const t = useText()
  const format = useFormat()
  const { theme } = usePreferences()
  const rows = regions.toSorted((a, b) => b.count - a.count)
  const most = rows[0]?.count ?? 1
  return (
    <div className="upset-scroll">
      <table className="upset">
        <caption className="sr-only">{t({ en: 'Members by combination', zh: '各组合人数' })}</caption>
        <thead>
          <tr>
            {segments.map((s, i) => (
              <th key={s.id} scope="col">
                <span className="compare-name">
                  <span className="upset-dot" style={{ background: SERIES[theme][i], borderColor: SERIES[theme][i] }} />
                  <span className="clip" style={{ maxWidth: 96 }} title={s.name}>
                    {s.name}
                  </span>
                </span>
              </th>
            ))}
            <th scope="col">{t({ en: 'Only in these', zh: '仅属于这些' })}</th>
            <th scope="col" style={{ width: '30%' }}>
              <span className="sr-only">{t({ en: 'Share', zh: '占比' })}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((region) => {
            const names = segments.flatMap((s, i) => (region.in.includes(i) ? [s.name] : []))
            return (
              <tr key={region.in.join()} className={region.in.join() === chosen ? 'is-chosen' : ''}>
                {segments.map((s, i) => (
                  <td key={s.id}>
                    <span
                      className="upset-dot"
                      style={
                        region.in.includes(i) ? { background: SERIES[theme][i], borderColor: SERIES[theme][i] } : {}
                      }
                    />
                    <span className="sr-only">
                      {region.in.includes(i) ? t({ en: 'in', zh: '在' }) : t({ en: 'not in', zh: '不在' })}
                    </span>
                  </td>
                ))}
                <td>
                  <button
                    type="button"
                    className="bare list-link tabular"
                    aria-pressed={region.in.join() === chosen}
                    aria-label={t({
                      en: `${format.number(region.count)} members only in ${names.join(', ')}`,
                      zh: `仅在${names.map((n) => `「${n}」`).join('')}中的 ${format.number(region.count)} 人`,
                    })}
                    onClick={() => choose(region)}
                  >
                    {format.number(region.count)}
                  </button>
                </td>
                <td>
                  <span className="row">
                    <span className="upset-bar" style={{ width: `${(region.count / most) * 70}%` }} />
                    <span className="faint small tabular">{format.percent(region.count / Math.max(union, 1))}</span>
                  </span>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
