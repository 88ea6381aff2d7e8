// The ways to measure: whether each needs a field of the event, whether it gives a number, and what it is called.
import type { Text } from '#kernel/text'

interface Way {
  title: Text
  of: 'none' | 'optional' | 'needed'
  isNumber: boolean
}

const way = (of: Way['of'], isNumber: boolean, en: string, zh: string): Way => ({ of, isNumber, title: { en, zh } })

export const FNS = {
  count: way('none', true, 'how often', '次数'),
  sum: way('needed', true, 'the sum of', '合计'),
  avg: way('needed', true, 'the average of', '平均值'),
  min: way('needed', true, 'the smallest', '最小值'),
  max: way('needed', true, 'the largest', '最大值'),
  distinct: way('needed', true, 'how many different', '去重个数'),
  mostFrequent: way('needed', false, 'the most frequent', '出现最多的值'),
  first: way('optional', false, 'the first', '首次的值'),
  last: way('optional', false, 'the latest', '最近一次的值'),
  days: way('none', true, 'on how many days', '发生的天数'),
  streak: way('none', true, 'days in a row now', '当前连续天数'),
  longestStreak: way('none', true, 'the longest run of days', '最长连续天数'),
  daysSince: way('none', true, 'days since the last', '距最近一次天数'),
  daysSinceFirst: way('none', true, 'days since the first', '距首次天数'),
} as const satisfies Record<string, Way>
export type Fn = keyof typeof FNS
export const FN_NAMES = Object.keys(FNS) as [Fn, ...Fn[]]
