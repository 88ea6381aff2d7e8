// What a trait is: a measure over one kind of event, a score weighed from several measures, or RFM.
import { z } from 'zod'
import { eventName, filters, path } from '#data/segment'
import { inWords } from '#kernel/flaw'
import { duration } from '#kernel/time'
import { FN_NAMES, FNS } from './fn.ts'

/** What traits tell is no event to measure: they would go round in circles. */
const measured = eventName.refine(
  (s) => !/^trait\./.test(s),
  inWords('trait events cannot be measured', '计算属性自身的事件不能再被统计'),
)
const source = {
  event: z.union([measured, z.array(measured).min(1).max(50)]),
  where: filters.default([]),
  communityId: z.uuid().optional().describe('Only events in this community'),
  within: duration.optional().describe('now − within < t ≤ now; absent: all time'),
}

export const measure = z
  .strictObject({
    ...source,
    fn: z
      .enum(FN_NAMES)
      .describe('days: different local days; streak: days in a row until today or yesterday, in the brand’s zone'),
    of: path.optional().describe('The field of the event; first and last without it give the instant'),
  })
  .refine((m) => FNS[m.fn].of !== 'needed' || m.of !== undefined, {
    path: ['of'],
    ...inWords('this measure needs a field of the event', '此统计方式需要指定事件字段'),
  })
  .refine((m) => FNS[m.fn].of !== 'none' || m.of === undefined, {
    path: ['of'],
    ...inWords('this measure takes no field', '此统计方式不需要字段'),
  })
export type Measure = z.output<typeof measure>

const scale = z
  .strictObject({
    from: z.number().describe('What counts as 0 points'),
    to: z.number().describe('What counts as 100 points; below `from`, less is better'),
    log: z.boolean().optional().describe('By ln(1 + x): the first ones count most'),
  })
  .refine((s) => s.from !== s.to, inWords('from and to must differ', '起点与终点不能相同'))
  .refine((s) => !s.log || (s.from >= 0 && s.to >= 0), inWords('not below 0 with log', '使用对数时不能为负数'))

const component = z.strictObject({
  key: z.string().regex(/^[a-z][A-Za-z0-9_]{0,29}$/),
  title: z.string().trim().min(1).max(60),
  measure: measure.refine((m) => FNS[m.fn].isNumber, {
    path: ['fn'],
    ...inWords('a score is made of numbers', '评分只能由数值型统计组成'),
  }),
  scale,
  weight: z.number().min(0).max(100),
})
export type Component = z.output<typeof component>
const isUnique = (list: readonly { key: string }[]) => new Set(list.map((c) => c.key)).size === list.length
const score = z.strictObject({
  components: z
    .array(component)
    .min(1)
    .max(10)
    .refine(isUnique, inWords('keys must differ', '组成项的标识不能重复'))
    .refine((list) => list.some((c) => c.weight > 0), inWords('some weight must be above 0', '至少一项权重须大于 0')),
})
export type Score = z.output<typeof score>

const rfm = z.strictObject({ ...source, amount: path.describe('The field of the event that is summed up') })
export type Rfm = z.output<typeof rfm>

const one = inWords('one of measure, score and rfm', 'measure、score、rfm 须三选一')
export const definition = z
  .strictObject({ measure: measure.optional(), score: score.optional(), rfm: rfm.optional() })
  .refine((d) => [d.measure, d.score, d.rfm].filter((x) => x !== undefined).length === 1, one)
export type Definition = z.output<typeof definition>

export const KINDS = ['measure', 'score', 'rfm'] as const
export type Kind = (typeof KINDS)[number]
export const kindOf = (d: Definition): Kind => (d.measure ? 'measure' : d.score ? 'score' : 'rfm')

/** Whether all its values are numbers, or have one to stand for them. */
export const isNumeric = ({ measure }: Definition): boolean => measure === undefined || FNS[measure.fn].isNumber

/** Whether its values depend on where local days begin. */
export function countsDays(d: Definition): boolean {
  if (d.rfm) return true
  const measures = d.measure ? [d.measure] : (d.score?.components ?? []).map((c) => c.measure)
  return measures.some((m) => ['days', 'streak', 'longestStreak'].includes(m.fn) || m.within?.endsWith('cd'))
}

/** It is a name in conditions (`trait.<key>`), scores and templates; without dots, which would make it a part. */
export const key = z
  .string()
  .max(50)
  .refine(
    (k) => /^[a-z][A-Za-z0-9_]*$/.test(k),
    inWords('a small letter, then letters, digits and _', '以小写字母开头，仅含字母、数字和下划线'),
  )

type Source = Pick<Measure, 'event' | 'communityId'>
/** What it reads. */
export const sourcesOf = (d: Definition): Source[] =>
  d.measure ? [d.measure] : d.score ? d.score.components.map((c) => c.measure) : d.rfm ? [d.rfm] : []
export const namesOf = ({ event }: Source): readonly string[] => (typeof event === 'string' ? [event] : event)

/** The field whose content its values show, if any: contact details are masked by it. */
export function shownField(d: Pick<Definition, 'measure'>): string {
  const of = d.measure && d.measure.fn !== 'distinct' ? d.measure.of : undefined
  return typeof of === 'string' ? of : (of?.join('.') ?? '')
}
