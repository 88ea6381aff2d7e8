import { useMemo } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Answer, Empty } from '../../../../console/states.tsx'
import { Count, Figures, LensCard, type LensProps } from './lens-card.tsx'

/** Whether few carry it all: the curve of Lorenz, and how much the first of all gave. */
export function ConcentrationCard({ scene, onPick }: LensProps) {
  const t = useText()
  const format = useFormat()
  const concentration = useCall('insight.lens_concentration', scene)
  const open = (cell: string, label: string) => onPick({ kind: 'lens_concentration', query: scene, cell, label })
  const people = (members: number, cell: string, label: string) => (
    <Count
      text={t({
        en: `${format.number(members)} ${members === 1 ? 'member' : 'members'}`,
        zh: `${format.number(members)} 人`,
      })}
      label={label}
      value={members}
      onOpen={() => open(cell, label)}
    />
  )
  return (
    <LensCard kind="lens_concentration">
      <Answer of={concentration} rows={8}>
        {(c) =>
          c.gini === null ? (
            <Empty title={t({ en: 'Nobody wrote here', zh: '该时段内暂无内容产出' })} />
          ) : (
            <>
              <Figures
                items={[
                  { label: t({ en: 'Gini', zh: '基尼系数' }), value: format.number(c.gini) },
                  ...c.top.map(({ percent, members, share, cell }) => {
                    const label = t({ en: `Top ${percent} % wrote`, zh: `前 ${percent}% 成员产出` })
                    return {
                      label,
                      value: share === null ? '–' : format.percent(share),
                      hint: people(members, cell, label),
                    }
                  }),
                  {
                    label: t({ en: 'Written in all', zh: '内容总数' }),
                    value: format.number(c.total),
                    hint: people(c.contributors, c.cell, t({ en: 'Members who wrote', zh: '产出成员' })),
                  },
                ]}
              />
              <Lorenz points={c.lorenz} />
            </>
          )
        }
      </Answer>
    </LensCard>
  )
}

const SIZE = 240
const PAD = 34

/** The curve against the line of equal shares. */
function Lorenz({ points }: { points: readonly { members: number; contributions: number }[] }) {
  const t = useText()
  const format = useFormat()
  const line = useMemo(() => {
    const at = (x: number, y: number) => `${(PAD + x * SIZE).toFixed(1)} ${(8 + (1 - y) * SIZE).toFixed(1)}`
    return points.map((p, i) => `${i ? 'L' : 'M'}${at(p.members, p.contributions)}`).join('')
  }, [points])
  const half = points.findLast((p) => p.members <= 0.5)
  const said = half
    ? t({
        en: `The half that gave least gave ${format.percent(half.contributions)} of it all.`,
        zh: `产出较少的一半成员仅贡献了 ${format.percent(half.contributions)} 的内容。`,
      })
    : ''
  const ticks = [0, 0.25, 0.5, 0.75, 1]
  return (
    <figure className="chart lorenz">
      <svg viewBox={`0 0 ${SIZE + PAD + 12} ${SIZE + 42}`} role="img" aria-label={said}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line className="lorenz-grid" x1={PAD} x2={PAD + SIZE} y1={8 + tick * SIZE} y2={8 + tick * SIZE} />
            <text x={PAD - 6} y={12 + (1 - tick) * SIZE} textAnchor="end">
              {format.percent(tick)}
            </text>
            <text x={PAD + tick * SIZE} y={SIZE + 24} textAnchor="middle">
              {format.percent(tick)}
            </text>
          </g>
        ))}
        <path className="lorenz-equal" d={`M${PAD} ${8 + SIZE}L${PAD + SIZE} 8`} />
        <path className="lorenz-area" d={`${line}L${PAD} ${8 + SIZE}Z`} />
        <path className="lorenz-line" d={line} />
        <text x={PAD + SIZE / 2} y={SIZE + 39} textAnchor="middle">
          {t({ en: 'Members, least active first', zh: '成员（按产出由少到多）' })}
        </text>
      </svg>
      <figcaption className="soft small">{said}</figcaption>
    </figure>
  )
}
