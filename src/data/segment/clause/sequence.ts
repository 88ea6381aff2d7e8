// {"sequence": [{"event": Name, "where": [...]}, ...], Window?, "gap"?}: in this order, each within `gap` of the one before.
import { z } from 'zod'
import { inWords } from '#kernel/flaw'
import { duration } from '#kernel/time'
import { isOneWindow, spanOf, windowFields, windowSql } from '../window.ts'
import { ahead, type ClauseKind, earliest, least, type Stage } from './kind.ts'
import { isoSql } from './last-event.ts'
import { and, eventNames, instants, matched, namesOf, where } from './matching.ts'

const schema = z
  .strictObject({
    sequence: z
      .array(z.strictObject({ event: eventNames, where }))
      .min(2)
      .max(10),
    ...windowFields,
    gap: duration.optional(),
  })
  .refine(isOneWindow, inWords('"within" stands alone, without "from" and "to"', '“within”不能与“from”“to”同时使用'))
type SequenceClause = z.output<typeof schema>

export const sequence: ClauseKind<SequenceClause> = {
  key: 'sequence',
  title: { en: 'Sequence of events', zh: '行为序列' },
  schema,
  plan(clause, sheet) {
    const window = windowSql(clause, sheet.bind, sheet.zone)
    const steps = clause.sequence.map((step) => {
      const named = sheet.row(sheet.named(namesOf(step.event)))
      const { fixed, passes, changes } = matched(step.where, sheet, named)
      return { named, may: sheet.row(and([named, ...fixed])), passes, changes }
    })
    const is = steps.map((s, i) => `if(${and([s.may, s.passes])}, ${2 ** i}, 0)`)
    const changes = steps.flatMap((s) => s.changes)
    const gap = clause.gap === undefined ? null : spanOf(clause.gap, sheet.bind, sheet.zone)
    return {
      source: 'event',
      names: [...new Set(clause.sequence.flatMap((s) => namesOf(s.event)))],
      where: and([...window.parts, `(${steps.map((s) => s.may).join(' OR ')})`]),
      evidence: 't <= now',
      passages: instants(['t', ...(window.leaves ? [window.leaves('t')] : []), ...changes]),
      stages: [
        {
          by: [],
          columns: [
            `groupArrayIf((t, seq, toUInt32(${is.join(' + ')})), t <= now) AS ev`,
            `groupBitOr(toUInt32(${steps.map((s, i) => `if(${s.may}, ${2 ** i}, 0)`).join(' + ')})) AS there`,
            `${earliest('comes', ...changes)} AS ahead`,
          ],
        },
        // Whoever lacks a step, events to come among them, cannot have the sequence.
        { columns: ['arraySort(ev) AS ev_', 'ahead'], where: `there = ${2 ** steps.length - 1}` },
        { columns: ['ev_ AS ev', 'ahead', 'arrayMap(e -> if(bitTest(e.3, 0), e.1, toInt64(0)), ev) AS s0'] },
        ...steps.slice(1).map((_, i) => chained(i + 1, gap ? gap.follows : () => '1')),
        { columns: ['ahead', `arrayLast(s -> s != 0, s${steps.length - 1}) AS start`] },
      ],
      holds: 'start != 0',
      next: least(
        'ahead',
        ...(window.leaves ? [`if(start = 0, toInt64(9000000000000000), ${ahead(window.leaves('start'))})`] : []),
      ),
      value: `if(start = 0, '', ${isoSql('start')})`,
      idle: false,
    }
  },
}

/**
 * Per event the latest start of a chain whose step `i` it is, 0 where it cannot be. The chain before it is the one
 * that ended last: it leaves the shortest gap, and no chain that ended earlier began later.
 */
const chained = (i: number, follows: (t: string, before: string) => string): Stage => ({
  columns: [
    'ev',
    'ahead',
    `arrayMap((e, p) -> if(bitTest(e.3, ${i}) AND p.1 != 0 AND ${follows('e.1', 'p.2')}, p.1, toInt64(0)), ev, ` +
      `arrayPopBack(arrayPushFront(arrayFill(x -> x.1 != 0, arrayMap((s, e) -> (s, e.1), s${i - 1}, ev)), ` +
      `(toInt64(0), toInt64(0))))) AS s${i}`,
  ],
})
