import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react'
import styles from './toast.module.css'

/** Long enough to read a line twice (WCAG 2.2.1 asks for no answer within it). */
const SHOWN_MS = 5_000

const ToastContext = createContext<(text: string) => void>(() => {})

/** Says one short thing that needs no answer; screen readers hear it too. */
export const useToast = () => use(ToastContext)

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<{ text: string; id: number } | null>(null)
  const say = useCallback((text: string) => setToast((before) => ({ text, id: (before?.id ?? 0) + 1 })), [])
  useEffect(() => {
    if (!toast) return
    const timer = setTimeout(() => setToast(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [toast])
  const place = useMemo(
    () => (
      <div className={styles.place} role="status">
        {toast && (
          <p key={toast.id} className={styles.toast}>
            {toast.text}
          </p>
        )}
      </div>
    ),
    [toast],
  )
  return (
    <ToastContext value={say}>
      {children}
      {place}
    </ToastContext>
  )
}
