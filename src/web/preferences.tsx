import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react'
import { flushSync } from 'react-dom'
import { LANG, type Locale, storedLocale, storeLocale, type Text } from './text.ts'
import { applyTheme, onSystemTheme, resolveTheme, storedTheme, type Theme, type ThemeChoice } from './theme.ts'

interface Preferences {
  locale: Locale
  setLocale(locale: Locale): void
  theme: Theme
  themeChoice: ThemeChoice
  setTheme(choice: ThemeChoice): void
}

const PreferencesContext = createContext<Preferences | null>(null)

/** Language and theme of this browser, for everything below. */
export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState(storedLocale)
  const [themeChoice, setTheme] = useState(storedTheme)
  const [theme, setResolved] = useState(() => resolveTheme(themeChoice))

  useEffect(() => {
    document.documentElement.lang = LANG[locale]
    storeLocale(locale)
  }, [locale])

  useEffect(() => {
    const apply = () => setResolved(applyTheme(themeChoice))
    // Paper is white: what is printed in the dark theme would be light ink on it.
    const print = () => flushSync(() => setResolved(applyTheme('light')))
    apply()
    addEventListener('beforeprint', print)
    addEventListener('afterprint', apply)
    const stop = onSystemTheme(apply)
    return () => {
      stop()
      removeEventListener('beforeprint', print)
      removeEventListener('afterprint', apply)
    }
  }, [themeChoice])

  const value = useMemo(() => ({ locale, setLocale, theme, themeChoice, setTheme }), [locale, theme, themeChoice])
  return <PreferencesContext value={value}>{children}</PreferencesContext>
}

export function usePreferences(): Preferences {
  const preferences = use(PreferencesContext)
  if (!preferences) throw new Error('PreferencesProvider is missing')
  return preferences
}

/** Picks the reader's language of a text. */
export function useText(): (text: Text) => string {
  const { locale } = usePreferences()
  return useCallback((text: Text) => text[locale], [locale])
}
