// What a metric means: which events count, and what of them is measured. Kept beside the grammar, so that conditions and
// analyses read one definition; the metric itself (its owner, its unit, its page) is another slice's.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import type { Locale, Text } from '#kernel/text'
import { path } from '../value.ts'
import { eventName, filters, type Names, namesOf } from './matching.ts'

export const metricKey = z
  .string()
  .max(50)
  .regex(
    /^[a-z][a-zA-Z0-9_]*$/,
    inWords('letters, digits and "_", beginning with a small letter', '以小写字母开头，仅含字母、数字与“_”'),
  )

export const METRIC_MEASURES = [
  'total',
  'members',
  'perMember',
  'sum',
  'avg',
  'min',
  'max',
  'p50',
  'p90',
  'p99',
] as const
export type MetricMeasure = (typeof METRIC_MEASURES)[number]
/** Measures of a property rather than of how often. */
export const isOfProperty = (measure: MetricMeasure): boolean => !['total', 'members', 'perMember'].includes(measure)

/** Whatever these compare with moves with the clock, and a metric counts the same events whenever it is asked. */
const TURNING = new Set<string>(['withinLast', 'olderThan', 'withinNext'])

export const metricDefinition = z
  .strictObject({
    event: z.union([eventName, z.array(eventName).min(1).max(50)]).meta({ en: 'Events', zh: '事件' }),
    where: filters.default([]).meta({ en: 'Only those with', zh: '筛选条件' }),
    measure: z.enum(METRIC_MEASURES).default('total').meta({ en: 'Measure', zh: '统计方式' }),
    of: path.optional().meta({ en: 'Of the property', zh: '统计属性' }),
  })
  .refine((d) => isOfProperty(d.measure) === (d.of !== undefined), {
    ...inWords(
      '"of" names the property for sum, avg, min, max and percentiles, and only for these',
      '求和、平均、最值与分位数须指定属性（of），其他统计方式不需要',
    ),
    path: ['of'],
  })
  .refine((d) => d.where.every((f) => !TURNING.has(f.op)), {
    ...inWords('a metric cannot depend on the moment it is asked at', '指标的筛选条件不能随查询时刻变化'),
    path: ['where'],
  })
export type MetricDefinition = z.output<typeof metricDefinition>

export interface Metric {
  name: Text
  definition: MetricDefinition
}
export type Metrics = ReadonlyMap<string, Metric>

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** Fields that name events, and may name a metric instead. */
const NAMING = ['event', 'lastEvent', 'firstEvent', 'stopped', 'restarted'] as const
const keyIn = (names: unknown): string | null =>
  isFields(names) && typeof names.metric === 'string' ? names.metric : null

/** Keys of the metrics that stand somewhere in a condition or a question. A cell's own question is its answerer's. */
export function metricsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(metricsIn)
  if (!isFields(value)) return []
  const own = typeof value.metric === 'string' ? [value.metric] : []
  return [...own, ...Object.entries(value).flatMap(([key, part]) => (key === 'insight' ? [] : metricsIn(part)))]
}

/**
 * The same with every metric that stands for events replaced by these events and its filters added to those given.
 * Where a question leaves the measure to the metric (`"own"`), it is the metric's, and so is the name.
 */
export function withEvents<V>(value: V, metrics: Metrics, locale: Locale = 'en'): V {
  if (Array.isArray(value)) return value.map((part) => withEvents(part, metrics, locale)) as V
  if (!isFields(value)) return value
  const whole: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, key === 'insight' ? part : withEvents(part, metrics, locale)]),
  )
  for (const field of NAMING) {
    const metric = metrics.get(keyIn(value[field]) ?? '')
    if (metric) Object.assign(whole, meant(whole, field, metric, locale))
  }
  if (whole.measure === 'own') whole.measure = 'total'
  return whole as V
}

function meant(whole: Fields, field: string, { name, definition }: Metric, locale: Locale): Fields {
  const { event, where, measure, of } = definition
  return {
    [field]: event,
    where: [...where, ...((whole.where as unknown[] | undefined) ?? [])],
    ...(whole.measure === 'own' ? { measure, ...(whole.of === undefined && of !== undefined ? { of } : {}) } : {}),
    ...('measure' in whole && whole.name === undefined ? { name: name[locale] } : {}),
  }
}

/** How events are called where a clause is told in words: a metric by its name. */
export function calledBy(names: Names, metrics: Metrics, locale: Locale): string {
  const key = keyIn(names)
  return key === null ? namesOf(names).join(', ') : (metrics.get(key)?.name[locale] ?? key)
}
