// What a metric counts, as one sentence; it stands beside the metric wherever it is shown.
import type { MetricDefinition } from '#data/segment'
import type { Contributor } from '#kernel/contribution'
import type { Locale, Text } from '#kernel/text'

const OF: Readonly<Record<MetricDefinition['measure'], (what: string, of: string) => Text>> = {
  total: (what) => ({ en: `How often ${what} happened`, zh: `${what}的次数` }),
  members: (what) => ({ en: `Distinct members with ${what}`, zh: `发生${what}的去重人数` }),
  perMember: (what) => ({ en: `${what} per member who did it`, zh: `发生${what}的成员人均次数` }),
  sum: (what, of) => ({ en: `Sum of ${of} over ${what}`, zh: `${what}的 ${of} 合计` }),
  avg: (what, of) => ({ en: `Mean ${of} of ${what}`, zh: `${what}的 ${of} 平均值` }),
  min: (what, of) => ({ en: `Smallest ${of} of ${what}`, zh: `${what}的 ${of} 最小值` }),
  max: (what, of) => ({ en: `Largest ${of} of ${what}`, zh: `${what}的 ${of} 最大值` }),
  p50: (what, of) => ({ en: `Median ${of} of ${what}`, zh: `${what}的 ${of} 中位数` }),
  p90: (what, of) => ({ en: `90th percentile of ${of} of ${what}`, zh: `${what}的 ${of} 90 分位数` }),
  p99: (what, of) => ({ en: `99th percentile of ${of} of ${what}`, zh: `${what}的 ${of} 99 分位数` }),
}

const OPS: Readonly<Record<string, Text>> = {
  eq: { en: 'is', zh: '等于' },
  ne: { en: 'is not', zh: '不等于' },
  gt: { en: 'is greater than', zh: '大于' },
  gte: { en: 'is at least', zh: '大于等于' },
  lt: { en: 'is less than', zh: '小于' },
  lte: { en: 'is at most', zh: '小于等于' },
  in: { en: 'is one of', zh: '属于' },
  notIn: { en: 'is none of', zh: '不属于' },
  contains: { en: 'contains', zh: '包含' },
  startsWith: { en: 'begins with', zh: '开头是' },
  endsWith: { en: 'ends with', zh: '结尾是' },
  matches: { en: 'matches', zh: '匹配' },
  includes: { en: 'has the item', zh: '含有' },
  exists: { en: 'is known', zh: '有值' },
  notExists: { en: 'is not known', zh: '没有值' },
  before: { en: 'is before', zh: '早于' },
  after: { en: 'is after', zh: '晚于' },
}

const pathText = (path: string | readonly string[]) => (typeof path === 'string' ? path : path.join('.'))
const valueText = (value: unknown, mark: (text: string) => string): string =>
  Array.isArray(value)
    ? value.map((v) => valueText(v, mark)).join(', ')
    : typeof value === 'string'
      ? mark(value)
      : String(value)

/** How the events of all capabilities are called. */
export const eventTitles = (contributors: readonly Contributor[]): ReadonlyMap<string, Text> =>
  new Map(contributors.flatMap((c) => c.events.map((e) => [e.name, e.title])))

export function sentenceOf(definition: MetricDefinition, titles: ReadonlyMap<string, Text>): Text {
  return { en: written('en'), zh: written('zh') }

  function written(locale: Locale): string {
    const mark = (text: string) => (locale === 'zh' ? `「${text}」` : `“${text}”`)
    const names = [definition.event].flat().map((n) => (n === '*' ? ANY[locale] : mark(titles.get(n)?.[locale] ?? n)))
    const filters = definition.where.map((f) => {
      const value = 'value' in f && f.value !== undefined ? ` ${valueText(f.value, mark)}` : ''
      return `${pathText(f.path)} ${OPS[f.op]?.[locale] ?? f.op}${value}`
    })
    const what = names.join(locale === 'zh' ? '或' : ' or ')
    const whole = OF[definition.measure](what, pathText(definition.of ?? ''))[locale]
    if (filters.length === 0) return whole
    return locale === 'zh' ? `${whole}（仅 ${filters.join('，且 ')}）` : `${whole}, where ${filters.join(' and ')}`
  }
}

const ANY: Text = { en: 'any activity', zh: '任意行为' }
