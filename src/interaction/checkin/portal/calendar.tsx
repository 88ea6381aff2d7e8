import { usePreferences, useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { useBrand } from '../../../portal/brand.ts'
import { addDays, addMonths, longDay, monthOf, monthTitle, weekdayName, weeksOf } from '../../../portal/day.ts'
import { navigate, useAddress } from '../../../portal/route.ts'
import { Card } from '../../../portal/ui/card.tsx'
import { Icon } from '../../../portal/ui/icon.tsx'
import { Failed } from '../../../portal/ui/states.tsx'
import styles from './calendar.module.css'

/** A month of check-ins; days in a row are one ribbon. The month stands in the address. */
export function Calendar({ today }: { today: string }) {
  const t = useText()
  const { locale } = usePreferences()
  const brand = useBrand()
  const { query } = useAddress()
  const now = monthOf(today)
  const asked = query.get('month') ?? ''
  const month = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) && asked <= now ? asked : now
  const calendar = useCall('checkin.calendar', { month })
  const marked = new Map(calendar.data?.days.map((d) => [d.day, d.streak]))
  const weeks = weeksOf(month, brand.data?.weekStart ?? 1)
  const go = (by: number) => navigate(`/check-in?month=${addMonths(month, by)}`, { replace: true })
  const stepper = (by: number, label: string) => (
    <button
      type="button"
      className={styles.step}
      aria-label={label}
      disabled={by > 0 && month >= now}
      onClick={() => go(by)}
    >
      <Icon name={by < 0 ? 'back' : 'next'} size={20} />
    </button>
  )
  return (
    <Card>
      <div className={styles.head}>
        {stepper(-1, t({ en: 'Previous month', zh: '上个月' }))}
        <h2 aria-live="polite">{monthTitle(month, locale)}</h2>
        {stepper(1, t({ en: 'Next month', zh: '下个月' }))}
      </div>
      {calendar.error && <Failed error={calendar.error} retry={() => void calendar.refetch()} />}
      <table className={styles.table} aria-busy={calendar.isPending}>
        <caption className="sr-only">{monthTitle(month, locale)}</caption>
        <thead>
          <tr>
            {weeks[0]?.map((day) => (
              <th key={day} scope="col">
                <span aria-hidden="true">{weekdayName(day, locale, 'narrow')}</span>
                <span className="sr-only">{weekdayName(day, locale, 'long')}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) =>
                monthOf(day) === month ? (
                  <td
                    key={day}
                    data-marked={marked.has(day)}
                    data-joined={joined(marked, day)}
                    aria-current={day === today ? 'date' : undefined}
                  >
                    <span className={styles.day} aria-hidden="true">
                      {Number(day.slice(8))}
                    </span>
                    <span className="sr-only">
                      {longDay(day, locale)}
                      {marked.has(day) &&
                        t({
                          en: `, checked in, day ${marked.get(day)} in a row`,
                          zh: `，已打卡，连续第 ${marked.get(day)} 天`,
                        })}
                    </span>
                  </td>
                ) : (
                  <td key={day} />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {calendar.data && marked.size === 0 && (
        <p className={styles.none}>{t({ en: 'No check-in in this month.', zh: '本月还没有打卡。' })}</p>
      )}
    </Card>
  )
}

/** On which sides the ribbon goes on. */
function joined(marked: ReadonlyMap<string, number>, day: string) {
  const streak = marked.get(day)
  if (streak === undefined) return undefined
  const before = streak > 1
  const after = marked.get(addDays(day, 1)) === streak + 1
  return before && after ? 'both' : before ? 'before' : after ? 'after' : undefined
}
