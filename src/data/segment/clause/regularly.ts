// {"regularly": {"event": Name, "where": [...]}, "count": {...}, "every": Duration, "of": n, "atLeast": k}: in k of the
// last n periods that end now, each (now − (i+1)·every, now − i·every], or calendar periods.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { duration, parseDuration } from '#kernel/time'
import { compareNumbers, MASK, maskSql } from '../op.ts'
import { dayOf, dayStart } from '../window.ts'
import { count } from './event.ts'
import { type ClauseKind, earliest, least, NEVER, type Sheet } from './kind.ts'
import { and, eventNames, matched, namesOf, where } from './matching.ts'

const MOST_PERIODS = 400
const schema = z
  .strictObject({
    regularly: z.strictObject({ event: eventNames, where }),
    count: count.optional(),
    every: duration,
    of: z.number().int().min(1).max(MOST_PERIODS),
    atLeast: z.number().int().min(1).max(MOST_PERIODS),
  })
  .refine((c) => c.atLeast <= c.of, { ...inWords('at most "of"', '不能大于“of”'), path: ['atLeast'] })
type RegularlyClause = z.output<typeof schema>

/** In which period an instant lies (0 is the last one), and when it passes into the n-th. */
function periods(every: string, { bind, zone }: Sheet) {
  const length = parseDuration(every)
  if (!length) throw new Error(`not a duration: ${every}`)
  if (length.kind === 'exact') {
    const d = bind('Int64', length.ms)
    return {
      indexOf: (t: string) => `intDiv(now - ${t}, ${d})`,
      enters: (t: string, n: string) => `(${t} + ${n} * ${d})`,
    }
  }
  const days = bind('Int32', length.days)
  const tz = bind('String', zone)
  return {
    indexOf: (t: string) => `intDiv(toInt64(${dayOf('now', tz)}) - toInt64(${dayOf(t, tz)}), ${days})`,
    enters: (t: string, n: string) => dayStart(t, tz, `toInt32(${n} * ${days})`),
  }
}

export const regularly: ClauseKind<RegularlyClause> = {
  key: 'regularly',
  title: { en: 'Regular event', zh: '规律行为' },
  schema,
  plan(clause, sheet) {
    const { fixed, passes, changes } = matched(clause.regularly.where, sheet)
    const { op, value } = clause.count ?? { op: 'gte' as const, value: 1 }
    const { indexOf, enters } = periods(clause.every, sheet)
    const i = sheet.row(`if(t > now, toInt64(-1), toInt64(${indexOf('t')}))`)
    const n = sheet.bind('Int64', clause.of)
    const enough = maskSql(sheet.bind('UInt8', MASK[op]), 'toInt64(k)', sheet.bind('Int64', value))
    const zero = compareNumbers(0, op, value)
    const good = `toInt64(good) + if(${sheet.bind('UInt8', zero ? 1 : 0)}, ${n} - toInt64(seen), 0)`
    return {
      source: 'event',
      names: namesOf(clause.regularly.event),
      where: and([...fixed, `${i} < ${n}`]),
      evidence: and(['t <= now', passes]),
      passages: `arrayConcat([t${changes.map((c) => `, toInt64(ifNull(${c}, 0))`).join('')}], arrayMap(j -> toInt64(${enters('t', 'j')}), range(1, toUInt32(${n} + 1))))`,
      stages: [
        {
          by: [`${i} AS i`],
          columns: [
            `countIf(${passes}) AS k`,
            `min(if(t > now, comes, toInt64(${enters('t', `(${i} + 1)`)}))) AS border`,
            `${changes.length === 0 ? `toInt64(${NEVER})` : earliest(...changes)} AS turn`,
          ],
        },
        {
          by: [],
          columns: [
            'countIf(i >= 0 AND k > 0) AS seen',
            `countIf(i >= 0 AND k > 0 AND ${enough}) AS good`,
            'min(least(border, turn)) AS ahead',
          ],
        },
      ],
      holds: `${good} >= ${sheet.bind('Int64', clause.atLeast)}`,
      next: least('ahead', String(NEVER)),
      value: `toString(${good})`,
      idle: zero && clause.of >= clause.atLeast,
    }
  },
}
