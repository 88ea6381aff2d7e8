// {"lastEvent": Name, "where": [Filter], "has": [Filter]}: the last event that passes `where` must satisfy `has`.
import { z } from 'zod'
import { ahead, type ClauseKind, earliest, lastIs, lastOf, least, NEVER } from './kind.ts'
import { and, eventNames, filters, instants, matched, namesOf, where } from './matching.ts'

const schema = z.strictObject({ lastEvent: eventNames, where, has: filters.min(1) })
type LastEventClause = z.output<typeof schema>

export const lastEvent: ClauseKind<LastEventClause> = {
  key: 'lastEvent',
  title: { en: 'Last event', zh: '最近一次行为' },
  schema,
  plan(clause, sheet) {
    const about = matched(clause.where, sheet)
    const has = matched(clause.has, sheet)
    const counts = and(['t <= now', about.passes])
    const columns = [
      `${lastOf(and([...has.fixed, has.passes]), counts)} AS decides`,
      `${earliest('comes', ...about.changes)} AS ahead`,
      `max(if(${counts}, t, 0)) AS last`,
    ]
    // What turns in the last event alone matters.
    const turns = has.changes.map((c, i) => {
      columns.push(`argMaxIf(toInt64(ifNull(${c}, 0)), (t, seq), ${counts}) AS turn${i}`)
      return ahead(`turn${i}`)
    })
    return {
      source: 'event',
      names: namesOf(clause.lastEvent),
      where: and(about.fixed),
      evidence: counts,
      passages: instants(['t', ...about.changes, ...has.changes]),
      stages: [{ by: [], columns }],
      holds: lastIs('decides', false),
      next: least('ahead', ...turns),
      value: `if(last = 0, '', ${isoSql('last')})`,
      idle: false,
    }
  },
}

/** An instant as text. */
export const isoSql = (ms: string): string =>
  `concat(formatDateTime(fromUnixTimestamp64Milli(toInt64(if(${ms} >= ${NEVER}, 0, ${ms})), 'UTC'), '%Y-%m-%dT%H:%i:%S.'), leftPad(toString(${ms} % 1000), 3, '0'), 'Z')`
