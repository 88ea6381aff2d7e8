import type { ReactNode } from 'react'
import { useText } from '#web/preferences.tsx'
import { explain } from '../explain.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import styles from './states.module.css'

/** Holds the place of what is coming, so that nothing jumps when it is there. */
export function Loading({ height, rows = 1 }: { height: number; rows?: number }) {
  const t = useText()
  return (
    <div className={styles.loading} role="status">
      <span className="sr-only">{t({ en: 'Loading…', zh: '加载中…' })}</span>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bones have no identity
        <div key={i} className={styles.bone} style={{ height }} />
      ))}
    </div>
  )
}

/** What stands for a screen whose code is on its way. */
export const Waiting = () => <Loading height={120} rows={3} />

export function Empty({
  icon,
  title,
  hint,
  action,
}: {
  icon: IconName
  title: string
  hint?: string
  action?: ReactNode
}) {
  return (
    <div className={styles.state}>
      <span className={styles.mark}>
        <Icon name={icon} size={30} />
      </span>
      <p className={styles.title}>{title}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
      {action}
    </div>
  )
}

export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useText()
  const { title, hint } = explain(error, t)
  return (
    <div className={styles.state} role="alert">
      <span className={styles.mark}>
        <Icon name="cloud" size={30} />
      </span>
      <p className={styles.title}>{title}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
      <Button tone="plain" onClick={retry}>
        {t({ en: 'Try again', zh: '重试' })}
      </Button>
    </div>
  )
}

/** A failure of something the member just did, beside where it was done. */
export function Refused({ error }: { error: unknown }) {
  const t = useText()
  const { title, hint } = explain(error, t)
  return (
    <p className={styles.refused} role="alert">
      {hint && hint !== title ? `${title} · ${hint}` : title}
    </p>
  )
}
