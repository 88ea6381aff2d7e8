// Sessions: how many there are, how long they are, and how many end with the event they began with.
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { matching } from './match.ts'
import { INTERVALS, periodSql, periodsOf } from './period.ts'
import { IDLE, lengthOf, sessions as sessionsOf } from './session.ts'
import type { Sheet } from './sheet.ts'

const query = z.object({
  ...common,
  event: matching.shape.event.default('*'),
  where: matching.shape.where,
  interval: z.enum(INTERVALS).default('day'),
})
type Query = z.output<typeof query>

const NAMES = ['sessions', 'members', 'avgSeconds', 'medianSeconds', 'eventsPerSession', 'bounceRate'] as const
const number = z.number().nullable()

export const sessions = kind({
  name: 'insight.sessions',
  title: { en: 'Sessions', zh: '会话' },
  means: {
    en: 'A session ends after more than 30 minutes of silence or after 24 hours; midnight ends none. It counts in the period it begins in, and with an event given, only if that event happened in it. Its length is from its first to its last event; a bounce is a session of one event. System events are no activity.',
    zh: '静默超过 30 分钟或满 24 小时即结束一次会话，跨零点不切断；按会话开始时间归入周期；指定事件后，仅统计包含该事件的会话。时长为首末事件之间的时间；仅有一个事件的会话为跳出。系统事件不计入。',
  },
  query,
  answer: z.object({
    buckets: z.array(z.string()),
    unfinished: z.array(z.int()),
    series: z.array(z.object({ name: z.enum(NAMES), values: z.array(number), cells: z.array(cell) })),
    total: z.object(Object.fromEntries(NAMES.map((n) => [n, number])) as Record<(typeof NAMES)[number], typeof number>),
    totalCell: cell,
    bounceCell: cell,
  }),
  reads: () => ['*'],
  check(asked, sheet) {
    if (!periodsOf(asked.interval, sheet.from, sheet.to, sheet)) throw new Problem('insight.too_many_periods', 400)
  },
  async numbers(sheet, asked) {
    const periods = periodsOf(asked.interval, sheet.from, sheet.to, sheet) ?? []
    const length = '(last - first) / 1000'
    const rows = await sheet.rows<Row>(
      `SELECT if(grouping(p) = 0, toString(p), NULL) AS bucket, count() AS sessions, uniqExact(root) AS members,
         avg(${length}) AS avgSeconds, quantileExactInclusive(0.5)(${length}) AS medianSeconds,
         avg(events) AS eventsPerSession, countIf(events = 1) / count() AS bounceRate
       FROM (${relation(sheet, asked)}) GROUP BY GROUPING SETS ((p), ()) HAVING count() > 0`,
    )
    const hours = asked.interval === 'hour'
    const by = new Map(rows.map((r) => [hours && r.bucket ? instantOf(r.bucket) : r.bucket, r]))
    const value = (key: string | null, name: (typeof NAMES)[number]) => {
      const row = by.get(key)
      return row ? Number(row[name]) : name === 'sessions' || name === 'members' ? 0 : null
    }
    const cellOf = (key: string | null, name: string) => cellKey(name === 'bounceRate' ? 'bounced' : 'in', key)
    return {
      buckets: periods.map((p) => p.key),
      unfinished: periods.flatMap((p, i) => (p.to > sheet.now ? [i] : [])),
      series: NAMES.map((name) => ({
        name,
        values: periods.map((p) => value(p.key, name)),
        cells: periods.map((p) => cellOf(p.key, name)),
      })),
      total: Object.fromEntries(NAMES.map((n) => [n, value(null, n)])) as Record<(typeof NAMES)[number], number | null>,
      totalCell: cellOf(null, 'sessions'),
      bounceCell: cellOf(null, 'bounceRate'),
    }
  },
  async people(sheet, asked, [which, bucket]) {
    if ((which !== 'in' && which !== 'bounced') || bucket === undefined) return null
    const inHours = asked.interval === 'hour' ? "formatDateTime(p, '%FT%T.000Z', 'UTC')" : 'toString(p)'
    const when = bucket === null ? '1' : `${inHours} = ${sheet.bind('String', bucket)}`
    return `SELECT DISTINCT root FROM (${relation(sheet, asked)}) WHERE ${when}${which === 'bounced' ? ' AND events = 1' : ''}`
  },
})

type Row = { bucket: string | null } & Record<(typeof NAMES)[number], number>

/** The warehouse prints an hour of UTC without saying so. */
const instantOf = (text: string) => new Date(`${text.replace(' ', 'T').replace('Z', '')}Z`).toISOString()

/** Rows (p, root, first, last, events): a session, with the period it begins in. */
function relation(sheet: Sheet, asked: Query): string {
  const hit = asked.event === '*' && asked.where.length === 0 ? null : sheet.matches(asked)
  const has = hit ? 'WHERE arrayExists(w -> bitTest(w, 0), s)' : ''
  const row = `toUInt64(toUnixTimestamp64Milli(timestamp)) AS ms, ${hit ? `ifNull(${hit}, 0)` : 0} AS hit`
  const packed = { row, word: 'bitShiftLeft(ms, 1) + hit', shift: 1 }
  const first = "fromUnixTimestamp64Milli(first, 'UTC')"
  return `SELECT ${periodSql(asked.interval, sheet, first)} AS p, root, first, last, events FROM (
    SELECT root, toInt64(bitShiftRight(s[1], 1)) AS first, toInt64(bitShiftRight(s[-1], 1)) AS last, length(s) AS events
    FROM (${sessionsOf(sheet, lengthOf(IDLE), packed)}) ${has})`
}
