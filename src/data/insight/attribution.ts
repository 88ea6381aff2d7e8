// Which entries and campaigns conversions come from. Each conversion is handed out in whole parts, so that what the
// touches got and what nobody got is the total, to the last digit.
import { z } from 'zod'
import { jsonOperand, numberOf, path } from '#data/segment'
import { duration } from '#kernel/time'
import { OTHER } from './breakdown.ts'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { matching, nameOf } from './match.ts'
import { lengthOf } from './session.ts'
import { inline, type Sheet } from './sheet.ts'

const touch = matching.extend({ by: path.optional(), name: z.string().max(80).optional() })
const query = z.object({
  ...common,
  conversion: matching,
  value: path.optional(),
  touch: z.array(touch).min(1).max(20),
  model: z.enum(['first', 'last', 'linear']).default('last'),
  window: duration.default('30d'),
})
type Query = z.output<typeof query>

/** Parts of one conversion. A power of two: sums of such parts are exact as numbers. */
const PARTS = 1_048_576
/** Rows of an answer per touch; the rest is one row. */
const MOST_ROWS = 50

export const attribution = kind({
  name: 'insight.attribution',
  title: { en: 'Attribution', zh: '归因' },
  means: {
    en: 'Each conversion in the range is credited to the touches of the same member in the window before it (its beginning included; the same instant counts as before): all of it to the first or the last, or in equal parts to every one. What no touch preceded is unattributed; rows and unattributed add up to all conversions.',
    zh: '将时段内的每次转化归因于同一成员在转化前窗口期内（含窗口起点，同一时刻视为在前）的触点：全部归于首次或末次触点，或在所有触点间平均分配。窗口期内没有触点的转化计为“未归因”；各行与未归因之和等于全部转化。',
  },
  query,
  answer: z.object({
    rows: z.array(
      z.object({
        touch: z.int(),
        name: z.string().nullable(),
        conversions: z.number(),
        value: z.number().nullable(),
        share: z.number(),
        members: z.int(),
        cell,
      }),
    ),
    unattributed: z.number(),
    unattributedValue: z.number().nullable(),
    unattributedMembers: z.int(),
    unattributedCell: cell,
    total: z.number(),
    totalValue: z.number().nullable(),
    totalMembers: z.int(),
    totalCell: cell,
  }),
  reads: (asked) => [asked.conversion, ...asked.touch].flatMap((m) => m.event),
  async numbers(sheet, asked) {
    const rows = await sheet.rows<Row>(
      `SELECT toInt32(k) AS k, g, grouping(k) AS whole, sum(parts) AS n, sum(parts * v) AS worth, uniqExact(root) AS members
       FROM (${folded(sheet, asked, await topGroups(sheet, asked))}) GROUP BY GROUPING SETS ((k, g), ())`,
    )
    const whole = rows.find((r) => Number(r.whole) === 1)
    const none = rows.find((r) => Number(r.whole) === 0 && r.k === NOBODY)
    const total = (whole?.n ?? 0) / PARTS
    const worthOf = (row: Row | undefined) => (asked.value ? (row?.worth ?? 0) / PARTS : null)
    return {
      rows: rows
        .filter((r) => Number(r.whole) === 0 && r.k !== NOBODY)
        .sort((a, b) => b.n - a.n || a.k - b.k || (a.g < b.g ? -1 : 1))
        .map((r) => {
          const by = asked.touch[r.k]
          return {
            touch: r.k,
            name: by?.by ? r.g || null : (by?.name ?? (by ? nameOf(by) : '')),
            conversions: r.n / PARTS,
            value: worthOf(r),
            share: total === 0 ? 0 : r.n / PARTS / total,
            members: r.members,
            cell: cellKey(r.k, by?.by ? r.g || null : ''),
          }
        }),
      unattributed: (none?.n ?? 0) / PARTS,
      unattributedValue: worthOf(none),
      unattributedMembers: none?.members ?? 0,
      unattributedCell: cellKey('none'),
      total,
      totalValue: worthOf(whole),
      totalMembers: whole?.members ?? 0,
      totalCell: cellKey('all'),
    }
  },
  async people(sheet, asked, [which, group]) {
    const all = `SELECT DISTINCT root FROM (${relation(sheet, asked)})`
    if (which === 'all') return all
    if (which === 'none') return `${all} WHERE k = ${NOBODY}`
    if (!asked.touch[Number(which)] || !/^\d{1,2}$/.test(which ?? '') || group === undefined) return null
    if (group === OTHER) {
      const tops = sheet.bind('Array(String)', (await topGroups(sheet, asked))[Number(which)] ?? [])
      return `${all} WHERE k = ${Number(which)} AND NOT has(${tops}, g)`
    }
    return `${all} WHERE k = ${Number(which)} AND g = ${sheet.bind('String', group ?? '')}`
  },
})

interface Row {
  k: number
  g: string
  whole: number
  n: number
  worth: number
  members: number
}

/** The touch of conversions that have none. */
const NOBODY = -1

/** Rows (root, k, g, parts, v): what a touch (k, in group g) gets of a conversion worth v. */
function relation(sheet: Sheet, asked: Query): string {
  const { from, to } = sheet
  const window = lengthOf(asked.window)
  const converts = `(${sheet.matches(asked.conversion)} AND timestamp >= ${sheet.instant(from)})`
  const touches = asked.touch.map((t) => sheet.matches(t))
  const groups = asked.touch.map((t) => (t.by ? jsonOperand(sheet.bind, inline, t.by, '1').text : "''"))
  // An event that is more than one touch is the first of them.
  const pick = (values: readonly string[], rest: string) =>
    `multiIf(${touches.map((t, i) => `${t}, ${values[i]}`).join(', ')}, ${rest})`
  const value = asked.value ? `ifNull(${numberOf(jsonOperand(sheet.bind, inline, asked.value, '1'))}, 0)` : '0'
  const events = `SELECT ${sheet.root} AS root, toUnixTimestamp64Milli(timestamp) AS t, seq, ${converts} AS c,
      toInt8(${pick(
        touches.map((_, i) => String(i)),
        String(NOBODY),
      )}) AS k, ${pick(groups, "''")} AS g, toFloat64(if(c, ${value}, 0)) AS v
    FROM events WHERE ${sheet.within(new Date(from.getTime() - window), to)} AND (${[converts, ...touches].join(' OR ')})
      AND ${sheet.audience}`
  const members = `SELECT root, arrayJoin(groupArrayIf((t, seq, v), c)) AS conversion,
      arraySort(groupArrayIf((t, seq, k, g), k != ${NOBODY})) AS touches FROM (${events}) GROUP BY root`
  const before = `arrayFilter(e -> e.1 <= conversion.1 AND e.1 >= conversion.1 - ${sheet.bind('Int64', window)}
      AND e.2 != conversion.2, touches)`
  const credited = { first: 'arraySlice(b, 1, 1)', last: 'arraySlice(b, -1)', linear: 'b' }[asked.model]
  // What is left over by dividing goes to the earliest, a part each.
  const shares = `arrayMap((e, i) -> (toInt32(e.3), e.4, toInt64(intDiv(${PARTS}, length(cs)) + (i <= ${PARTS} % length(cs)))),
      cs, arrayEnumerate(cs))`
  const credits = `SELECT root, conversion.3 AS v, ${credited} AS cs FROM (SELECT root, conversion, ${before} AS b FROM (${members}))`
  return `SELECT root, v, share.1 AS k, share.2 AS g, share.3 AS parts FROM (
    SELECT root, v, arrayJoin(if(empty(cs), [(toInt32(${NOBODY}), '', toInt64(${PARTS}))], ${shares})) AS share FROM (${credits}))`
}

/** The groups of each touch that have a row of their own. */
async function topGroups(sheet: Sheet, asked: Query): Promise<string[][]> {
  if (!asked.touch.some((t) => t.by)) return asked.touch.map(() => [''])
  const rows = await sheet.rows<{ k: number; names: string[] }>(
    `SELECT k, arraySlice(groupArray(g), 1, ${MOST_ROWS}) AS names FROM (
       SELECT k, g, sum(parts) AS n FROM (${relation(sheet, asked)}) GROUP BY k, g ORDER BY n DESC, g) GROUP BY k`,
  )
  return asked.touch.map((_, i) => rows.find((r) => r.k === i)?.names ?? [])
}

function folded(sheet: Sheet, asked: Query, tops: readonly (readonly string[])[]): string {
  const kept = `has(arrayElement(${sheet.bind('Array(Array(String))', tops)}, greatest(k, 0) + 1), g)`
  return `SELECT root, v, parts, k, if(k = ${NOBODY} OR ${kept}, g, '${OTHER}') AS g FROM (${relation(sheet, asked)})`
}
