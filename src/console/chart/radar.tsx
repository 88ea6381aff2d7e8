import './chart.css'
import './distribution.css'

const SIZE = 240
const CENTRE = SIZE / 2
const RADIUS = 78
const RINGS = [0.25, 0.5, 0.75, 1]

export interface Axis {
  key: string
  label: string
  /** 0–100; null where nothing was measured. */
  value: number | null
}

/** Scores that stand together, as a star; the numbers stand at its points. */
export function Radar({ label, axes, shown }: { label: string; axes: readonly Axis[]; shown(value: number): string }) {
  const at = (i: number, r: number): [number, number] => {
    const angle = (i / axes.length) * 2 * Math.PI - Math.PI / 2
    return [CENTRE + Math.cos(angle) * r, CENTRE + Math.sin(angle) * r]
  }
  const outline = (r: (axis: Axis) => number) => axes.map((axis, i) => at(i, r(axis)).join(',')).join(' ')
  const text = axes.map((a) => `${a.label} ${a.value === null ? '–' : shown(a.value)}`).join(', ')
  return (
    <figure className="chart radar">
      <svg viewBox={`-40 0 ${SIZE + 80} ${SIZE}`} role="img" aria-label={`${label}: ${text}`}>
        {RINGS.map((ring) => (
          <polygon key={ring} className="radar-ring" points={outline(() => RADIUS * ring)} />
        ))}
        {axes.map((axis, i) => {
          const [x, y] = at(i, RADIUS)
          return <line key={axis.key} className="radar-ring" x1={CENTRE} y1={CENTRE} x2={x} y2={y} />
        })}
        <polygon className="radar-area" points={outline((a) => (RADIUS * (a.value ?? 0)) / 100)} />
        {axes.map((axis, i) => {
          const [x, y] = at(i, RADIUS + 22)
          const side = Math.abs(x - CENTRE) < 8 ? 'middle' : x > CENTRE ? 'start' : 'end'
          const shift = side === 'start' ? -12 : side === 'end' ? 12 : 0
          return (
            <text key={axis.key} x={x + shift} y={y - 4} textAnchor={side}>
              <tspan className="radar-name">{axis.label}</tspan>
              <tspan className="radar-value" x={x + shift} dy="15">
                {axis.value === null ? '–' : shown(axis.value)}
              </tspan>
            </text>
          )
        })}
      </svg>
    </figure>
  )
}
