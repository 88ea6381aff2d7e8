import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { expiryWords } from '../expiry-words.ts'
import styles from './points.module.css'

/** Sooner than this, a member may want to act on it. */
const SOON_MS = 60 * 86_400_000

export function Expiring({ expiring }: { expiring: Output<'points.balance'>['expiring'] }) {
  const t = useText()
  const format = useFormat()
  if (!expiring) return null
  const soon = new Date(expiring.at).getTime() - Date.now() < SOON_MS
  return (
    <p className={soon ? `${styles.expiring} ${styles.soon}` : styles.expiring}>
      {t(expiryWords(expiring.points, format.number(expiring.points), format.day(expiring.at)))}
    </p>
  )
}
