import { type ReactNode, useId } from 'react'
import { Link } from '../link.tsx'
import styles from './card.module.css'
import { Icon } from './icon.tsx'

/** A sheet of paper on the page; `more` leads to the whole of what it shows. */
export function Card({
  title,
  more,
  children,
  flush = false,
}: {
  title?: string
  more?: { to: string; label: string }
  children: ReactNode
  /** Rows reach the edges. */
  flush?: boolean
}) {
  const id = useId()
  return (
    <section
      className={flush ? `${styles.card} ${styles.flush}` : styles.card}
      aria-labelledby={title ? id : undefined}
    >
      {title && (
        <header className={styles.head}>
          <h2 id={id}>{title}</h2>
          {more && (
            <Link to={more.to} className={styles.more}>
              {more.label}
              <Icon name="next" size={16} />
            </Link>
          )}
        </header>
      )}
      {children}
    </section>
  )
}

/** A row that leads somewhere, for lists in a `flush` card. */
export function RowLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <li className={styles.item}>
      <Link to={to} className={styles.row}>
        {children}
        <span className={styles.chevron}>
          <Icon name="next" size={18} />
        </span>
      </Link>
    </li>
  )
}

export const Row = ({ children }: { children: ReactNode }) => (
  <li className={styles.item}>
    <div className={styles.row}>{children}</div>
  </li>
)

/** The middle of a row: what it is, and a quieter line below. */
export function RowText({ title, note }: { title: ReactNode; note?: ReactNode }) {
  return (
    <span className={styles.text}>
      <span className={styles.title}>{title}</span>
      {note !== undefined && note !== '' && <span className={styles.note}>{note}</span>}
    </span>
  )
}
