// How charts call things: events, groups, periods, weekdays and money in the reader's language.
import { useMemo } from 'react'
import { type Catalog, useCatalog } from '#web/catalog.ts'
import { type Format, useFormat } from '#web/format.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { fieldsOf } from '#web/schema.ts'
import { LANG, type Locale, type Text } from '#web/text.ts'
import { useSession } from '../session.tsx'

export interface ChartWords {
  t(text: Text): string
  format: Format
  locale: Locale
  /** Of the charts' days. */
  zone: string
  /** 1 is Monday. */
  weekStart: number
  eventTitle(name: string): string
  /** A value of a breakdown. */
  groupTitle(group: string | null): string
  /** 1 is Monday. */
  weekday(n: number): string
  /** A period by its first day, or an hour by its instant. */
  bucket(key: string, interval: unknown): string
  /** The same in little room. */
  tick(key: string, interval: unknown): string
  /** How a field's numbers are written: amounts of money are in minor units. */
  numberOf(event: unknown, path: unknown): (n: number) => string
}

interface Given {
  t(text: Text): string
  format: Format
  locale: Locale
  catalog: Catalog | undefined
  brand: { zone: string; weekStart: number; currency: string }
}

const FAMILY = /^(.+)\.\*$/
/** A Monday. */
const MONDAY_MS = Date.UTC(2024, 0, 1)
const DAY_MS = 86_400_000

/** Dates are calculated with as midnights of UTC. */
const instantOf = (key: string) => new Date(key.length === 10 ? `${key}T00:00:00Z` : key)

export function chartWords({ t, format, locale, catalog, brand }: Given): ChartWords {
  const titles = new Map(catalog?.events.map((e) => [e.name, e.title]))
  const intl = (options: Intl.DateTimeFormatOptions, timeZone = 'UTC') =>
    new Intl.DateTimeFormat(LANG[locale], { timeZone, ...options })
  const weekday = intl({ weekday: 'short' })
  const day = intl({ month: 'short', day: 'numeric', weekday: 'short' })
  const week = intl({ month: 'short', day: 'numeric' })
  const month = intl({ year: 'numeric', month: 'short' })
  const hour = intl({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false }, brand.zone)
  const isMoney = (event: unknown, path: unknown) =>
    path === 'amount' &&
    [event].flat().some((name) => {
      const schema = catalog?.events.find((e) => e.name === name)?.schema
      return schema !== undefined && fieldsOf(schema).some((f) => f.name === 'currency')
    })
  return {
    t,
    format,
    locale,
    zone: brand.zone,
    weekStart: brand.weekStart,
    eventTitle(name) {
      const title = titles.get(name)
      if (title) return t(title)
      if (name === '*') return t({ en: 'Any activity', zh: '任意互动' })
      const family = catalog?.capabilities.find((c) => c.name === FAMILY.exec(name)?.[1])
      return family ? t({ en: `${family.title.en}: any`, zh: `${family.title.zh}类任意事件` }) : name
    },
    groupTitle: (group) =>
      group === null || group === ''
        ? t({ en: '(no value)', zh: '（无取值）' })
        : group === '$other'
          ? t({ en: 'Others', zh: '其他' })
          : group,
    weekday: (n) => weekday.format(MONDAY_MS + (n - 1) * DAY_MS),
    tick(key, interval) {
      const at = instantOf(key)
      return interval === 'hour' ? hour.format(at) : interval === 'month' ? month.format(at) : week.format(at)
    },
    bucket(key, interval) {
      const at = instantOf(key)
      if (interval === 'hour') return hour.format(at)
      if (interval === 'month') return month.format(at)
      if (interval === 'week') return t({ en: `Week of ${week.format(at)}`, zh: `${week.format(at)}当周` })
      return day.format(at)
    },
    numberOf: (event, path) => (isMoney(event, path) ? (n) => format.money(n, brand.currency) : format.number),
  }
}

/** As `chartWords`, for who is signed in. A query's own zone stands in `timezone`. */
export function useChartWords(timezone?: unknown): ChartWords {
  const t = useText()
  const format = useFormat()
  const { locale } = usePreferences()
  const { data: catalog } = useCatalog()
  const { brand } = useSession()
  return useMemo(() => {
    const zone = typeof timezone === 'string' ? timezone : brand.zone
    return chartWords({ t, format, locale, catalog, brand: { ...brand, zone } })
  }, [t, format, locale, catalog, brand, timezone])
}
