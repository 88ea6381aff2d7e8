import { useMemo } from 'react'
import { useFormat } from '#web/format.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { SERIES } from '#web/theme.ts'
import { vennOf } from './venn-layout.ts'

interface Region {
  in: readonly number[]
  count: number
}
interface Props {
  segments: readonly { name: string; size: number }[]
  regions: readonly Region[]
  chosen: string | null
  choose(region: Region): void
}

/** Two or three segments as circles in proportion; each number opens its members. The table beside it says the same. */
export function Venn({ segments, regions, chosen, choose }: Props) {
  const t = useText()
  const format = useFormat()
  const { theme } = usePreferences()
  const venn = useMemo(
    () =>
      vennOf(
        segments.map((s) => s.size),
        regions,
      ),
    [segments, regions],
  )
  const colour = (i: number) => SERIES[theme][i] ?? 'currentColor'
  return (
    <figure>
      <svg className="venn" viewBox={`0 0 ${venn.width} ${venn.height}`} aria-hidden="true">
        {venn.circles.map((c, i) => (
          <g key={segments[i]?.name}>
            <circle cx={c.x} cy={c.y} r={c.r} fill={colour(i)} stroke={colour(i)} />
          </g>
        ))}
        {venn.labels.map(({ region, x, y }) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the same numbers are buttons in the table
          <g key={region.in.join()} style={{ cursor: 'pointer' }} onClick={() => choose(region)}>
            <circle cx={x} cy={y} r={15} fill="transparent" stroke="none" style={{ fillOpacity: 0 }} />
            <text x={x} y={y + 4} fontWeight={region.in.join() === chosen ? 700 : 500}>
              {format.compact(region.count)}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className="soft small">
        {t({
          en: 'Areas are in proportion; three circles can only come near. Every number is in the table.',
          zh: '面积按人数比例绘制；三个圆仅能近似，准确人数以表格为准。',
        })}
      </figcaption>
    </figure>
  )
}
