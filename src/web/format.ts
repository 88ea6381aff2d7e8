import { useMemo } from 'react'
import { usePreferences } from './preferences.tsx'
import { LANG, type Locale } from './text.ts'

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

/** Numbers, shares, money and instants as the reader writes them; instants in the reader's own zone. */
function formatter(locale: Locale) {
  const lang = LANG[locale]
  const plain = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 })
  const compact = new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 })
  const share = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 })
  const signed = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' })
  const day = new Intl.DateTimeFormat(lang, { year: 'numeric', month: 'short', day: 'numeric' })
  const dayOnly = new Intl.DateTimeFormat(lang, { month: 'short', day: 'numeric' })
  const exact = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'medium' })
  const minute = new Intl.DateTimeFormat(lang, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
  const clock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' })
  return {
    number: (n: number) => plain.format(n),
    compact: (n: number) => (Math.abs(n) < 10_000 ? plain.format(n) : compact.format(n)),
    percent: (ratio: number) => share.format(ratio),
    change: (ratio: number) => signed.format(ratio),
    /** Minor units in, `¥99.00` out. */
    money(amount: number, currency: string) {
      const format = new Intl.NumberFormat(lang, { style: 'currency', currency })
      return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
    },
    day: (at: string | Date) => day.format(new Date(at)),
    dayOnly: (at: string | Date) => dayOnly.format(new Date(at)),
    exact: (at: string | Date) => exact.format(new Date(at)),
    minute: (at: string | Date) => minute.format(new Date(at)),
    clock: (at: string | Date) => clock.format(new Date(at)),
    /** “3 hours ago”, “3小时前”. */
    ago(at: string | Date, now = Date.now()) {
      const seconds = (new Date(at).getTime() - now) / 1000
      const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
      return relative.format(Math.round(seconds / size), unit)
    },
    /** Seconds as the largest sensible unit: “2.5 h”, “2.5 小时”. */
    span(seconds: number) {
      const [unit, size] = STEPS.slice(3).find(([, size]) => seconds >= size) ?? ['second', 1]
      return new Intl.NumberFormat(lang, {
        style: 'unit',
        unit,
        unitDisplay: locale === 'zh' ? 'long' : 'short',
        maximumFractionDigits: 1,
      }).format(seconds / size)
    },
  }
}

export type Format = ReturnType<typeof formatter>

export function useFormat(): Format {
  const { locale } = usePreferences()
  return useMemo(() => formatter(locale), [locale])
}
