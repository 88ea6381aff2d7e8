/** A text in both languages. Leaving one out is a type error, so nothing ships half translated. */
export interface Text {
  readonly en: string
  readonly zh: string
}
export type Locale = keyof Text

/** The reader's language from an Accept-Language header or a stored preference; Chinese unless English is asked for. */
export function localeOf(header: string | undefined | null): Locale {
  const first = (header ?? '').split(',').find((part) => /^\s*(zh|en)/i.test(part))
  return first && /^\s*en/i.test(first) ? 'en' : 'zh'
}
