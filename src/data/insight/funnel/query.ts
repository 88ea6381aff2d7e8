// What is asked of a funnel, and what of it makes no sense.
import { z } from 'zod'
import { path } from '#data/segment'
import { Problem } from '#kernel/problem'
import type { Text } from '#kernel/text'
import { duration, parseDuration } from '#kernel/time'
import { breakdown } from '../breakdown.ts'
import { common } from '../kind.ts'
import { type Matching, matching } from '../match.ts'

const step = matching.extend({
  /** At most this long after the step before; not of the first step, and not where steps come in any order. */
  within: duration.optional(),
})

const exclusion = matching.extend({ from: z.int().min(0), to: z.int().min(0) })

export const funnelQuery = z.object({
  ...common,
  steps: z.array(step).min(2).max(10),
  /** `strict`: nothing else in between; `any`: in whatever order. */
  order: z.enum(['ordered', 'strict', 'any']).default('ordered'),
  /** From the first step on, its end included; null is the default. */
  window: duration.nullable().default('14d'),
  /** What must not come after step `from` and before step `to`; both count from 0. */
  exclude: z.array(exclusion).max(5).default([]),
  /** Each once with the best way, or each way gone through. */
  countBy: z.enum(['member', 'conversions']).default('member'),
  /** Whose steps make one chain: a member's, those of one session, or those that carry the same value. */
  unit: z.union([z.enum(['member', 'session']), z.object({ entity: path })]).default('member'),
  breakdown: breakdown.optional(),
  /** Conversion by the period of the first step. */
  trend: z.enum(['day', 'week', 'month']).optional(),
})
export type FunnelQuery = z.output<typeof funnelQuery>

const refuse = (path: string, message: Text): never => {
  throw new Problem('input.invalid', 400, { errors: [{ path, message }] })
}

/** Throws `input.invalid` for what the schema alone cannot tell. */
export function checkFunnel({ steps, exclude, order, breakdown: by }: FunnelQuery): void {
  for (const [i, { from, to }] of exclude.entries())
    if (from >= to || to >= steps.length)
      refuse(`exclude.${i}`, {
        en: 'must run from one step to a later one: 0 ≤ from < to < number of steps',
        zh: '须从某一步到其后的某一步：0 ≤ from < to < 步骤数',
      })
  for (const [i, { within }] of steps.entries())
    if (within !== undefined && (i === 0 || order === 'any'))
      refuse(`steps.${i}.within`, {
        en: 'only a step that follows another may be limited',
        zh: '只有排在其他步骤之后的步骤才能设置时限',
      })
  const at = attributedStep(by)
  if (at !== null && (at >= steps.length || (order === 'any' && at > 0)))
    refuse('breakdown.attribution', {
      en: order === 'any' ? 'in any order only step:0 can be attributed' : 'there is no such step',
      zh: order === 'any' ? '任意顺序时只能归因到 step:0' : '没有这一步',
    })
}

/** `first`, `last` or `step:n`; the values of members need none. */
export const attributionOf = (by: FunnelQuery['breakdown']): string =>
  (by && 'eventProperty' in by ? by.attribution : undefined) ?? 'first'

/** The step whose value a member is put under; null where it is the first or last value of them all. */
export function attributedStep(by: FunnelQuery['breakdown']): number | null {
  const attribution = attributionOf(by)
  return attribution.startsWith('step:') ? Number(attribution.slice(5)) : null
}

/** Milliseconds at most: a calendar day may have an hour more. */
export function longest(text: string | null): number {
  const parsed = parseDuration(text ?? DEFAULT_WINDOW)
  return parsed?.kind === 'days' ? (parsed.days + 1) * DAY_MS : (parsed?.ms ?? 0)
}
const DEFAULT_WINDOW = '14d'
const DAY_MS = 86_400_000

/** SQL for the last instant, in milliseconds, of what begins at `time` and lasts so long. */
export function endOf(text: string | null, time: string, { bind, zone }: Calendar): string {
  const parsed = parseDuration(text ?? DEFAULT_WINDOW)
  if (parsed?.kind !== 'days') return `(${time} + ${bind('Int64', parsed?.ms ?? 0)})`
  const in_ = bind('String', zone)
  const day = `toDate(fromUnixTimestamp64Milli(${time}, 'UTC'), ${in_})`
  return `(toUnixTimestamp64Milli(toDateTime64(addDays(${day}, ${parsed.days}), 3, ${in_})) - 1)`
}
interface Calendar {
  bind(type: string, value: unknown): string
  zone: string
}

/** Whether no event can be of two of these: they are told apart by their names alone. */
export function areApart(all: readonly Matching[]): boolean {
  const names = all.flatMap(({ event }) => [...new Set(typeof event === 'string' ? [event] : event)])
  return new Set(names).size === names.length && names.every((n) => !n.endsWith('*'))
}
