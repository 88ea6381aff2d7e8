import type { Locale, Text } from '#kernel/text'

export type { Locale, Text }

const KEY = 'banyan.locale'

/** The reader's choice, else the browser's language; Chinese unless English is asked for. */
export function storedLocale(): Locale {
  const stored = localStorage.getItem(KEY)
  if (stored === 'en' || stored === 'zh') return stored
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

export const storeLocale = (locale: Locale) => localStorage.setItem(KEY, locale)

/** What screen readers, hyphenation and fonts go by. */
export const LANG: Record<Locale, string> = { en: 'en', zh: 'zh-CN' }
