// How many of those who began come back, period by period.
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import { OTHER } from './breakdown.ts'
import { cell, cellKey } from './cell.ts'
import { kind } from './kind.ts'
import { calendarOf, endAfter, type Period, periodsOf } from './period.ts'
import {
  type Column,
  columnsOf,
  type RetentionQuery,
  relation,
  retentionQuery,
  rollingMs,
  started,
} from './retention-relation.ts'
import type { Sheet } from './sheet.ts'

/** Cells of an answer; a table of more is read by nobody. */
const MOST_CELLS = 50_000

const cohorts = z.object({
  rows: z.array(
    z.object({
      cohort: z.string(),
      size: z.int(),
      values: z.array(z.int().nullable()),
      cells: z.array(cell),
      /** Those who did not come back; null for the cohort itself. */
      lostCells: z.array(cell.nullable()),
    }),
  ),
  /** Shares by column, pooled over the cohorts for which it has elapsed; null where none has. */
  average: z.array(z.number().nullable()),
})
type Cohorts = z.input<typeof cohorts>

export const retention = kind({
  name: 'insight.retention',
  title: { en: 'Retention', zh: '留存' },
  means: {
    en: 'Members by the period they began in, and how many of them came back in each period after it. Column 0 is the cohort’s size; what has not elapsed is empty, and the average pools what has.',
    zh: '按成员起始所在的周期分组，统计其后每个周期回访的人数。第 0 列为该组人数；尚未走完的周期留空，平均值只汇总已走完的周期。',
  },
  query: retentionQuery,
  answer: cohorts.extend({
    /** What each column tells of, in periods after the start; `to` null: and all that follow. */
    columns: z.array(z.object({ from: z.int(), to: z.int().nullable() })),
    /** By value; "" is without one, "$other" past the limit. */
    groups: z.record(z.string(), cohorts).optional(),
  }),
  fails: {
    'insight.ranges_invalid': {
      status: 400,
      title: {
        en: 'The mode “range” needs “ranges”: pairs of periods, the first not after the second',
        zh: '“range” 模式需要 ranges：由起止周期组成的区间，且起始不晚于结束',
      },
    },
  },
  reads: ({ cohort, start, return: back, breakdown }) =>
    breakdown && 'property' in breakdown
      ? null
      : [...[start.event, back.event].flat(), ...(cohort === 'firstEver' ? ['*'] : [])],
  check(asked, sheet) {
    if ((asked.mode === 'range') !== (asked.ranges !== undefined) || asked.ranges?.some(([from, to]) => from > to))
      throw new Problem('insight.ranges_invalid', 400)
    const rows = cohortsOf(sheet, asked).length * (asked.breakdown ? asked.breakdown.limit + 3 : 1)
    if (rows === 0 || rows * columnsOf(asked).length > MOST_CELLS) throw new Problem('insight.too_many_periods', 400)
  },
  async numbers(sheet, asked) {
    const table = tableOf(sheet, asked)
    const rows = await sheet.rows<{ c: number; k: number; group: string; n: number }>(
      folded(`SELECT c, k, g, count() AS n FROM (${relation(sheet, asked, table.cohorts)}) GROUP BY c, k, g`, asked),
    )
    const counted = new Map<string, Map<string, number>>()
    const all = new Map<string, number>()
    for (const { c, k, group, n } of rows) {
      const mine = counted.get(group) ?? new Map<string, number>()
      counted.set(group, mine.set(`${c}/${k}`, Number(n)))
      all.set(`${c}/${k}`, (all.get(`${c}/${k}`) ?? 0) + Number(n))
    }
    const groups = [...counted].map(([g, mine]) => [g, filled(table, mine, g)] as const)
    const size = ([g, { rows }]: (typeof groups)[number]) => (g === OTHER ? -1 : rows.reduce((n, r) => n + r.size, 0))
    const named = groups.toSorted((a, b) => size(b) - size(a))
    const told = asked.breakdown ? { groups: Object.fromEntries(named) } : {}
    return { ...filled(table, all), columns: table.columns, ...told }
  },
  async people(sheet, asked, [key, column, group]) {
    const { cohorts, columns } = tableOf(sheet, asked)
    const cohort = cohorts.find((c) => c.key === key)
    const [, lost, k] = /^(-?)(\d{1,2})$/.exec(column ?? '') ?? []
    if (!cohort || !k || !columns[Number(k)] || (lost && Number(k) === 0)) return null
    if (group !== undefined && !asked.breakdown) return null
    const isIn = group === undefined ? '1' : await inGroup(sheet, asked, cohorts, group ?? '')
    const mine = `SELECT root, k FROM (${relation(sheet, asked, cohorts)}) WHERE c = ${cohort.index} AND ${isIn}`
    if (!lost) return `SELECT root FROM (${mine}) WHERE k = ${k}`
    return `SELECT root FROM (${mine}) GROUP BY root HAVING countIf(k = ${k}) = 0`
  },
  until(sheet, asked) {
    const { cohorts, columns, ends } = tableOf(sheet, asked)
    if (sheet.to > sheet.now) return sheet.now
    const later = cohorts.flatMap((_, i) =>
      columns.map((c) => ends(i, c).getTime()).filter((t) => t > sheet.now.getTime()),
    )
    return new Date(later.reduce((a, b) => Math.min(a, b), 8.64e15))
  },
})

const cohortsOf = (sheet: Sheet, asked: RetentionQuery): Period[] =>
  periodsOf(asked.period, sheet.from, sheet.to, calendarOf(sheet, asked)) ?? []

interface Table {
  cohorts: readonly Period[]
  columns: Column[]
  /** When a column of the ith cohort has elapsed for all of its members. */
  ends(i: number, column: Column): Date
  now: Date
}

function tableOf(sheet: Sheet, asked: RetentionQuery): Table {
  const cohorts = cohortsOf(sheet, asked)
  const last = cohorts.at(-1)
  const known: Date[] = cohorts.map((c) => c.to)
  return {
    ...{ cohorts, columns: columnsOf(asked), now: sheet.now },
    ends(i, { from, to }) {
      const k = to ?? from
      if (asked.mode === 'rolling24h' && k > 0)
        return new Date((cohorts[i]?.to.getTime() ?? 0) + (k + 1) * rollingMs(asked))
      const at = i + k
      if (!known[at] && last) known[at] = endAfter(asked.period, last, at - cohorts.length + 1, sheet.zone)
      return known[at] ?? sheet.to
    },
  }
}

/**
 * Counts by cohort, column and value as counts by group: the values of the largest cohorts, then by name, and one for
 * the rest. In the same pass, because taking values from what events tell costs more than counting.
 */
function folded(counts: string, { breakdown }: RetentionQuery): string {
  if (!breakdown) return `SELECT c, k, g AS group, toUInt32(n) AS n FROM (${counts})`
  const sized = `SELECT *, sumIf(n, k = 0) OVER (PARTITION BY g) AS size FROM (${counts})`
  const ranked = `SELECT *, dense_rank() OVER (ORDER BY size DESC, g) AS place FROM (${sized})`
  return `SELECT c, k, if(place <= ${breakdown.limit}, g, '${OTHER}') AS group, toUInt32(sum(n)) AS n
    FROM (${ranked}) GROUP BY c, k, group`
}

/** The condition on a row of the relation that its value is in a group. */
async function inGroup(sheet: Sheet, asked: RetentionQuery, cohorts: readonly Period[], group: string) {
  const rows = await sheet.rows<{ g: string }>(
    `SELECT g FROM (${started(sheet, asked, cohorts)}) GROUP BY g ORDER BY count() DESC, g LIMIT ${asked.breakdown?.limit ?? 0}`,
  )
  const top = sheet.bind(
    'Array(String)',
    rows.map((r) => r.g),
  )
  return `if(has(${top}, g), g, '${OTHER}') = ${sheet.bind('String', group)}`
}

/** A cell whose column has not elapsed is null, never 0. */
function filled({ cohorts, columns, ends, now }: Table, counted: ReadonlyMap<string, number>, group?: string): Cohorts {
  const of = group === undefined ? [] : [group === '' ? null : group]
  const rows = cohorts.map((cohort, i) => {
    const n = (k: number) => counted.get(`${cohort.index}/${k}`) ?? 0
    return {
      cohort: cohort.key,
      size: n(0),
      values: columns.map((column, k) => (k === 0 || ends(i, column) <= now ? n(k) : null)),
      cells: columns.map((_, k) => cellKey(cohort.key, k, ...of)),
      lostCells: columns.map((_, k) => (k === 0 ? null : cellKey(cohort.key, -k, ...of))),
    }
  })
  return { rows, average: columns.map((_, k) => pooled(rows, k)) }
}

function pooled(rows: Cohorts['rows'], k: number): number | null {
  const elapsed = rows.filter((r) => r.values[k] !== null && r.values[k] !== undefined)
  const size = elapsed.reduce((n, r) => n + r.size, 0)
  return size === 0 ? null : elapsed.reduce((n, r) => n + (r.values[k] ?? 0), 0) / size
}
