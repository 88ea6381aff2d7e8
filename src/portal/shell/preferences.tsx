import { usePreferences, useText } from '#web/preferences.tsx'
import type { ThemeChoice } from '#web/theme.ts'
import { Switcher } from '../ui/field.tsx'

export function LanguageChoice() {
  const t = useText()
  const { locale, setLocale } = usePreferences()
  return (
    <Switcher
      label={t({ en: 'Language', zh: '语言' })}
      value={locale}
      choices={[
        { value: 'zh', label: '中文' },
        { value: 'en', label: 'English' },
      ]}
      choose={setLocale}
    />
  )
}

export function ThemeSwitcher() {
  const t = useText()
  const { themeChoice, setTheme } = usePreferences()
  return (
    <Switcher<ThemeChoice>
      label={t({ en: 'Appearance', zh: '外观' })}
      value={themeChoice}
      choices={[
        { value: 'auto', label: t({ en: 'Auto', zh: '自动' }) },
        { value: 'light', label: t({ en: 'Light', zh: '浅色' }) },
        { value: 'dark', label: t({ en: 'Dark', zh: '深色' }) },
      ]}
      choose={setTheme}
    />
  )
}
