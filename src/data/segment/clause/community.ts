// {"community": Id|"any", "state"?, "role"?, "level"?: {"op","value"}, "joinedWithin"?: Duration}: a membership that
// satisfies all of it; without "state" one that is active.
import { z } from 'zod'
import { duration } from '#kernel/time'
import { MASK, maskSql, num } from '../op.ts'
import { spanOf } from '../window.ts'
import { ahead, type ClauseKind, earliest, lastIs, lastOf, least } from './kind.ts'
import { and, instants } from './matching.ts'

const word = z.string().min(1).max(50)
const words = z.union([word, z.array(word).min(1).max(20)])
const schema = z.strictObject({
  community: z.union([z.uuid(), z.literal('any')]),
  state: words.optional(),
  role: words.optional(),
  level: z.strictObject({ op: num, value: z.number() }).optional(),
  joinedWithin: duration.optional(),
})
type CommunityClause = z.output<typeof schema>
const listOf = (w: string | string[]) => (typeof w === 'string' ? [w] : w)

const JOINED = (json: string) =>
  `ifNull(toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(JSONExtractString(${json}, 'joinedAt'), 3, 'UTC')), 0)`

export const community: ClauseKind<CommunityClause> = {
  key: 'community',
  title: { en: 'Community membership', zh: '社群成员身份' },
  schema,
  plan({ community: id, state, role, level, joinedWithin }, { bind, zone, row }) {
    const among = (field: string, list: string[]) =>
      `has(${bind('Array(String)', list)}, JSONExtractString(value, '${field}'))`
    const joined = row(JOINED('value'))
    const span = joinedWithin === undefined ? null : spanOf(joinedWithin, bind, zone)
    const ok = and([
      among('state', listOf(state ?? 'active')),
      ...(role === undefined ? [] : [among('role', listOf(role))]),
      ...(level === undefined
        ? []
        : [
            `if(JSONHas(value, 'level'), ${maskSql(bind('UInt8', MASK[level.op]), "JSONExtractFloat(value, 'level')", bind('Float64', level.value))}, ${bind('UInt8', level.op === 'ne' ? 1 : 0)})`,
          ]),
      ...(span ? [`${joined} != 0 AND ${joined} <= now AND ${span.reaches(joined, 'now')}`] : []),
    ])
    return {
      source: 'fact',
      names: [id === 'any' ? 'community:*' : `community:${id}`],
      where: '1',
      evidence: '0',
      passages: instants(['t', ...(span ? [joined, span.leaves(joined)] : [])]),
      stages: [
        {
          by: ['key'],
          columns: [
            `${lastOf(ok, 't <= now')} AS last`,
            `${earliest('comes')} AS ahead`,
            `argMaxIf(value, (t, seq), t <= now) AS standing`,
            ...(span ? [`argMaxIf(${joined}, (t, seq), t <= now) AS began`] : []),
          ],
        },
        {
          by: [],
          columns: [
            `max(${lastIs('last', false)}) AS fits`,
            `anyIf(standing, ${lastIs('last', false)} = 1) AS shown`,
            `min(${least('ahead', ...(span ? [ahead('began'), ahead(span.leaves('began'))] : []))}) AS next`,
          ],
        },
      ],
      holds: 'fits',
      next: 'next',
      value: 'shown',
      idle: false,
    }
  },
}
