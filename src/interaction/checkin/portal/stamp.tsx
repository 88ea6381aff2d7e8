import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Icon } from '../../../portal/ui/icon.tsx'
import { Refused } from '../../../portal/ui/states.tsx'
import styles from './checkin.module.css'

interface Status {
  done: boolean
  points: number
}

/** The button of the day; once pressed it is a seal. */
export function Stamp({ status, large = false }: { status: Status | undefined; large?: boolean }) {
  const t = useText()
  const complete = useAct('checkin.complete', { touches: ['points'] })
  const done = status?.done || complete.isSuccess
  const size = large ? `${styles.stamp} ${styles.large}` : styles.stamp
  if (done)
    return (
      <p className={`${size} ${styles.seal}`} data-fresh={complete.isSuccess} role="status">
        <Icon name="check" size={large ? 40 : 28} />
        <span>{t({ en: 'Done', zh: '已打卡' })}</span>
      </p>
    )
  return (
    <div className={styles.press}>
      <button
        type="button"
        className={size}
        disabled={!status}
        aria-busy={complete.isPending}
        onClick={() => !complete.isPending && complete.mutate({})}
      >
        <Icon name="leaf" size={large ? 40 : 28} />
        <span>{t({ en: 'Check in', zh: '打卡' })}</span>
      </button>
      {complete.error && <Refused error={complete.error} />}
    </div>
  )
}
