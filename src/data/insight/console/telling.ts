// Questions in words: what stands beside the chart, so that nobody has to read the form to know what was asked.
import { useMemo } from 'react'
import type { InsightQuery } from '../../../console/insight/answer.ts'
import { type Words, whichText } from '../../segment/console/describe.ts'
import { pathText } from '../../segment/console/draft.ts'
import { useWords } from '../../segment/console/use-words.ts'
import { breakdownOf } from './breakdown.ts'
import { metricOf } from './match.ts'
import { useMetrics } from './use-metrics.ts'

export interface Telling extends Words {
  metricTitle(key: string): string
}

export function useTelling(): Telling {
  const words = useWords()
  const metrics = useMetrics()
  return useMemo(() => ({ ...words, metricTitle: (key) => metrics.get(key) ?? key }), [words, metrics])
}

interface Told {
  event?: unknown
  where?: unknown
  name?: unknown
}

/** “checked in” (where city is Shanghai). */
export function tellMatch(match: unknown, words: Telling): string {
  const { event, where } = (match ?? {}) as Told
  const metric = metricOf(event)
  return metric === null
    ? whichText(event, where, words)
    : words.t({ en: `“${words.metricTitle(metric)}”`, zh: `「${words.metricTitle(metric)}」` })
}

export function tellBreakdown(query: InsightQuery, words: Telling): string {
  const by = breakdownOf(query)
  const path = pathText(by?.property ?? by?.eventProperty)
  if (!by || path === '') return ''
  const title = by.property === undefined ? path : (words.propertyTitle?.(path) ?? path)
  return words.t({ en: `, divided by ${title}`, zh: `，按「${title}」分组` })
}

const PERIOD = { hour: ['hour', '小时'], day: ['day', '日'], week: ['week', '周'], month: ['month', '月'] } as const
/** “by day”. */
export function tellPeriod(period: unknown, { t }: Telling): string {
  const [en, zh] = PERIOD[String(period ?? 'day') as keyof typeof PERIOD] ?? PERIOD.day
  return t({ en: `by ${en}`, zh: `按${zh}` })
}
