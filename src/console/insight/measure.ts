import type { Text } from '#web/text.ts'

/** What can be counted of an event. */
export const MEASURE_TITLES: Readonly<Record<string, Text>> = {
  total: { en: 'times', zh: '次数' },
  members: { en: 'members', zh: '人数' },
  perMember: { en: 'times per member', zh: '人均次数' },
  sum: { en: 'sum of', zh: '总和' },
  avg: { en: 'average of', zh: '均值' },
  min: { en: 'smallest', zh: '最小值' },
  max: { en: 'largest', zh: '最大值' },
  p50: { en: 'median of', zh: '中位数' },
  p90: { en: '90th percentile of', zh: '90 分位' },
  p99: { en: '99th percentile of', zh: '99 分位' },
  'rolling:7d': { en: 'active in 7 days', zh: '7 日滚动人数' },
  'rolling:28d': { en: 'active in 28 days', zh: '28 日滚动人数' },
  'rolling:30d': { en: 'active in 30 days', zh: '30 日滚动人数' },
}

/** Measures of a field: they need to be told which. */
export const needsField = (measure: string): boolean => /^(sum|avg|min|max|p\d\d)$/.test(measure)
