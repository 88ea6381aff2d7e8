import { type ReactNode, useId } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { Definition } from '../../../../console/explained.tsx'

/** What every lens is asked about. */
export type LensScene = {
  from: string
  to: string
  timezone: string
  community?: string
}

/** A number that somebody wants to know the people of. */
export interface Picked {
  kind: string
  query: LensScene
  cell: string
  label: string
}

export interface LensProps {
  scene: LensScene
  onPick(picked: Picked): void
}

interface CardProps {
  /** By its name after `insight.`. */
  kind: string
  /** Where the kind's own title says too little. */
  title?: Text
  wide?: boolean
  actions?: ReactNode
  children: ReactNode
}

/** The lenses' titles and rules change with the program only. */
const FOR_EVER = Number.POSITIVE_INFINITY

/** A lens with its title and its rule. */
export function LensCard({ kind, title, wide = false, actions, children }: CardProps) {
  const t = useText()
  const heading = useId()
  const kinds = useCall('insight.kinds', {}, { staleTime: FOR_EVER })
  const known = kinds.data?.items.find((k) => k.kind === kind)
  const shown = t(title ?? known?.title ?? { en: kind, zh: kind })
  return (
    <section className={wide ? 'card lens is-wide' : 'card lens'} aria-labelledby={heading} data-lens={kind}>
      <header>
        <div className="grow">
          <h2 id={heading}>{shown}</h2>
          {known ? <Definition of={shown}>{t(known.means)}</Definition> : null}
        </div>
        {actions}
      </header>
      {children}
    </section>
  )
}

/** A number that opens its people; plain where there are none. */
export function Count({
  text,
  label,
  value,
  onOpen,
}: {
  text: string
  /** What it is of. */
  label: string
  value: number
  onOpen(): void
}) {
  if (value === 0) return <span className="tabular">{text}</span>
  return (
    <button type="button" className="bare cell-link" aria-label={`${label}: ${text}`} onClick={onOpen}>
      {text}
    </button>
  )
}

/** The few numbers a lens comes down to. */
export function Figures({ items }: { items: readonly { label: string; value: ReactNode; hint?: ReactNode }[] }) {
  return (
    <dl className="lens-figures">
      {items.map(({ label, value, hint }) => (
        <div key={label}>
          <dt className="soft small">{label}</dt>
          <dd className="tabular">{value}</dd>
          {hint ? <dd className="faint small">{hint}</dd> : null}
        </div>
      ))}
    </dl>
  )
}

export interface BarRow {
  key: string
  label: ReactNode
  /** What the number is of, for the drawer and for screen readers. */
  name: string
  /** As long as the bar is. */
  value: number
  text: string
  cell: string
  note?: string
}

/** Named numbers as bars, each with its people. */
export function LensBars({
  label,
  rows,
  onOpen,
}: {
  label: string
  rows: readonly BarRow[]
  onOpen(cell: string, name: string): void
}) {
  const most = Math.max(1e-9, ...rows.map((r) => r.value))
  return (
    <ul className="lens-bars" aria-label={label}>
      {rows.map((row) => (
        <li key={row.key}>
          <span className="lens-bar-label clip">{row.label}</span>
          <span className="share-track">
            <span className="share-bar" style={{ width: `${(row.value / most) * 100}%` }} />
          </span>
          <span className="lens-bar-value">
            <Count text={row.text} label={row.name} value={row.value} onOpen={() => onOpen(row.cell, row.name)} />
            {row.note ? <span className="faint small tabular">{row.note}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  )
}
