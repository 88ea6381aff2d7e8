// Whether a score tells anything: computed as of an instant, against what members did in the days after it.
import { z } from 'zod'
import { contactHidden, eventName, type Filter, filters, refuseContactParts, rootOf, whereSql } from '#data/segment'
import type { Context } from '#kernel/context'
import { query } from './declare.ts'
import { definition, type Score } from './definition.ts'
import { savedDefinition } from './load.ts'
import { planScore } from './score.ts'
import { aboutSql, createSheet, ERASED, membersSql } from './sheet.ts'

const DAY_MS = 86_400_000

/** Members of one score, and how many of them did it. */
interface Level {
  score: number
  members: number
  positives: number
}

/**
 * The chance that one who did it had a higher score than one who did not, ties counting half; null where everybody or
 * nobody did.
 */
export function areaUnderCurve(levels: readonly Level[]): number | null {
  let area = 0
  let below = 0
  const positives = levels.reduce((n, l) => n + l.positives, 0)
  const negatives = levels.reduce((n, l) => n + l.members - l.positives, 0)
  for (const level of levels.toSorted((a, b) => a.score - b.score)) {
    const others = level.members - level.positives
    area += level.positives * (below + others / 2)
    below += others
  }
  return positives === 0 || negatives === 0 ? null : area / (positives * negatives)
}

/**
 * Ten parts of equal size from the highest score down (sizes differ by one where ten does not divide them). Those of one
 * score have no order: what a border cuts goes to both sides in proportion.
 */
export function decilesOf(levels: readonly Level[]) {
  const all = levels.reduce((n, l) => n + l.members, 0)
  const rate = levels.reduce((n, l) => n + l.positives, 0) / all
  const down = levels.toSorted((a, b) => b.score - a.score)
  const parts = Math.min(10, all)
  return Array.from({ length: parts }, (_, i) => {
    const [from, to] = [Math.round((i * all) / parts), Math.round(((i + 1) * all) / parts)]
    let start = 0
    let positives = 0
    const scores: number[] = []
    for (const level of down) {
      const shared = Math.min(to, start + level.members) - Math.max(from, start)
      if (shared > 0) {
        positives += (level.positives * shared) / level.members
        scores.push(level.score)
      }
      start += level.members
    }
    return {
      decile: i + 1,
      members: to - from,
      positives: Math.round(positives * 1000) / 1000,
      rate: positives / (to - from),
      lift: rate > 0 ? positives / (to - from) / rate : null,
      from: Math.min(...scores),
      to: Math.max(...scores),
    }
  })
}

const weights = z.record(z.string().max(30), z.number().min(0).max(100))

export const test = query('trait.test', {
  title: { en: 'Test a score against an outcome', zh: '用结果检验评分' },
  input: z.object({
    id: z.uuid().optional(),
    definition: definition.optional().describe('A score that is not saved yet, instead of `id`'),
    weights: weights.optional().describe('Tried instead of the saved weights, by component'),
    at: z.iso.datetime({ offset: true }).meta({ en: 'Scores as of', zh: '评分时点' }),
    event: z.union([eventName, z.array(eventName).min(1).max(50)]).meta({ en: 'Outcome', zh: '结果事件' }),
    where: filters.default([]),
    days: z.number().int().min(1).max(365).default(30).meta({ en: 'Within days', zh: '之后天数' }),
  }),
  output: z.object({
    /** Members known at the instant, and those of them who did it in the days after. */
    n: z.int(),
    positives: z.int(),
    rate: z.number(),
    auc: z.number().nullable(),
    deciles: z.array(
      z.object({
        decile: z.int(),
        members: z.int(),
        positives: z.number(),
        rate: z.number(),
        lift: z.number().nullable(),
        from: z.number(),
        to: z.number(),
      }),
    ),
    /** The same for each component alone. */
    components: z.array(z.object({ key: z.string(), title: z.string(), auc: z.number().nullable() })),
    /** Whether the days have passed; what is still to come does not count. */
    complete: z.boolean(),
  }),
  offeredTo: ['operator'],
  needs: 'trait.read',
  on: 'brand',
  fails: {
    ...contactHidden,
    'trait.not_a_score': { status: 400, title: { en: 'Only a score can be tested', zh: '只有评分可以检验' } },
    'trait.no_weight': {
      status: 400,
      title: { en: 'Some weight must be above 0', zh: '至少一项权重须大于 0' },
    },
    'trait.future_instant': {
      status: 400,
      title: { en: 'The instant must lie in the past', zh: '评分时点须早于当前时间' },
    },
  },
  async run(ctx, input) {
    const saved = input.id === undefined ? input.definition : await savedDefinition(ctx.db, input.id)
    if (!saved) return ctx.fail('object.unknown')
    refuseContactParts(ctx, [saved, input.where])
    if (!saved.score) return ctx.fail('trait.not_a_score')
    const at = new Date(input.at)
    if (at >= ctx.now) return ctx.fail('trait.future_instant')
    const components = saved.score.components.map((c) => ({ ...c, weight: input.weights?.[c.key] ?? c.weight }))
    if (!components.some((c) => c.weight > 0)) return ctx.fail('trait.no_weight')
    const ends = new Date(at.getTime() + input.days * DAY_MS)
    const outcome = { event: input.event, where: input.where, at, until: ends < ctx.now ? ends : ctx.now }
    const rows = await read(ctx, { components }, outcome)
    const whole = rows.filter((r) => r.part === 0)
    const n = whole.reduce((sum, l) => sum + l.members, 0)
    const positives = whole.reduce((sum, l) => sum + l.positives, 0)
    return {
      n,
      positives,
      rate: n > 0 ? positives / n : 0,
      auc: areaUnderCurve(whole),
      deciles: decilesOf(whole),
      components: components.map((c, i) => ({
        key: c.key,
        title: c.title,
        auc: areaUnderCurve(rows.filter((r) => r.part === i + 1)),
      })),
      complete: ends <= ctx.now,
    }
  },
})

interface Outcome {
  event: string | readonly string[]
  where: readonly Filter[]
  at: Date
  until: Date
}

type Asking = Pick<Context<never, never>, 'warehouse' | 'brand' | 'signal' | 'warehouseScope'>

/** Levels of the score (part 0) and of each component alone, from one reading of the events. */
async function read(
  ctx: Asking,
  score: Score,
  { event, where, at, until }: Outcome,
): Promise<(Level & { part: number })[]> {
  const sheet = createSheet(ctx.brand.zone)
  const { number, components } = planScore(score, sheet)
  const about = sheet.row(aboutSql(sheet, { event }))
  const { holds } = whereSql([...where], sheet, about)
  const after = `t > now AND t <= ${sheet.bind('Int64', until.getTime())}`
  const done = sheet.sum(`countIf(${[about, ...holds, after].join(' AND ')})`)
  const points = [`ifNull(${number}, 0)`, ...components.map((c) => `round(${c.points}, 1)`)].join(', ')
  const members = membersSql(sheet, { kind: 'all', at }, [`[${points}] AS points`, `${done} > 0 AS did`])
  const scope = ctx.warehouseScope()
  const then = `fromUnixTimestamp64Milli(${sheet.bind('Int64', at.getTime())}, 'UTC')`
  const known = `SELECT DISTINCT root FROM (
      SELECT ${rootOf('number')} AS root FROM members WHERE at <= ${then}
      UNION ALL SELECT ${rootOf('member')} AS root FROM events WHERE timestamp <= ${then} AND member != 0)
    WHERE root NOT IN ${ERASED} ${scope ? `AND root IN (${scope.sql})` : ''}`
  const parts = components.length + 1
  const rows = await ctx.warehouse.query<{ part: number; score: number; members: number; positives: number }>(
    `SELECT pair.1 AS part, pair.2 AS score, count() AS members, sum(did) AS positives FROM (
       SELECT arrayJoin(arrayZip(range(${parts}), arrayResize(m.points, ${parts}))) AS pair, m.did AS did
       FROM (${known}) AS k LEFT JOIN (${members}) AS m ON k.root = m.root)
     GROUP BY part, score`,
    { ...sheet.params, ...scope?.params },
    { lane: 'interactive', signal: ctx.signal },
  )
  return rows.map((r) => ({
    part: Number(r.part),
    score: Number(r.score),
    members: Number(r.members),
    positives: Number(r.positives),
  }))
}
