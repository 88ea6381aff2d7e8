// A funnel: how many of those who did the first step went on to the next ones in its window. The best chain of each
// counts: the longest, then the earliest; one event fills one step; what happens at the same time counts in whatever
// order it is stored. `windowFunnel` tells no times and lets one event fill two steps, so chains are made of arrays.
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import { groupName } from './breakdown.ts'
import { cell, cellKey } from './cell.ts'
import { checkFunnel, type FunnelQuery, funnelQuery, longest } from './funnel/query.ts'
import { relationOf } from './funnel/relation.ts'
import { kind } from './kind.ts'
import { type Period, periodSql, periodsOf } from './period.ts'
import type { Sheet } from './sheet.ts'

const step = z.object({
  entered: z.int(),
  cell,
  /** Made this step and not the next; 0 of the last. */
  dropped: z.int(),
  droppedCell: cell,
  conversionRate: z.number().nullable(),
  fromPrevious: z.number().nullable(),
  /** Since the step before, over those who made this one. */
  medianSeconds: z.number().nullable(),
  avgSeconds: z.number().nullable(),
})
type Step = z.output<typeof step>

const bucket = z.object({
  bucket: z.string(),
  entered: z.int(),
  cell,
  converted: z.int(),
  convertedCell: cell,
  rate: z.number().nullable(),
})

export const funnel = kind({
  name: 'insight.funnel',
  title: { en: 'Funnel', zh: '漏斗' },
  means: {
    en: 'Members who did the first step in the range and the next ones in this order within the window; each counts once, with the longest way they got. Equal times count in any order, and one event fills one step.',
    zh: '在所选时段内完成第一步、并在窗口期内依次完成后续步骤的成员；每位成员只计一次，取其走得最远的一次。时间相同的事件不分先后，一个事件只能算作一个步骤。',
  },
  query: funnelQuery,
  answer: z.object({
    steps: z.array(step),
    /** All of whose attempts were hit by an exclusion; they are in no step. */
    excluded: z.int(),
    excludedCell: cell,
    /** Not through, and still within the window of an attempt. */
    stillOpen: z.int(),
    stillOpenCell: cell,
    /** By value; '' without one, `$other` past the limit. */
    groups: z.record(z.string(), z.object({ steps: z.array(step) })).optional(),
    /** By the period of the first step. */
    trend: z.array(bucket).optional(),
  }),
  check(asked, sheet) {
    checkFunnel(asked)
    if (asked.trend && !periodsOf(asked.trend, sheet.from, sheet.to, sheet))
      throw new Problem('insight.too_many_periods', 400)
  },
  async numbers(sheet, asked) {
    const { all, groups, buckets } = await counted(sheet, asked)
    return {
      steps: stepsOf(asked, all),
      ...{ excluded: Number(all?.hit ?? 0), excludedCell: cellKey('excluded') },
      ...{ stillOpen: Number(all?.still ?? 0), stillOpenCell: cellKey('open') },
      ...(groups ? { groups } : {}),
      ...(buckets ? { trend: buckets } : {}),
    }
  },
  async people(sheet, asked, parts) {
    const condition = conditionOf(sheet, asked, parts)
    if (condition === null) return null
    return `SELECT DISTINCT root FROM (${relationOf(sheet, asked)}) WHERE ${condition}`
  },
  reads: ({ order, unit, breakdown, steps, exclude }) =>
    order === 'strict' || unit === 'session' || (breakdown && 'property' in breakdown)
      ? null
      : [...steps, ...exclude].flatMap((s) => s.event),
  until: ({ to, now }, { window }) => new Date(to.getTime() + longest(window) < now.getTime() ? 8.64e15 : 0),
})

type Row = Readonly<Record<string, number | string | null>>

/** One reading of the relation for all numbers: of everybody, by group `g` and by bucket `b` where asked for. */
async function counted(sheet: Sheet, asked: FunnelQuery) {
  const { breakdown, trend } = asked
  const keys = [...(breakdown ? ['g'] : []), ...(trend ? ['b'] : [])]
  const began = trend ? periodSql(trend, sheet, "fromUnixTimestamp64Milli(times[1], 'UTC')") : "''"
  const rows = await sheet.rows<Row>(
    `SELECT ${[...keys.flatMap((k) => [k, `grouping(${k}) AS not_${k}`]), ...columnsOf(asked)].join(', ')}
     FROM (SELECT *, toString(${began}) AS b FROM (${relationOf(sheet, asked)}))
     ${keys.length > 0 ? `GROUP BY GROUPING SETS ((), ${keys.map((k) => `(${k})`).join(', ')})` : ''}`,
  )
  const by = (key: string) => rows.filter((r) => Number(r[`not_${key}`]) === 0 && Number(r.n0) > 0)
  return {
    all: rows.find((r) => keys.every((k) => Number(r[`not_${k}`]) === 1)),
    ...(breakdown ? { groups: groupsOf(asked, by('g')) } : {}),
    ...(trend ? { buckets: bucketsOf(asked, periodsOf(trend, sheet.from, sheet.to, sheet) ?? [], by('b')) } : {}),
  }
}

/** n: made so many steps; q, a: median and mean of the seconds since the step before. */
function columnsOf({ steps }: FunnelQuery): string[] {
  const each = steps.flatMap((_, i) => {
    const [made, seconds] = [`made > ${i}`, `(times[${i + 1}] - times[${i}]) / 1000`]
    const entered = `toUInt32(countIf(${made})) AS n${i}`
    if (i === 0) return [entered]
    return [
      entered,
      `quantileExactInclusiveIf(0.5)(${seconds}, ${made}) AS q${i}`,
      `avgIf(${seconds}, ${made}) AS a${i}`,
    ]
  })
  return [...each, 'toUInt32(countIf(made = 0)) AS hit', 'toUInt32(countIf(open)) AS still']
}

const share = (n: number, of: number | undefined) => (of ? n / of : null)

/** `group` is part of the cells' keys: null for those without a value, undefined where it is everybody. */
function stepsOf({ steps }: FunnelQuery, row: Row | undefined, group?: string | null): Step[] {
  const entered = steps.map((_, i) => Number(row?.[`n${i}`] ?? 0))
  const key = (...parts: (string | number)[]) => cellKey(...parts, ...(group === undefined ? [] : [group]))
  const seconds = (i: number, column: string) => (i > 0 && entered[i] ? Number(row?.[`${column}${i}`]) : null)
  return entered.map((n, i) => ({
    ...{ entered: n, cell: key(i), dropped: n - (entered[i + 1] ?? n), droppedCell: key('dropped', i) },
    ...{ conversionRate: share(n, entered[0]), fromPrevious: i === 0 ? null : share(n, entered[i - 1]) },
    ...{ medianSeconds: seconds(i, 'q'), avgSeconds: seconds(i, 'a') },
  }))
}

function groupsOf(asked: FunnelQuery, rows: readonly Row[]): Record<string, { steps: Step[] }> {
  const greatest = rows.toSorted((a, b) => Number(b.n0) - Number(a.n0) || (String(a.g) < String(b.g) ? -1 : 1))
  return Object.fromEntries(greatest.map((r) => [String(r.g), { steps: stepsOf(asked, r, groupName(String(r.g))) }]))
}

function bucketsOf({ steps }: FunnelQuery, periods: readonly Period[], rows: readonly Row[]) {
  const known = new Map(rows.map((r) => [r.b, r]))
  return periods.map(({ key }) => {
    const row = known.get(key)
    const [entered, converted] = [Number(row?.n0 ?? 0), Number(row?.[`n${steps.length - 1}`] ?? 0)]
    const cells = { cell: cellKey('trend', key), convertedCell: cellKey('trend', key, 'converted') }
    return { bucket: key, entered, converted, rate: share(converted, entered), ...cells }
  })
}

/** Which rows of the relation a cell is of; null where there is no such cell. */
function conditionOf(sheet: Sheet, asked: FunnelQuery, parts: readonly (string | null)[]): string | null {
  const [first, second, ...more] = parts
  if (first === 'excluded' || first === 'open') return parts.length > 1 ? null : first === 'open' ? 'open' : 'made = 0'
  if (first === 'trend') {
    const { trend } = asked
    if (!trend || typeof second !== 'string' || more.length > 1 || (more.length === 1 && more[0] !== 'converted'))
      return null
    const began = periodSql(trend, sheet, "fromUnixTimestamp64Milli(times[1], 'UTC')")
    const made = more.length === 1 ? asked.steps.length : 1
    return `made >= ${made} AND toString(${began}) = ${sheet.bind('String', second)}`
  }
  const dropped = first === 'dropped'
  const [number, group, ...rest] = dropped ? parts.slice(1) : parts
  if (rest.length > 0 || !/^\d$/.test(number ?? '') || Number(number) >= asked.steps.length) return null
  const i = Number(number)
  // Nobody drops out after the last step.
  const made = dropped ? (i === asked.steps.length - 1 ? '0' : `made = ${i + 1}`) : `made > ${i}`
  if (group === undefined) return made
  return asked.breakdown ? `${made} AND g = ${sheet.bind('String', group ?? '')}` : null
}
