// The days on which members did something: what lifecycles and stickiness are folded from.
import type { z } from 'zod'
import { matching } from './match.ts'
import { daySql } from './period.ts'
import type { Sheet } from './sheet.ts'

/** What counts as activity; by default whatever a member does. */
export const activity = { event: matching.shape.event.default('*'), where: matching.shape.where }
type Activity = z.output<z.ZodObject<typeof activity>>

/** Rows (root, days): everybody who was active between two instants, with the numbers of these days in order. */
export function activeDays(sheet: Sheet, asked: Activity, from: Date | null, to: Date): string {
  const rows = `FROM events WHERE ${sheet.within(from, to)} AND ${sheet.matches(asked)} AND ${sheet.audience}`
  // Sorting what lies nearly in order costs half of what distinct arrays do.
  const inOrder = (all: string) => `arrayCompact(arraySort(${all}))`
  if (sheet.root === 'member')
    return `SELECT member AS root, ${inOrder(`groupArray(${daySql(sheet)})`)} AS days ${rows} GROUP BY root`
  // Numbers first and members then: today's member is looked up once a number and not once an event.
  return `SELECT ${sheet.root} AS root, ${inOrder('groupArrayArray(mine)')} AS days
    FROM (SELECT member, groupArray(${daySql(sheet)}) AS mine ${rows} GROUP BY member) GROUP BY root`
}
