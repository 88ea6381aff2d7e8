// How metrics and their values read.
import { useMemo } from 'react'
import type { Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useSession } from '../../../console/session.tsx'

type Metric = Item<'metric.list'>
export type Format = Metric['format']
export type Unit = Metric['unit']

export const FORMAT_TITLES: Readonly<Record<Format, Text>> = {
  number: { en: 'Number', zh: '数值' },
  money: { en: 'Money', zh: '金额' },
  percent: { en: 'Share', zh: '百分比' },
  duration: { en: 'Length of time', zh: '时长' },
}

/** Measures in the order in which they are chosen; `of` where they are of a property. */
export const MEASURES = {
  total: { title: { en: 'how often', zh: '次数' }, of: false },
  members: { title: { en: 'distinct members', zh: '去重人数' }, of: false },
  perMember: { title: { en: 'times per member', zh: '人均次数' }, of: false },
  sum: { title: { en: 'sum of', zh: '合计' }, of: true },
  avg: { title: { en: 'mean of', zh: '平均值' }, of: true },
  min: { title: { en: 'smallest', zh: '最小值' }, of: true },
  max: { title: { en: 'largest', zh: '最大值' }, of: true },
  p50: { title: { en: 'median of', zh: '中位数' }, of: true },
  p90: { title: { en: '90th percentile of', zh: '90 分位数' }, of: true },
  p99: { title: { en: '99th percentile of', zh: '99 分位数' }, of: true },
} as const satisfies Readonly<Record<string, { title: Text; of: boolean }>>
export type Measure = keyof typeof MEASURES

/** A value with its unit, as the metric wants it shown. */
export function useMetricWords() {
  const t = useText()
  const format = useFormat()
  const { brand } = useSession()
  return useMemo(() => {
    const value = (n: number | null, as: { format: Format; unit: Unit }): string => {
      if (n === null) return '–'
      if (as.format === 'money') return format.money(n, brand.currency)
      if (as.format === 'percent') return format.percent(n)
      if (as.format === 'duration') return format.span(n)
      return as.unit ? `${format.number(n)} ${t(as.unit)}` : format.number(n)
    }
    return { value }
  }, [t, format, brand.currency])
}
