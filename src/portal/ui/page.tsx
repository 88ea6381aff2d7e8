import { type ReactNode, useEffect } from 'react'
import { useText } from '#web/preferences.tsx'
import { useBrandName } from '../brand.ts'
import { goBack } from '../route.ts'
import { Icon } from './icon.tsx'
import styles from './page.module.css'

/** The frame of a screen: its one heading, a way up, and what is on it. */
export function Page({
  title,
  note,
  up,
  action,
  children,
}: {
  title: string
  note?: ReactNode
  /** Where “back” leads for who came by a link. */
  up?: string
  action?: ReactNode
  children: ReactNode
}) {
  const t = useText()
  useTitle(title)
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        {up && (
          <button
            type="button"
            className={styles.back}
            onClick={() => goBack(up)}
            aria-label={t({ en: 'Back', zh: '返回' })}
          >
            <Icon name="back" size={22} />
          </button>
        )}
        <div className={styles.words}>
          <h1 tabIndex={-1}>{title}</h1>
          {note && <p className={styles.note}>{note}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  )
}

/** Names the tab after the screen and the brand. */
export function useTitle(title: string) {
  const brand = useBrandName()
  useEffect(() => {
    document.title = title && brand && title !== brand ? `${title} · ${brand}` : title || brand
  }, [title, brand])
}
