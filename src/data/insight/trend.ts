// How much of something happens, period by period. Members of a range are never the sum of its days.
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import type { Text } from '#kernel/text'
import { breakdown } from './breakdown.ts'
import { cell, cellKey } from './cell.ts'
import { readFormula } from './formula.ts'
import { common, kind } from './kind.ts'
import { nameOf } from './match.ts'
import { calendarOf, INTERVALS, weekStart } from './period.ts'
import type { Sheet } from './sheet.ts'
import { emptyOf, measuresProperty, type Numbers, rollingDays, type Series, series } from './trend-measure.ts'
import { peopleOf } from './trend-people.ts'
import { type Span, spanBefore, spanOf } from './trend-range.ts'
import { counted } from './trend-series.ts'

const query = z.object({
  ...common,
  series: z.array(series).min(1).max(10),
  interval: z.enum(INTERVALS).default('day'),
  weekStart,
  breakdown: breakdown.optional(),
  /** Arithmetic on series: A is the first. */
  formulas: z
    .array(z.object({ name: z.string().min(1).max(80), expression: z.string().min(1).max(200) }))
    .max(10)
    .default([]),
  /** As many periods before, too. */
  compare: z.boolean().default(false),
})
type TrendQuery = z.output<typeof query>

const numbers = z.array(z.number().nullable())
const answer = z.object({
  buckets: z.array(z.string()),
  /** Indexes of buckets that have not ended. */
  unfinished: z.array(z.int()),
  /** The buckets compared with, one for one. */
  previousBuckets: z.array(z.string()).optional(),
  series: z.array(
    z.object({
      name: z.string(),
      /** With a breakdown: the value, null for those without one, `$other` for all past the limit. */
      group: z.string().nullable().optional(),
      /** Not counted but computed from the others; it has no cells. */
      formula: z.literal(true).optional(),
      values: numbers,
      cells: z.array(cell),
      total: z.number().nullable(),
      totalCell: cell,
      previous: numbers.optional(),
      previousCells: z.array(cell).optional(),
      previousTotal: z.number().nullable().optional(),
      previousTotalCell: cell.optional(),
    }),
  ),
})
type Line = z.input<typeof answer>['series'][number]

export const trend = kind({
  name: 'insight.trend',
  title: { en: 'Trend', zh: '趋势' },
  means: {
    en: 'What happened in each period of the zone’s calendar; members are counted once per period and once over the whole range. A rolling count is of the last day seen of each period and the days before it.',
    zh: '按所选时区的自然周期统计；成员数在每个周期内去重，合计为整个时段内去重，而非逐期相加。滚动活跃数取每个周期最后一日及其之前若干日的去重成员数。',
  },
  query,
  answer,
  fails: {
    'insight.measure_of_missing': {
      status: 400,
      title: { en: 'This measure needs “of”: the property to measure', zh: '该度量需要指定属性（of）' },
    },
    'insight.rolling_by_hour': {
      status: 400,
      title: {
        en: 'Rolling counts are of days; choose days, weeks or months',
        zh: '滚动活跃按天计算，请选择日、周或月粒度',
      },
    },
  },
  // Groups of members follow what is known of them.
  reads: ({ breakdown: by, series }) => (by && 'property' in by ? null : series.flatMap((s) => s.event)),
  check(asked, sheet) {
    if (!spanOf(calendarOf(sheet, asked), asked.interval)) throw new Problem('insight.too_many_periods', 400)
    if (asked.series.some((s) => measuresProperty(s) && !s.of)) throw new Problem('insight.measure_of_missing', 400)
    if (asked.interval === 'hour' && asked.series.some((s) => rollingDays(s) > 0))
      throw new Problem('insight.rolling_by_hour', 400)
    formulasOf(asked)
  },
  async numbers(brands, asked) {
    const sheet = calendarOf(brands, asked)
    const spans = spansOf(sheet, asked)
    const [span, before] = spans
    const found = await counted(sheet, asked, spans)
    const isDivided = asked.breakdown !== undefined
    const lines = found.flatMap((groups, i) =>
      [...groups].map(([group, numbers]) =>
        lineOf(asked, spans, { i, found: numbers, ...(isDivided ? { group } : {}) }),
      ),
    )
    return {
      buckets: span?.periods.map((p) => p.key) ?? [],
      unfinished: span?.periods.flatMap((p, i) => (p.to > sheet.now ? [i] : [])) ?? [],
      ...(before ? { previousBuckets: before.periods.map((p) => p.key) } : {}),
      series: [...lines, ...computed(asked, spans, found, isDivided)],
    }
  },
  people: (sheet, asked, parts) => peopleOf(sheet, asked, spansOf(calendarOf(sheet, asked), asked), parts),
})

function spansOf(sheet: Sheet, asked: TrendQuery): Span[] {
  const span = spanOf(sheet, asked.interval)
  if (!span) return []
  return asked.compare ? [span, spanBefore(sheet, asked.interval, span)] : [span]
}

/** Numbers in their places: of the range, of the one before, and the totals of both. */
function placed(spans: readonly Span[], found: Numbers) {
  const [now = 0, before = 0] = spans.map((s) => s.periods.length)
  const total = found[now + before] ?? null
  if (spans.length === 1) return { values: found.slice(0, now), total }
  return {
    ...{ values: found.slice(0, now), total },
    previous: found.slice(now, now + before),
    previousTotal: found[now + before + 1] ?? null,
  }
}

function lineOf(
  asked: TrendQuery,
  spans: readonly Span[],
  { i, found, ...of }: { i: number; found: Numbers; group?: string | null },
): Line {
  const [span, before] = spans
  const group = of.group === undefined ? [] : [of.group]
  const cells = (s: Span | undefined) => s?.periods.map((p) => cellKey(i, p.key, ...group)) ?? []
  return {
    name: asked.series[i] ? calledBy(asked.series[i]) : '',
    ...of,
    ...placed(spans, found),
    ...{ cells: cells(span), totalCell: cellKey(i, null, ...group) },
    ...(before ? { previousCells: cells(before), previousTotalCell: cellKey(i, 'previous', ...group) } : {}),
  }
}

const calledBy = (one: Series): string => one.name ?? nameOf(one)

/** Formulas as they are computed. Throws `input.invalid` that says what is wrong with one. */
function formulasOf(asked: TrendQuery) {
  return asked.formulas.map(({ name, expression }, i) => {
    const read = readFormula(expression, asked.series.length)
    if (read.ok) return { name, formula: read.formula }
    const errors: { path: string; message: Text }[] = [{ path: `formulas.${i}.expression`, message: read.flaw }]
    throw new Problem('input.invalid', 400, { errors })
  })
}

/** Formulas place by place and group by group; a group that a series does not have counts there as nothing. */
function computed(
  asked: TrendQuery,
  spans: readonly Span[],
  counted: readonly ReadonlyMap<string | null, Numbers>[],
  isDivided: boolean,
): Line[] {
  const groups = [...new Set(counted.flatMap((of) => [...of.keys()]))]
  const places = spans.reduce((n, s) => n + s.periods.length + 1, 0)
  return formulasOf(asked).flatMap(({ name, formula }) =>
    groups.map((group) => {
      const found = Array.from({ length: places }, (_, k) =>
        formula(counted.map((of, i) => of.get(group)?.[k] ?? (of.has(group) ? null : absent(asked.series[i])))),
      )
      return {
        ...{ name, formula: true as const, ...placed(spans, found), cells: [], totalCell: '' },
        ...(isDivided ? { group } : {}),
      }
    }),
  )
}

const absent = (one: Series | undefined): number | null => (one ? emptyOf(one) : null)
