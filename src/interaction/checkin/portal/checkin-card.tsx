import { usePreferences, useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { useBrand } from '../../../portal/brand.ts'
import { longDay, monthOf, weekdayName, weekOf } from '../../../portal/day.ts'
import { Card } from '../../../portal/ui/card.tsx'
import { Icon } from '../../../portal/ui/icon.tsx'
import { Failed } from '../../../portal/ui/states.tsx'
import styles from './checkin.module.css'
import { Stamp } from './stamp.tsx'
import { rewardText } from './words.ts'

/** Today's check-in and the week it stands in. */
export function CheckinCard() {
  const t = useText()
  const status = useCall('checkin.status', {})
  const { data } = status
  if (status.error && !data)
    return (
      <Card title={t({ en: 'Daily check-in', zh: '每日打卡' })}>
        <Failed error={status.error} retry={() => void status.refetch()} />
      </Card>
    )
  return (
    <Card
      title={t({ en: 'Daily check-in', zh: '每日打卡' })}
      more={{ to: '/check-in', label: t({ en: 'Calendar', zh: '日历' }) }}
    >
      <div className={styles.today}>
        <div className={styles.words}>
          <p className={styles.streak}>
            {data && data.streak > 0 ? (
              <>
                <Icon name="flame" size={22} />
                {t({ en: `${data.streak} in a row`, zh: `连续 ${data.streak} 天` })}
              </>
            ) : (
              data && t({ en: 'Begin a streak', zh: '今天开个好头' })
            )}
          </p>
          <p className={styles.reward}>{rewardText(data, t)}</p>
        </div>
        <Stamp status={data} />
      </div>
      <Week today={data?.today} />
    </Card>
  )
}

function Week({ today }: { today: string | undefined }) {
  const t = useText()
  const { locale } = usePreferences()
  const brand = useBrand()
  const days = today ? weekOf(today, brand.data?.weekStart ?? 1) : null
  const first = days?.[0] ? monthOf(days[0]) : null
  const last = days?.[6] ? monthOf(days[6]) : null
  const one = useCall('checkin.calendar', first ? { month: first } : null)
  const two = useCall('checkin.calendar', last && last !== first ? { month: last } : null)
  const marked = new Set([...(one.data?.days ?? []), ...(two.data?.days ?? [])].map((d) => d.day))
  if (!days || !today) return <div className={styles.week} />
  return (
    <ol className={styles.week}>
      {days.map((day) => (
        <li key={day} data-marked={marked.has(day)} aria-current={day === today ? 'date' : undefined}>
          <span aria-hidden="true">{weekdayName(day, locale, 'narrow')}</span>
          <span className={styles.dot} aria-hidden="true">
            {marked.has(day) ? <Icon name="check" size={16} /> : Number(day.slice(8))}
          </span>
          <span className="sr-only">
            {longDay(day, locale)}
            {marked.has(day)
              ? t({ en: ', checked in', zh: '，已打卡' })
              : t({ en: ', not checked in', zh: '，未打卡' })}
          </span>
        </li>
      ))}
    </ol>
  )
}
