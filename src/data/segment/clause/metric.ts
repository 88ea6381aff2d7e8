// {"metric": Key, "op", "value", Window?}: the member's own value of a metric: how often, or how much of a property.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { Problem } from '#kernel/problem'
import { num } from '../op.ts'
import { isOneWindow, windowFields } from '../window.ts'
import { type EventClause, event } from './event.ts'
import type { ClauseKind } from './kind.ts'
import { isOfProperty, type MetricDefinition, metricKey } from './metric-meaning.ts'

const schema = z
  .strictObject({ metric: metricKey, op: num, value: z.number(), ...windowFields })
  .refine(isOneWindow, inWords('"within" stands alone, without "from" and "to"', '“within”不能与“from”“to”同时使用'))
export type MetricClause = z.output<typeof schema>

const invalid = (en: string, zh: string) =>
  new Problem('input.invalid', 400, { errors: [{ path: 'definition.metric', message: { en, zh } }] })

/** The clause over events that it stands for. Throws `input.invalid` where a single member has no such value. */
function asEvents({ metric: _, op, value, ...window }: MetricClause, definition: MetricDefinition): EventClause {
  const { event: names, where, measure, of } = definition
  const base = { event: names, where, ...window }
  if (!isOfProperty(measure)) {
    if (!Number.isInteger(value) || value < 0 || value > 1_000_000)
      throw invalid(
        'this metric counts: a whole number from 0 to 1,000,000 is needed',
        '该指标为计数，须与 0 至 1,000,000 的整数比较',
      )
    return { ...base, count: { op, value } }
  }
  if (of === undefined || (measure !== 'sum' && measure !== 'avg' && measure !== 'min' && measure !== 'max'))
    throw invalid('percentiles are of many members, not of one', '分位数针对全体成员，不能作为单个成员的条件')
  return { ...base, measure: { of, fn: measure }, op, value }
}

export const metric: ClauseKind<MetricClause> = {
  key: 'metric',
  title: { en: 'Metric', zh: '指标' },
  schema,
  plan(clause, sheet, links) {
    const meaning = links.metrics.get(clause.metric)
    if (!meaning) throw new Error(`metric ${clause.metric} was not looked up`)
    return event.plan(asEvents(clause, meaning.definition), sheet, links)
  },
}
