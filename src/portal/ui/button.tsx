import type { ComponentProps } from 'react'
import { Link } from '../link.tsx'
import styles from './button.module.css'

type Tone = 'primary' | 'soft' | 'plain' | 'danger'
interface Look {
  tone?: Tone
  wide?: boolean
}

const look = ({ tone = 'primary', wide = false }: Look) =>
  [styles.button, styles[tone], wide ? styles.wide : ''].join(' ')

/** `busy` keeps its size and its focus while the answer is on its way. */
export function Button({
  tone,
  wide,
  busy = false,
  children,
  onClick,
  ...rest
}: Look & { busy?: boolean } & Omit<ComponentProps<'button'>, 'className'>) {
  return (
    <button
      type="button"
      {...rest}
      className={look({ ...(tone ? { tone } : {}), ...(wide ? { wide } : {}) })}
      aria-busy={busy}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      <span className={busy ? styles.waiting : styles.label}>{children}</span>
      {busy && <span className={styles.spinner} aria-hidden="true" />}
    </button>
  )
}

export function ButtonLink({ tone, wide, children, ...rest }: Look & Omit<ComponentProps<typeof Link>, 'className'>) {
  return (
    <Link {...rest} className={look({ ...(tone ? { tone } : {}), ...(wide ? { wide } : {}) })}>
      <span className={styles.label}>{children}</span>
    </Link>
  )
}
