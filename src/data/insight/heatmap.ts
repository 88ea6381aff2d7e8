// When things happen: weekday by hour of the zone's calendar; and when posting reaches most.
import { z } from 'zod'
import { rootsSql } from './bitmap.ts'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { matching } from './match.ts'
import type { Sheet } from './sheet.ts'

/**
 * How hours are ranked. `members`: members a week who respond then. `rate`: the share of those active then who respond.
 * Both by the lower end of their 95 % interval, so that an hour seen often beats one that was lucky once.
 */
const best = z.enum(['members', 'rate']).default('members')

const query = z.object({
  ...common,
  ...matching.shape,
  measure: z.enum(['total', 'members']).default('total'),
  best,
})
type Query = z.output<typeof query>

/** An hour in which fewer times anybody responded tells nothing. */
const LEAST_RESPONSES = 30
const MOST_BEST = 5
/** Of the standard normal distribution, for an interval of 95 %. */
const Z = 1.96

export const heatmap = kind({
  name: 'insight.heatmap',
  title: { en: 'Heat map', zh: '时段热力图' },
  means: {
    en: 'Events, or distinct members, by weekday and hour of the zone; 1 is Monday. The best hours are those with most responding members a week (or the greatest share of active members who respond), by the lower end of the 95 % interval; hours with fewer than 30 responses are left out.',
    zh: '按所选时区的星期与小时统计事件次数或去重成员数；1 为周一。最佳时段按每周响应人数（或活跃成员中的响应占比）的 95% 置信区间下限排序，响应不足 30 人次的时段不参与。',
  },
  query,
  answer: z.object({
    cells: z.array(z.object({ weekday: z.int(), hour: z.int(), value: z.int(), cell })),
    total: z.int(),
    totalCell: cell,
    best: z.array(
      z.object({
        weekday: z.int(),
        hour: z.int(),
        /** Distinct members who responded in this hour of the week. */
        members: z.int(),
        cell,
        /** How often this hour came in the range. */
        weeks: z.int(),
        /** Members who respond, each time it comes. */
        membersPerWeek: z.number(),
        /** Of the members active then; null unless hours are ranked by it. */
        rate: z.number().nullable(),
        /** Lower end of the interval of what hours are ranked by. */
        score: z.number(),
      }),
    ),
  }),
  reads: (asked) => (asked.best === 'rate' ? [...[asked.event].flat(), '*'] : [asked.event].flat()),
  async numbers(sheet, asked) {
    const rows = await sheet.rows<Row>(
      `SELECT d, h, grouping(d) AS whole, sum(n) AS total, groupBitmapMerge(bits) AS members,
         sum(bitmapCardinality(bits)) AS responses, sum(active) AS active
       FROM (${hours(sheet, asked)}) GROUP BY GROUPING SETS ((d, h), ())`,
    )
    const cells = rows.filter((r) => Number(r.whole) === 0).map(numeric)
    const whole = rows.find((r) => Number(r.whole) === 1)
    const times = cells.length === 0 ? new Map<string, number>() : await timesOf(sheet)
    return {
      cells: cells
        .map((r) => ({ weekday: r.d, hour: r.h, value: r[asked.measure], cell: cellKey(r.d, r.h) }))
        .filter((c) => c.value > 0)
        .sort((a, b) => a.weekday - b.weekday || a.hour - b.hour),
      total: Number(whole?.[asked.measure] ?? 0),
      totalCell: cellKey(null, null),
      best: bestOf(cells, asked.best, times),
    }
  },
  async people(sheet, asked, [d, h]) {
    if (d === undefined || h === undefined || [d, h].some((x) => x !== null && !/^\d{1,2}$/.test(x))) return null
    const zone = sheet.bind('String', sheet.zone)
    const one = (column: string, part: string | null) => (part === null ? '1' : `${column} = ${Number(part)}`)
    return `SELECT DISTINCT ${sheet.root} AS root FROM events
      WHERE ${sheet.within(sheet.from, sheet.to)} AND ${sheet.matches(asked)} AND ${sheet.audience}
        AND ${one(`toDayOfWeek(timestamp, 0, ${zone})`, d)} AND ${one(`toHour(timestamp, ${zone})`, h)}`
  },
})

interface Row {
  d: number
  h: number
  whole: number
  total: number
  members: number
  /** Members, once for every time the hour came. */
  responses: number
  active: number
}
const numeric = ({ d, h, total, members, responses, active }: Row) => ({
  ...{ d: Number(d), h: Number(h), total: Number(total), members: Number(members) },
  ...{ responses: Number(responses), active: Number(active) },
})

/** Rows (d, h, n, bits, active), one for each hour of each day: who responded, and how many members did anything. */
function hours(sheet: Sheet, asked: Query): string {
  const zone = sheet.bind('String', sheet.zone)
  const matches = sheet.matches(asked)
  const isRate = asked.best === 'rate'
  const active = isRate ? `bitmapCardinality(${rootsSql(sheet, 'anybody')})` : '0'
  const anybody = isRate ? `, groupBitmapState(member) AS anybody` : ''
  return `SELECT d, h, n, ${rootsSql(sheet, 'numbers')} AS bits, ${active} AS active FROM (
    SELECT toDate(timestamp, ${zone}) AS day, toDayOfWeek(day) AS d, toHour(timestamp, ${zone}) AS h,
      countIf(m) AS n, groupBitmapStateIf(member, m) AS numbers${anybody}
    FROM (SELECT timestamp, member, (${matches}) AS m FROM events
      WHERE ${sheet.within(sheet.from, sheet.to)} AND ${isRate ? `(m OR class != 'system')` : 'm'} AND ${sheet.audience})
    GROUP BY day, h)`
}

/** How often each hour of the week came between the ends of the range, by the calendar of the zone. */
async function timesOf(sheet: Sheet): Promise<Map<string, number>> {
  const zone = sheet.bind('String', sheet.zone)
  // Hours of some zones begin at a quarter of UTC's.
  const quarters = Math.max(0, Math.ceil((sheet.at.getTime() - sheet.from.getTime()) / 900_000))
  const rows = await sheet.rows<{ d: number; h: number; n: number }>(
    `SELECT toDayOfWeek(t, 0, ${zone}) AS d, toHour(t, ${zone}) AS h, uniqExact(toDate(t, ${zone})) AS n
     FROM (SELECT addSeconds(${sheet.instant(sheet.from)}, number * 900) AS t FROM numbers(${quarters})) GROUP BY d, h`,
  )
  return new Map(rows.map((r) => [cellKey(r.d, r.h), Number(r.n)]))
}

function bestOf(cells: readonly ReturnType<typeof numeric>[], by: z.output<typeof best>, times: Map<string, number>) {
  return cells
    .filter((c) => c.responses >= LEAST_RESPONSES)
    .map(({ d, h, members, responses, active }) => {
      const weeks = times.get(cellKey(d, h)) ?? 1
      const isRate = by === 'rate'
      return {
        ...{ weekday: d, hour: h, members, cell: cellKey(d, h), weeks, membersPerWeek: responses / weeks },
        rate: isRate ? responses / active : null,
        score: isRate ? wilsonLow(responses, active) : (responses - Z * Math.sqrt(responses)) / weeks,
      }
    })
    .sort((a, b) => b.score - a.score || a.weekday - b.weekday || a.hour - b.hour)
    .slice(0, MOST_BEST)
}

/** Lower end of the Wilson interval of a share. */
function wilsonLow(hits: number, of: number): number {
  const share = hits / of
  const spread = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of))
  return (share + (Z * Z) / (2 * of) - spread) / (1 + (Z * Z) / of)
}
