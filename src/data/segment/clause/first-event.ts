// {"firstEvent": Name, "within": Duration}: the first ever lies in the window.
import { z } from 'zod'
import { duration } from '#kernel/time'
import { spanOf } from '../window.ts'
import { ahead, type ClauseKind, earliest, least, NEVER, NOW } from './kind.ts'
import { isoSql } from './last-event.ts'
import { eventNames, filteredBy, instants, namesOf } from './matching.ts'

const schema = z.strictObject({ firstEvent: eventNames, within: duration })
type FirstEventClause = z.output<typeof schema>

export const firstEvent: ClauseKind<FirstEventClause> = {
  key: 'firstEvent',
  title: { en: 'First event', zh: '首次行为' },
  schema,
  plan(clause, sheet) {
    const span = spanOf(clause.within, sheet.bind, sheet.zone)
    return {
      source: 'event',
      names: namesOf(clause.firstEvent),
      where: filteredBy(clause, sheet),
      evidence: 't <= now',
      passages: instants(['t', span.leaves('t')]),
      stages: [{ by: [], columns: [`min(if(t <= now, t, ${NEVER})) AS first`, `${earliest('comes')} AS ahead`] }],
      holds: `if(first = ${NEVER}, 0, ${span.reaches('first', NOW)})`,
      next: `if(first = ${NEVER}, ahead, ${least(ahead(span.leaves('first')))})`,
      value: `if(first = ${NEVER}, '', ${isoSql('first')})`,
      idle: false,
    }
  },
}
