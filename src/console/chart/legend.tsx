import { useText } from '#web/preferences.tsx'
import { colourOf, dashOf, useLook } from './look.ts'

interface Props {
  names: readonly string[]
  /** Numbers of those that are not drawn. */
  hidden: ReadonlySet<number>
  onHidden(hidden: ReadonlySet<number>): void
}

/** What each colour and dash stands for; each can be taken out and put back. */
export function Legend({ names, hidden, onHidden }: Props) {
  const t = useText()
  const look = useLook()
  const toggle = (i: number) => {
    const next = new Set(hidden)
    if (!next.delete(i)) next.add(i)
    onHidden(next)
  }
  return (
    <ul className="legend" aria-label={t({ en: 'Legend', zh: '图例' })}>
      {names.map((name, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two series may have one name
        <li key={i}>
          <button type="button" className="bare legend-item" aria-pressed={!hidden.has(i)} onClick={() => toggle(i)}>
            <svg width="16" height="8" aria-hidden="true">
              <line
                x1="0"
                x2="16"
                y1="4"
                y2="4"
                stroke={colourOf(look, i)}
                strokeWidth="3"
                strokeDasharray={{ solid: '', dashed: '5 3', dotted: '2 2' }[dashOf(look, i)]}
              />
            </svg>
            <span className="clip">{name}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
