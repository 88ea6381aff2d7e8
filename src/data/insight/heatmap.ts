// When things happen: weekday by hour of the zone's calendar.
import { z } from 'zod'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { matching } from './match.ts'
import type { Sheet } from './sheet.ts'

const query = z.object({
  ...common,
  ...matching.shape,
  measure: z.enum(['total', 'members']).default('total'),
})
type Query = z.output<typeof query>

export const heatmap = kind({
  name: 'insight.heatmap',
  title: { en: 'Heat map', zh: '时段热力图' },
  means: {
    en: 'Events, or distinct members, by weekday and hour of the zone; 1 is Monday.',
    zh: '按所选时区的星期与小时统计事件次数或去重成员数；1 为周一。',
  },
  query,
  answer: z.object({
    cells: z.array(z.object({ weekday: z.int(), hour: z.int(), value: z.int(), cell })),
    total: z.int(),
    totalCell: cell,
  }),
  reads: (asked) => [asked.event].flat(),
  async numbers(sheet, asked) {
    const value = asked.measure === 'total' ? 'count()' : 'uniqExact(root)'
    const rows = await sheet.rows<{ d: number; h: number; n: number; whole: number }>(
      `SELECT d, h, ${value} AS n, grouping(d) AS whole FROM (${relation(sheet, asked)})
       GROUP BY GROUPING SETS ((d, h), ())`,
    )
    return {
      cells: rows
        .filter((r) => Number(r.whole) === 0)
        .map((r) => ({ weekday: r.d, hour: r.h, value: Number(r.n), cell: cellKey(r.d, r.h) }))
        .sort((a, b) => a.weekday - b.weekday || a.hour - b.hour),
      total: Number(rows.find((r) => Number(r.whole) === 1)?.n ?? 0),
      totalCell: cellKey(null, null),
    }
  },
  async people(sheet, asked, [d, h]) {
    const one = (column: string, part: string | null) => (part === null ? '1' : `${column} = ${Number(part)}`)
    if (d === undefined || h === undefined || [d, h].some((x) => x !== null && !/^\d{1,2}$/.test(x))) return null
    return `SELECT DISTINCT root FROM (${relation(sheet, asked)}) WHERE ${one('d', d)} AND ${one('h', h)}`
  },
})

/** Rows (d, h, root), one an event. */
function relation(sheet: Sheet, asked: Query): string {
  const zone = sheet.bind('String', sheet.zone)
  return `SELECT toDayOfWeek(timestamp, 0, ${zone}) AS d, toHour(timestamp, ${zone}) AS h, ${sheet.root} AS root
    FROM events WHERE ${sheet.within(sheet.from, sheet.to)} AND ${sheet.matches(asked)} AND ${sheet.audience}`
}
