// {"restarted": Name, "quietFrom": Duration, "recent": Duration}: did it before, silent in [now − quietFrom,
// now − recent), did it since.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { duration } from '#kernel/time'
import { lengthOf, spanOf } from '../window.ts'
import { ahead, type ClauseKind, earliest, least, NEVER } from './kind.ts'
import { isoSql } from './last-event.ts'
import { eventNames, filteredBy, instants, namesOf } from './matching.ts'

const schema = z
  .strictObject({ restarted: eventNames, quietFrom: duration, recent: duration })
  .refine((c) => lengthOf(c.recent) < lengthOf(c.quietFrom), {
    ...inWords('shorter than "quietFrom"', '须短于“quietFrom”'),
    path: ['recent'],
  })
type RestartedClause = z.output<typeof schema>

export const restarted: ClauseKind<RestartedClause> = {
  key: 'restarted',
  title: { en: 'Started again', zh: '重新开始某行为' },
  schema,
  plan(clause, sheet) {
    const quiet = spanOf(clause.quietFrom, sheet.bind, sheet.zone)
    const recent = spanOf(clause.recent, sheet.bind, sheet.zone)
    const isRecent = sheet.row(`t <= now AND ${recent.touches('t', 'now')}`)
    const isBefore = sheet.row(`NOT (${quiet.touches('t', 'now')})`)
    const silence = `NOT ${isRecent} AND NOT ${isBefore} AND t <= now`
    // While the silence is broken nothing holds before its last event has aged; without one, the first recent event
    // breaks it, or becomes the one before it.
    const breaks = `if(back = ${NEVER}, ${NEVER}, ${ahead(recent.ages('back'))})`
    const becomes = `if(back = ${NEVER}, ${NEVER}, ${ahead(quiet.ages('back'))})`
    return {
      source: 'event',
      names: namesOf(clause.restarted),
      where: filteredBy(clause, sheet),
      evidence: `${isRecent} OR ${isBefore}`,
      passages: instants(['t', quiet.ages('t'), recent.ages('t')]),
      stages: [
        {
          by: [],
          columns: [
            `countIf(${isBefore}) AS before`,
            `max(if(${silence}, t, 0)) AS broken`,
            `min(if(${isRecent}, t, ${NEVER})) AS back`,
            `${earliest('comes')} AS ahead`,
          ],
        },
      ],
      holds: `before > 0 AND broken = 0 AND back != ${NEVER}`,
      next: least('ahead', `multiIf(broken != 0, ${ahead(quiet.ages('broken'))}, before > 0, ${breaks}, ${becomes})`),
      value: `if(back = ${NEVER}, '', ${isoSql('back')})`,
      idle: false,
    }
  },
}
