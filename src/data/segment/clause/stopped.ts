// {"stopped": Name, "active": Duration, "quiet": Duration}: did it in [now − active, now − quiet), nothing since. The
// last event alone decides.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { duration } from '#kernel/time'
import { lengthOf, spanOf } from '../window.ts'
import { ahead, type ClauseKind, earliest, least, NOW } from './kind.ts'
import { isoSql } from './last-event.ts'
import { and, eventNames, filteredBy, instants, namesOf } from './matching.ts'

const schema = z
  .strictObject({ stopped: eventNames, active: duration, quiet: duration })
  .refine((c) => lengthOf(c.quiet) < lengthOf(c.active), {
    ...inWords('shorter than "active"', '须短于“active”'),
    path: ['quiet'],
  })
type StoppedClause = z.output<typeof schema>

export const stopped: ClauseKind<StoppedClause> = {
  key: 'stopped',
  title: { en: 'Stopped doing', zh: '停止某行为' },
  schema,
  plan(clause, sheet) {
    const active = spanOf(clause.active, sheet.bind, sheet.zone)
    const quiet = spanOf(clause.quiet, sheet.bind, sheet.zone)
    return {
      source: 'event',
      names: namesOf(clause.stopped),
      where: and([active.touches('t', 'now'), filteredBy(clause, sheet)]),
      evidence: 't <= now',
      passages: instants(['t', active.ages('t'), quiet.ages('t')]),
      stages: [{ by: [], columns: ['max(if(t <= now, t, 0)) AS last', `${earliest('comes')} AS ahead`] }],
      // Rows are no older than the active span.
      holds: `last != 0 AND NOT (${quiet.touches('last', NOW)})`,
      next: `if(last = 0, ahead, ${least('ahead', ahead(quiet.ages('last')), ahead(active.ages('last')))})`,
      value: `if(last = 0, '', ${isoSql('last')})`,
      idle: false,
    }
  },
}
