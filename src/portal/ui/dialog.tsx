import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useText } from '#web/preferences.tsx'
import styles from './dialog.module.css'
import { Icon } from './icon.tsx'

/** A sheet from below on a phone, a dialog in the middle elsewhere. Mounted means open. */
export function Dialog({
  title,
  close,
  children,
  actions,
}: {
  title: string
  close: () => void
  children: ReactNode
  actions: ReactNode
}) {
  const t = useText()
  const id = useId()
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    ref.current?.showModal()
  }, [])
  return (
    <dialog ref={ref} className={styles.dialog} aria-labelledby={id} onClose={close}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          className={styles.close}
          onClick={() => ref.current?.close()}
          aria-label={t({ en: 'Close', zh: '关闭' })}
        >
          <Icon name="close" size={20} />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text must scroll by keyboard */}
      <section className={styles.body} tabIndex={0} aria-labelledby={id}>
        {children}
      </section>
      <footer className={styles.foot}>{actions}</footer>
    </dialog>
  )
}
