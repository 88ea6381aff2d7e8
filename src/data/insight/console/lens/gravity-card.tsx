import { useMemo } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Answer, Empty } from '../../../../console/states.tsx'
import { LensBars, LensCard, type LensProps } from './lens-card.tsx'
import { type ShownName, useShownNames } from './use-shown-names.ts'

type Gravity = Output<'insight.lens_gravity'>
type Level = Gravity['levels'][number]['level']

const NAMES = {
  advocate: { en: 'Advocates', zh: '拥护者' },
  contributor: { en: 'Contributors', zh: '贡献者' },
  participant: { en: 'Participants', zh: '参与者' },
  explorer: { en: 'Explorers', zh: '探索者' },
} as const
const TOP = 120

/** Members on their orbits: the stronger they are drawn, the nearer. */
export function GravityCard({ scene, onPick }: LensProps) {
  const t = useText()
  const format = useFormat()
  const query = useMemo(() => ({ ...scene, top: TOP }), [scene])
  const gravity = useCall('insight.lens_gravity', query)
  const names = useShownNames('lens_gravity', query, gravity.data?.topCell)
  const open = (cell: string, label: string) => onPick({ kind: 'lens_gravity', query, cell, label })
  return (
    <LensCard kind="lens_gravity">
      <Answer of={gravity} rows={9}>
        {(g) =>
          g.members === 0 ? (
            <Empty title={t({ en: 'Nobody is drawn here yet', zh: '该时段内暂无互动贡献' })} />
          ) : (
            <>
              <Orbits gravity={g} names={names} onOpen={open} />
              <LensBars
                label={t({ en: 'Members by level', zh: '各层级成员数' })}
                rows={g.levels.map((l) => ({
                  ...{
                    key: l.level,
                    label: t(NAMES[l.level]),
                    name: t(NAMES[l.level]),
                    value: l.members,
                    cell: l.cell,
                  },
                  text: format.number(l.members),
                  note:
                    l.averageLove === null || l.averageReach === null
                      ? '–'
                      : t({
                          en: `love ${format.number(Math.round(l.averageLove))} × reach ${format.number(Math.round(l.averageReach * 10) / 10)}`,
                          zh: `热爱度 ${format.number(Math.round(l.averageLove))} × 影响力 ${format.number(Math.round(l.averageReach * 10) / 10)}`,
                        }),
                }))}
                onOpen={open}
              />
            </>
          )
        }
      </Answer>
    </LensCard>
  )
}

const SIZE = 300
const CENTRE = SIZE / 2
/** Between these a level's members stand. */
const RINGS: Readonly<Record<Level, readonly [number, number]>> = {
  advocate: [12, 48],
  contributor: [56, 86],
  participant: [94, 118],
  explorer: [126, 144],
}
/** An angle that spreads any number of points evenly. */
const GOLDEN = Math.PI * (3 - Math.sqrt(5))

interface OrbitsProps {
  gravity: Gravity
  names: ShownName
  onOpen(cell: string, label: string): void
}

function Orbits({ gravity, names, onOpen }: OrbitsProps) {
  const t = useText()
  const format = useFormat()
  const dots = useMemo(() => {
    const most = Math.max(...gravity.top.map((m) => m.gravity))
    return gravity.top.map((m, i) => {
      const mates = gravity.top.filter((o) => o.level === m.level)
      const [near, far] = RINGS[m.level]
      const r = near + ((mates.indexOf(m) + 0.5) / mates.length) * (far - near)
      return {
        ...m,
        x: CENTRE + Math.cos(i * GOLDEN) * r,
        y: CENTRE + Math.sin(i * GOLDEN) * r,
        size: 2.5 + 6 * Math.sqrt(m.gravity / most),
      }
    })
  }, [gravity])
  return (
    <svg
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      className="orbits"
      role="img"
      aria-label={t({ en: 'Members on four orbits by gravity', zh: '按引力分布在四条轨道上的成员' })}
    >
      {Object.values(RINGS).map(([, far]) => (
        <circle key={far} className="orbit-ring" cx={CENTRE} cy={CENTRE} r={far + 4} />
      ))}
      {dots.map((dot) => {
        const name = names(dot.memberId) ?? t({ en: 'Member', zh: '成员' })
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: the levels below are the way in for the keyboard
          <circle
            key={dot.memberId}
            className={`orbit-dot is-${dot.level}`}
            cx={dot.x}
            cy={dot.y}
            r={dot.size}
            onClick={() => onOpen(dot.cell, name)}
          >
            <title>{`${name} · ${format.number(Math.round(dot.gravity))}`}</title>
          </circle>
        )
      })}
    </svg>
  )
}
