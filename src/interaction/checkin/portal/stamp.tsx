import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Icon } from '../../../portal/ui/icon.tsx'
import { Refused } from '../../../portal/ui/states.tsx'
import styles from './checkin.module.css'
import { rewardText } from './words.ts'

interface Status {
  done: boolean
  points: number
}

/** The button of the day; once pressed it is a seal. It stays the same button, so the keyboard keeps its place. */
export function Stamp({ status, large = false }: { status: Status | undefined; large?: boolean }) {
  const t = useText()
  const complete = useAct('checkin.complete', { touches: ['points'] })
  const done = status?.done ?? false
  const fresh = done && complete.isSuccess
  const idle = status !== undefined && !done && !complete.isPending
  return (
    <div className={styles.press}>
      <button
        type="button"
        className={[styles.stamp, large ? styles.large : '', done ? styles.seal : ''].join(' ')}
        data-fresh={fresh}
        aria-disabled={!idle}
        aria-busy={complete.isPending}
        onClick={() => idle && complete.mutate({})}
      >
        <Icon name={done ? 'check' : 'leaf'} size={large ? 40 : 28} />
        <span>{done ? t({ en: 'Done', zh: '已打卡' }) : t({ en: 'Check in', zh: '打卡' })}</span>
      </button>
      <span className="sr-only" role="status">
        {fresh && rewardText(status, t)}
      </span>
      {complete.error && <Refused error={complete.error} />}
    </div>
  )
}
