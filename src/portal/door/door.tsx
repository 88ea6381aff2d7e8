import type { ComponentType } from 'react'
import { useText } from '#web/preferences.tsx'
import { useBrandName } from '../brand.ts'
import type { Params } from '../route.ts'
import type { ScreenProps } from '../screen.ts'
import { cards } from '../screens.ts'
import { LanguageChoice } from '../shell/preferences.tsx'
import { Scenery } from '../shell/scenery.tsx'
import { useTitle } from '../ui/page.tsx'
import styles from './door.module.css'

const NONE: Params = {}

/** What who has not signed in sees first: the brand, a way in, and what there is to join. */
export function Door({ SignIn }: { SignIn: ComponentType<ScreenProps> }) {
  const t = useText()
  const name = useBrandName()
  useTitle(t({ en: 'Welcome', zh: '欢迎' }))
  return (
    <div className={styles.door}>
      <header className={styles.hero}>
        <Scenery />
        <div className={styles.words}>
          <p className={styles.name}>{name}</p>
          <h1>{t({ en: 'Good company gathers here', zh: '与同好相聚' })}</h1>
        </div>
      </header>
      <main className={styles.main}>
        <div className={styles.language}>
          <LanguageChoice />
        </div>
        <SignIn params={NONE} />
        {cards.map(({ order, open, Component }) => open && <Component key={order} />)}
      </main>
    </div>
  )
}
