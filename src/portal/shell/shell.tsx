import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react'
import { useText } from '#web/preferences.tsx'
import { useBrandName } from '../brand.ts'
import { useAddress } from '../route.ts'
import { useMe } from '../session.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { BrandMark } from './brand-mark.tsx'
import { Nav } from './nav.tsx'
import { LanguageChoice } from './preferences.tsx'
import { Scenery } from './scenery.tsx'
import styles from './shell.module.css'

/** Column in the middle; navigation at one side, quiet at the other. On a phone only the column, tabs below. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useText()
  const me = useMe()
  const { path } = useAddress()
  const main = useRef<HTMLElement>(null)
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    // Keyboard and screen reader go on from the new screen, as after loading a page.
    const heading = main.current?.querySelector('h1')
    ;(heading ?? main.current)?.focus({ preventScroll: true })
  }, [path])
  return (
    <div className={styles.shell} data-member={me !== null}>
      <a className={styles.skip} href="#main">
        {t({ en: 'Skip to content', zh: '跳到正文' })}
      </a>
      <header className={styles.side}>
        <BrandMark />
        {me ? (
          <>
            <Nav />
            <div className={styles.quiet}>
              <LanguageChoice />
            </div>
          </>
        ) : (
          <SignInLink />
        )}
      </header>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        <OfflineNote />
        {children}
      </main>
      <Calm />
    </div>
  )
}

function SignInLink() {
  const t = useText()
  const { path } = useAddress()
  return (
    <ButtonLink tone="soft" to={`/sign-in?next=${encodeURIComponent(path)}`}>
      {t({ en: 'Sign in', zh: '登录' })}
    </ButtonLink>
  )
}

/** The quiet side of a wide screen. */
function Calm() {
  const name = useBrandName()
  return (
    <aside className={styles.calm} aria-hidden="true">
      <Scenery shape="tall" />
      <p className={styles.upright}>{name}</p>
    </aside>
  )
}

function onLine(changed: () => void) {
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return () => {
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
  }
}

function OfflineNote() {
  const t = useText()
  const online = useSyncExternalStore(onLine, () => navigator.onLine)
  if (online) return null
  return (
    <p className={styles.offline} role="status">
      {t({ en: 'You are offline. What you see may be old.', zh: '当前离线，显示的内容可能不是最新的。' })}
    </p>
  )
}
