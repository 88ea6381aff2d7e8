import type { Text } from '#web/text.ts'
import type { Content } from './types.ts'

export type Range = NonNullable<Content['range']>

export const PRESET_TITLES: Readonly<Record<string, Text>> = {
  today: { en: 'Today', zh: '今天' },
  yesterday: { en: 'Yesterday', zh: '昨天' },
  '7d': { en: 'Last 7 days', zh: '近 7 天' },
  '14d': { en: 'Last 14 days', zh: '近 14 天' },
  '28d': { en: 'Last 28 days', zh: '近 28 天' },
  '90d': { en: 'Last 90 days', zh: '近 90 天' },
  '180d': { en: 'Last 180 days', zh: '近 180 天' },
  '365d': { en: 'Last 365 days', zh: '近 365 天' },
  thisWeek: { en: 'This week', zh: '本周' },
  lastWeek: { en: 'Last week', zh: '上周' },
  thisMonth: { en: 'This month', zh: '本月' },
  lastMonth: { en: 'Last month', zh: '上月' },
  thisQuarter: { en: 'This quarter', zh: '本季度' },
  lastQuarter: { en: 'Last quarter', zh: '上季度' },
  thisYear: { en: 'This year', zh: '今年' },
}

export const ANNOTATION_TITLES: Readonly<Record<'campaign' | 'incident' | 'note', Text>> = {
  campaign: { en: 'Campaign', zh: '活动' },
  incident: { en: 'Incident', zh: '故障' },
  note: { en: 'Note', zh: '备注' },
}

/** As it stands in an address: `28d`, `2026-03-01..2026-03-31`. */
export const rangeWord = (range: Range): string => ('preset' in range ? range.preset : `${range.from}..${range.to}`)

export function rangeOfWord(word: string | undefined): Range | null {
  if (!word) return null
  if (word in PRESET_TITLES) return { preset: word }
  const [from = '', to = ''] = word.split('..')
  const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
  return isDay(from) && isDay(to) && from <= to ? { from, to } : null
}

export function rangeTitle(range: Range, t: (text: Text) => string): string {
  if (!('preset' in range)) return `${range.from} – ${range.to}`
  const title = PRESET_TITLES[range.preset]
  return title ? t(title) : range.preset
}
