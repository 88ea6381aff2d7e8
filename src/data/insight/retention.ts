// How many of those who began come back, period by period.
import { z } from 'zod'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { matching } from './match.ts'
import { type Period, periodSql, periodsOf } from './period.ts'
import type { Sheet } from './sheet.ts'

const query = z.object({
  ...common,
  start: matching,
  return: matching,
  period: z.enum(['day', 'week', 'month']).default('month'),
  periods: z.int().min(1).max(60).default(12),
  cohort: z.enum(['first', 'recurring']).default('first'),
  mode: z.enum(['on', 'onOrAfter']).default('on'),
})
type Query = z.output<typeof query>

export const retention = kind({
  name: 'insight.retention',
  title: { en: 'Retention', zh: '留存' },
  means: {
    en: 'Members by the period they began in, and how many of them came back in each period after it.',
    zh: '按成员起始所在的周期分组，统计其后每个周期回访的人数。',
  },
  query,
  answer: z.object({
    rows: z.array(
      z.object({ cohort: z.string(), size: z.int(), values: z.array(z.int().nullable()), cells: z.array(cell) }),
    ),
    /** Shares by period, pooled over the cohorts for which that period has elapsed; null where none has. */
    average: z.array(z.number().nullable()),
  }),
  async numbers(sheet, asked) {
    const { from, to, now } = sheet
    const cohorts = periodsOf(asked.period, from, to, sheet) ?? []
    const rows = await sheet.rows<{ c: string; k: number; n: number }>(
      `SELECT toString(c) AS c, k, toUInt32(uniqExact(root)) AS n FROM (${relation(sheet, asked)}) GROUP BY c, k`,
    )
    const counted = new Map(rows.map((r) => [`${r.c}/${r.k}`, Number(r.n)]))
    const end = cohorts.at(-1)?.to ?? to
    const later = periodsOf(asked.period, from, new Date(Math.max(end.getTime(), now.getTime()) + 1), sheet) ?? []
    const table = cohorts.map((cohort, i) => rowOf(cohort, i, counted, later, asked.periods, now))
    return { rows: table, average: averageOf(table, asked.periods) }
  },
  async people(sheet, asked, [cohort, k]) {
    if (!cohort || !/^\d{4}-\d\d-\d\d$/.test(cohort) || !/^\d{1,2}$/.test(k ?? '')) return null
    return `SELECT DISTINCT root FROM (${relation(sheet, asked)})
      WHERE toString(c) = ${sheet.bind('String', cohort)} AND k = ${Number(k)}`
  },
})

/** Rows (c, k, root): a member of cohort c counts in period k. */
function relation(sheet: Sheet, asked: Query): string {
  const period = periodSql(asked.period, sheet)
  const cohorts = (periodsOf(asked.period, sheet.from, sheet.to, sheet) ?? []).map((c) => c.key)
  const matched = (what: z.output<typeof matching>) =>
    `SELECT DISTINCT ${sheet.root} AS root, ${period} AS p FROM events
     WHERE ${sheet.within(null, null)} AND ${sheet.matches(what)} AND ${sheet.audience}`
  const started =
    asked.cohort === 'first'
      ? `SELECT root, min(p) AS c FROM (${matched(asked.start)}) GROUP BY root`
      : `SELECT root, p AS c FROM (${matched(asked.start)})`
  const inRange = `SELECT root, c FROM (${started}) WHERE toString(c) IN ${sheet.bind('Array(String)', cohorts)}`
  const far = `dateDiff('${asked.period}', s.c, r.p)`
  return `SELECT root, c, 0 AS k FROM (${inRange}) UNION ALL
    SELECT root, c, ${asked.mode === 'on' ? 'far' : `arrayJoin(range(1, least(far, ${asked.periods}) + 1))`} AS k
    FROM (SELECT s.root AS root, s.c AS c, ${far} AS far FROM (${inRange}) AS s
      INNER JOIN (${matched(asked.return)}) AS r ON s.root = r.root)
    WHERE far >= 1 AND (far <= ${asked.periods} OR ${asked.mode === 'on' ? 0 : 1})`
}

/** A cell whose period has not ended is null, never 0. */
function rowOf(
  cohort: Period,
  index: number,
  counted: ReadonlyMap<string, number>,
  all: readonly Period[],
  periods: number,
  now: Date,
) {
  const size = counted.get(`${cohort.key}/0`) ?? 0
  const values = Array.from({ length: periods + 1 }, (_, k) => {
    if (k === 0) return size
    const ends = all[index + k]?.to
    return ends && ends <= now ? (counted.get(`${cohort.key}/${k}`) ?? 0) : null
  })
  return { cohort: cohort.key, size, values, cells: values.map((_, k) => cellKey(cohort.key, k)) }
}

function averageOf(rows: readonly { size: number; values: readonly (number | null)[] }[], periods: number) {
  return Array.from({ length: periods + 1 }, (_, k) => {
    const elapsed = rows.filter((r) => r.values[k] !== null && r.values[k] !== undefined && r.size > 0)
    const size = elapsed.reduce((n, r) => n + r.size, 0)
    return size === 0 ? null : elapsed.reduce((n, r) => n + (r.values[k] ?? 0), 0) / size
  })
}
