// An ordered funnel. For each member the best chain counts: the longest, then the earliest; one event fills one step;
// equal times convert; the window runs from the first step and its end is inclusive. `windowFunnel` tells no times and
// lets one event fill two steps, so chains are folded over each member's own few events.
import { z } from 'zod'
import { duration, parseDuration } from '#kernel/time'
import { cell, cellKey } from './cell.ts'
import { common, kind } from './kind.ts'
import { matching } from './match.ts'
import type { Sheet } from './sheet.ts'

const DAY_MS = 86_400_000

const step = z.object({
  entered: z.int(),
  cell,
  conversionRate: z.number().nullable(),
  fromPrevious: z.number().nullable(),
  medianSeconds: z.number().nullable(),
  avgSeconds: z.number().nullable(),
})

const query = z.object({ ...common, steps: z.array(matching).min(2).max(10), window: duration.default('14d') })
type Query = z.output<typeof query>

export const funnel = kind({
  name: 'insight.funnel',
  title: { en: 'Funnel', zh: '漏斗' },
  means: {
    en: 'Members who did the first step in the range and the next ones in this order within the window; each counts once, with the longest way they got.',
    zh: '在所选时段内完成第一步、并在窗口期内依次完成后续步骤的成员；每位成员只计一次，取其走得最远的一次。',
  },
  query,
  answer: z.object({ steps: z.array(step), stillOpen: z.int() }),
  async numbers(sheet, asked) {
    const last = asked.steps.length - 1
    const columns = asked.steps.flatMap((_, i) => [
      `countIf(length(best) > ${i}) AS n${i}`,
      ...(i === 0
        ? []
        : [
            `quantileExactInclusiveIf(0.5)((best[${i + 1}].1 - best[${i}].1) / 1000, length(best) > ${i}) AS q${i}`,
            `avgIf((best[${i + 1}].1 - best[${i}].1) / 1000, length(best) > ${i}) AS a${i}`,
          ]),
    ])
    const now = sheet.bind('Int64', sheet.now.getTime())
    const rows = await sheet.rows<Record<string, number | null>>(
      `SELECT ${columns.join(', ')}, countIf(length(best) <= ${last} AND best[1].1 + ${windowOf(sheet, asked)} > ${now}) AS open
       FROM (${relation(sheet, asked)})`,
    )
    const row = rows[0] ?? {}
    const entered = asked.steps.map((_, i) => Number(row[`n${i}`] ?? 0))
    const share = (n: number, of: number | undefined) => (of ? n / of : null)
    return {
      steps: entered.map((n, i) => ({
        entered: n,
        cell: cellKey(i),
        conversionRate: share(n, entered[0]),
        fromPrevious: i === 0 ? null : share(n, entered[i - 1]),
        medianSeconds: i === 0 || n === 0 ? null : Number(row[`q${i}`]),
        avgSeconds: i === 0 || n === 0 ? null : Number(row[`a${i}`]),
      })),
      stillOpen: Number(row.open ?? 0),
    }
  },
  async people(sheet, asked, [step]) {
    const i = Number(step)
    if (!Number.isInteger(i) || i < 0 || i >= asked.steps.length) return null
    return `SELECT root FROM (${relation(sheet, asked)}) WHERE length(best) > ${i}`
  },
})

const millisecondsOf = (window: string) => {
  const parsed = parseDuration(window)
  return parsed?.kind === 'days' ? parsed.days * DAY_MS : (parsed?.ms ?? 0)
}
const windowOf = (sheet: Sheet, { window }: Query) => sheet.bind('Int64', millisecondsOf(window))

/** Rows (root, best): each member who began, with their best chain as (ms, seq) of its steps. */
function relation(sheet: Sheet, asked: Query): string {
  const { from, to } = sheet
  const conditions = asked.steps.map((s) => sheet.matches(s))
  const arrays = conditions.map((_, i) => `arraySort(groupArrayIf((t, seq), m${i})) AS s${i}`)
  const matches = conditions.map((c, i) => `(${c})${i === 0 ? ` AND timestamp < ${sheet.instant(to)}` : ''} AS m${i}`)
  const limit = windowOf(sheet, asked)
  const end = new Date(to.getTime() + millisecondsOf(asked.window) + 1)
  const events = `SELECT ${sheet.root} AS root, toUnixTimestamp64Milli(timestamp) AS t, seq, ${matches.join(', ')}
    FROM events WHERE ${sheet.within(from, end)} AND (${conditions.map((_, i) => `m${i}`).join(' OR ')}) AND ${sheet.audience}`
  let chains = `SELECT *, arrayMap(e -> [e], s0) AS c0 FROM (
    SELECT root, ${arrays.join(', ')} FROM (${events}) GROUP BY root HAVING notEmpty(s0))`
  for (let i = 1; i < asked.steps.length; i++) {
    const next = `arrayFirst(e -> e.1 >= c[-1].1 AND e.1 <= c[1].1 + ${limit} AND NOT has(c, e), s${i})`
    chains = `SELECT *, arrayMap(c -> if(length(c) = ${i} AND ${next}.2 != 0, arrayPushBack(c, ${next}), c), c${i - 1}) AS c${i} FROM (${chains})`
  }
  return `SELECT root, arraySort(c -> (-length(c), c[1].1), c${asked.steps.length - 1})[1] AS best FROM (${chains})`
}
