// {"community": Id|"any", "state"?, "role"?, "level"?: {"op","value"}, "joinedWithin"?: Duration}: a membership that
// satisfies all of it; without "state" one that is active.
import { z } from 'zod'
import { duration } from '#kernel/time'
import { MASK, maskSql, num } from '../op.ts'
import { spanOf } from '../window.ts'
import { current } from './fact.ts'
import { ahead, type ClauseKind, least, NOW } from './kind.ts'
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
  plan({ community: id, state, role, level, joinedWithin }, { bind, zone }) {
    const among = (field: string, list: string[]) =>
      `has(${bind('Array(String)', list)}, JSONExtractString(f.1, '${field}'))`
    const span = joinedWithin === undefined ? null : spanOf(joinedWithin, bind, zone)
    const ok = and([
      among('state', listOf(state ?? 'active')),
      ...(role === undefined ? [] : [among('role', listOf(role))]),
      ...(level === undefined
        ? []
        : [
            `if(JSONHas(f.1, 'level'), ${maskSql(bind('UInt8', MASK[level.op]), "JSONExtractFloat(f.1, 'level')", bind('Float64', level.value))}, ${bind('UInt8', level.op === 'ne' ? 1 : 0)})`,
          ]),
      ...(span ? [`joined != 0 AND joined <= ${NOW} AND ${span.reaches('joined', NOW)}`] : []),
    ])
    return {
      source: 'fact',
      names: [id === 'any' ? 'community:*' : `community:${id}`],
      where: '1',
      evidence: '0',
      passages: instants(['t', ...(span ? [JOINED('value'), span.leaves(JOINED('value'))] : [])]),
      stages: [
        current(['key']),
        { columns: ['f', 'ahead', `${JOINED('f.1')} AS joined`] },
        {
          by: [],
          columns: [
            `max(toUInt8(${ok})) AS fits`,
            `anyIf(f.1, ${ok}) AS shown`,
            `min(${least('ahead', ...(span ? [ahead('joined'), ahead(span.leaves('joined'))] : []))}) AS next`,
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
