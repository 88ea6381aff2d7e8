import { usePreferences, useText } from '#web/preferences.tsx'
import { useBrandName } from '../brand.ts'
import { dayTitle, lunarDay } from '../day.ts'
import { cards } from '../screens.ts'
import { useMe } from '../session.tsx'
import { Scenery } from '../shell/scenery.tsx'
import { useTitle } from '../ui/page.tsx'
import styles from './home.module.css'

/** Whether it is morning is a matter of where the reader is, so the browser's own clock answers. */
const GREETINGS = [
  { until: 5, en: 'Up late', zh: '夜深了' },
  { until: 11, en: 'Good morning', zh: '早上好' },
  { until: 13, en: 'Good day', zh: '中午好' },
  { until: 18, en: 'Good afternoon', zh: '下午好' },
  { until: 24, en: 'Good evening', zh: '晚上好' },
]

export function Home() {
  const t = useText()
  const { locale } = usePreferences()
  const me = useMe()
  const brand = useBrandName()
  useTitle(brand)
  const now = new Date()
  const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  const greeting = GREETINGS.find((g) => now.getHours() < g.until)
  const name = me?.name ?? ''
  return (
    <>
      <div className={styles.hero}>
        <Scenery shape="wide" />
        <div className={styles.words}>
          <p className={styles.day}>
            {dayTitle(today, locale)}
            {locale === 'zh' && <span className={styles.lunar}>{lunarDay(today)}</span>}
          </p>
          <h1 tabIndex={-1}>
            {greeting && t(greeting)}
            {name && t({ en: `, ${name}`, zh: `，${name}` })}
          </h1>
        </div>
      </div>
      <div className={styles.cards}>
        {cards.map(({ order, Component }) => (
          <Component key={order} />
        ))}
      </div>
    </>
  )
}

const two = (n: number) => String(n).padStart(2, '0')
