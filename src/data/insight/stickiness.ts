// How many days, weeks or months of a range members are active in, and how much of a month's actives a day sees.
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import { addDays, startOfDay } from '#kernel/time'
import { activeDays, activity } from './active-day.ts'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { calendarOf, indexSql, type Period, periodsOf, weekStart } from './period.ts'
import type { Sheet } from './sheet.ts'

const MONTH = 30

const query = z.object({
  ...common,
  ...activity,
  interval: z.enum(['day', 'week', 'month']).default('day'),
  weekStart,
})
type Query = z.output<typeof query>

export const stickiness = kind({
  name: 'insight.stickiness',
  title: { en: 'Stickiness', zh: '粘性' },
  means: {
    en: 'Members by the number of periods they were active in; and for each day the mean of the daily actives of the 30 days that end with it, days without any included, divided by the distinct members of these 30 days.',
    zh: '按活跃周期数统计成员；每日粘性 = 截至当日的 30 天日活均值（含无人活跃的日子）÷ 这 30 天的去重活跃成员数。',
  },
  query,
  answer: z.object({
    /** From 1 to the number of periods of the range. */
    histogram: z.array(z.object({ periods: z.int(), members: z.int(), cell })),
    /** Every day of the range that has begun. */
    days: z.array(
      z.object({
        day: z.string(),
        dau: z.int(),
        dauCell: cell,
        /** Distinct members of the 30 days, and the mean of their daily actives. */
        mau: z.int(),
        mauCell: cell,
        avgDau: z.number(),
        ratio: z.number().nullable(),
      }),
    ),
    /** Indexes of days that have not ended. */
    unfinished: z.array(z.int()),
    /** Of the last day that has ended. */
    ratio: z.number().nullable(),
  }),
  reads: (asked) => [asked.event].flat(),
  check(asked, sheet) {
    if (!periodsOf('day', sheet.from, sheet.to, calendarOf(sheet, asked)))
      throw new Problem('insight.too_many_periods', 400)
  },
  async numbers(sheet, asked) {
    const days = daysOf(sheet)
    const rows = await sheet.rows<{ code: number; n: number }>(
      `SELECT arrayJoin(arrayConcat([${code('length(periods)', 'periods')}],
          arrayMap(d -> ${code('d', 'active')}, days), [${code('days[1]', 'come')}],
          arrayMap(s -> ${code('s.2', 'come')}, breaks), arrayMap(s -> ${code(`s.1 + ${MONTH}`, 'gone')}, breaks),
          [${code(`days[-1] + ${MONTH}`, 'gone')}])) AS code, toUInt32(count()) AS n
       FROM (SELECT *, arrayFilter(s -> s.2 - s.1 > ${MONTH}, arrayZip(arrayPopBack(days), arrayPopFront(days))) AS breaks
         FROM (${await relation(sheet, asked)})) GROUP BY code`,
    )
    const counted = new Map(rows.map((r) => [r.code, Number(r.n)]))
    const count = (what: Told, at: number) => counted.get(at * TOLD.length + TOLD.indexOf(what)) ?? 0
    const told = rolled(days, count).filter((_, i) => (days[i]?.from ?? sheet.now) <= sheet.now)
    const unfinished = told.flatMap((_, i) => ((days[i]?.to ?? sheet.to) > sheet.now ? [i] : []))
    const most = periodsOf(asked.interval, sheet.from, sheet.to, calendarOf(sheet, asked))?.length ?? 0
    return {
      histogram: Array.from({ length: most }, (_, i) => ({
        ...{ periods: i + 1, members: count('periods', i + 1), cell: cellKey('periods', i + 1) },
      })),
      days: told,
      unfinished,
      ratio: told.at(-1 - unfinished.length)?.ratio ?? null,
    }
  },
  async people(sheet, asked, [name, of]) {
    const rows = `SELECT root FROM (${await relation(sheet, asked)})`
    if (name === 'periods') return /^[1-9]\d{0,3}$/.test(of ?? '') ? `${rows} WHERE length(periods) = ${of}` : null
    const day = daysOf(sheet).find((d) => d.key === of)?.index
    if (day === undefined) return null
    if (name === 'dau') return `${rows} WHERE has(days, ${day})`
    return name === 'mau' ? `${rows} WHERE arrayExists(d -> d BETWEEN ${day - MONTH + 1} AND ${day}, days)` : null
  },
  until(sheet) {
    const last = daysOf(sheet).at(-1)
    return last && last.to <= sheet.now ? new Date(8.64e15) : sheet.now
  },
})

/** The days that the range touches, whole. */
const daysOf = (sheet: Sheet): Period[] => periodsOf('day', sheet.from, sheet.to, sheet) ?? []

/** Rows (root, days, periods): days of the range and of the 30 that end with its first; periods of the range. */
async function relation(sheet: Sheet, asked: Query): Promise<string> {
  const days = daysOf(sheet)
  const first = days[0]?.index ?? 0
  const since = startOfDay(addDays(days[0]?.key ?? '', 1 - MONTH), sheet.zone)
  const period = indexSql(asked.interval, calendarOf(sheet, asked).weekStart, 'd')
  return `SELECT root, days, arrayCompact(arrayMap(d -> ${period}, arrayFilter(d -> d >= ${first}, days))) AS periods
    FROM (${await activeDays(sheet, asked, since, days.at(-1)?.to ?? sheet.to)})`
}

/**
 * What a member adds to: the members of so many periods, the actives of a day, and those who come to and are gone from
 * the actives of 30 days, which is once a break of more and not once a day.
 */
const TOLD = ['periods', 'active', 'come', 'gone'] as const
type Told = (typeof TOLD)[number]
const code = (at: string, what: Told) => `toUInt32(${at}) * ${TOLD.length} + ${TOLD.indexOf(what)}`

function rolled(days: readonly Period[], count: (what: Told, at: number) => number) {
  const first = days[0]?.index ?? 0
  let [mau, sum] = [0, 0]
  const told = []
  for (let at = first - MONTH + 1; at < first + days.length; at++) {
    mau += count('come', at) - count('gone', at)
    sum += count('active', at) - count('active', at - MONTH)
    const day = days[at - first]?.key
    if (day === undefined) continue
    told.push({
      ...{ day, dau: count('active', at), dauCell: cellKey('dau', day), mau, mauCell: cellKey('mau', day) },
      avgDau: sum / MONTH,
      ratio: mau === 0 ? null : sum / MONTH / mau,
    })
  }
  return told
}
