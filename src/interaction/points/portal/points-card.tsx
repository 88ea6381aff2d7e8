import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Card } from '../../../portal/ui/card.tsx'
import { Failed } from '../../../portal/ui/states.tsx'
import { Expiring } from './expiring.tsx'
import styles from './points.module.css'

export function PointsCard() {
  const t = useText()
  const format = useFormat()
  const balance = useCall('points.balance', {})
  const { data } = balance
  return (
    <Card
      title={t({ en: 'My points', zh: '我的积分' })}
      more={{ to: '/points', label: t({ en: 'History', zh: '明细' }) }}
    >
      {balance.error && !data ? (
        <Failed error={balance.error} retry={() => void balance.refetch()} />
      ) : (
        <div className={styles.glance}>
          <p className={styles.amount}>{data ? format.number(data.available) : '–'}</p>
          {data && <Expiring expiring={data.expiring} />}
        </div>
      )}
    </Card>
  )
}
