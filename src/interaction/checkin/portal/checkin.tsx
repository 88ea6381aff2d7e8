import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Card } from '../../../portal/ui/card.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Failed } from '../../../portal/ui/states.tsx'
import { Calendar } from './calendar.tsx'
import styles from './checkin.module.css'
import { Stamp } from './stamp.tsx'
import { rewardText } from './words.ts'

export function Checkin() {
  const t = useText()
  const format = useFormat()
  const status = useCall('checkin.status', {})
  const { data } = status
  const figures = [
    { title: t({ en: 'In a row', zh: '当前连续' }), days: data?.streak },
    { title: t({ en: 'Longest', zh: '最长连续' }), days: data?.longest },
    { title: t({ en: 'In all', zh: '累计打卡' }), days: data?.total },
  ]
  return (
    <Page title={t({ en: 'Check-in', zh: '每日打卡' })}>
      {status.error && !data ? (
        <Failed error={status.error} retry={() => void status.refetch()} />
      ) : (
        <Card>
          <div className={styles.centre}>
            <Stamp status={data} large />
            <p className={styles.reward}>{rewardText(data, t)}</p>
          </div>
          <dl className={styles.figures}>
            {figures.map(({ title, days }) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>
                  {days === undefined ? '–' : format.number(days)}
                  <small>{t({ en: days === 1 ? 'day' : 'days', zh: '天' })}</small>
                </dd>
              </div>
            ))}
          </dl>
        </Card>
      )}
      {data && <Calendar today={data.today} />}
    </Page>
  )
}
