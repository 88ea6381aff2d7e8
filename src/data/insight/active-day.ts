// The days on which members did something: what lifecycles and stickiness are folded from.
import type { z } from 'zod'
import { localDate } from '#kernel/time'
import { storedBits } from './activity/bits.ts'
import { storedActivity } from './activity/read.ts'
import { matching } from './match.ts'
import { dayNumber, daySql } from './period.ts'
import type { Sheet } from './sheet.ts'

/** What counts as activity; by default whatever a member does. */
export const activity = { event: matching.shape.event.default('*'), where: matching.shape.where }
type Activity = z.output<z.ZodObject<typeof activity>>

/**
 * SQL for rows (root, days): everybody who was active between two instants, with the numbers of these days in order.
 * `from` is the beginning of a day; null is all of life.
 */
export async function activeDays(sheet: Sheet, asked: Activity, from: Date | null, to: Date): Promise<string> {
  const stored = asked.where.length === 0 ? await storedActivity(sheet) : null
  if (stored) {
    const dayOf = (at: Date) => dayNumber(localDate(at, sheet.zone))
    const days: [number, number] = [from ? dayOf(from) : 0, dayOf(new Date(to.getTime() - 1))]
    const span = { from, to, days, cutDays: [], sql: daySql(sheet), ofDay: 'toUInt16(day)' }
    return `SELECT root, arraySort(groupArray(piece)) AS days FROM (
      SELECT piece, arrayJoin(bitmapToArray(bits)) AS root FROM (${await storedBits(sheet, asked, span, stored)})
    ) GROUP BY root`
  }
  const rows = `FROM events WHERE ${sheet.within(from, to)} AND ${sheet.matches(asked)} AND ${sheet.audience}`
  // Sorting what lies nearly in order costs half of what distinct arrays do.
  const inOrder = (all: string) => `arrayCompact(arraySort(${all}))`
  if (sheet.root === 'member')
    return `SELECT member AS root, ${inOrder(`groupArray(${daySql(sheet)})`)} AS days ${rows} GROUP BY root`
  // Numbers first and members then: today's member is looked up once a number and not once an event.
  return `SELECT ${sheet.root} AS root, ${inOrder('groupArrayArray(mine)')} AS days
    FROM (SELECT member, groupArray(${daySql(sheet)}) AS mine ${rows} GROUP BY member) GROUP BY root`
}
