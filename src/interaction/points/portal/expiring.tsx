import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import styles from './points.module.css'

/** Sooner than this, a member may want to act on it. */
const SOON_MS = 60 * 86_400_000

export function Expiring({ expiring }: { expiring: Output<'points.balance'>['expiring'] }) {
  const t = useText()
  const format = useFormat()
  if (!expiring) return null
  const points = format.number(expiring.points)
  const day = format.day(expiring.at)
  const soon = new Date(expiring.at).getTime() - Date.now() < SOON_MS
  return (
    <p className={soon ? `${styles.expiring} ${styles.soon}` : styles.expiring}>
      {t({ en: `${points} expire on ${day}`, zh: `${points} 积分将于 ${day}到期` })}
    </p>
  )
}
