// {"held": {"property": Path, "equals": any}, "op": "gte"|"lt", "for": Duration}: has had this value for ≥ / < a duration.
// Told again it goes on; only another value ends it.
import { z } from 'zod'
import { duration } from '#kernel/time'
import { compare } from '../op.ts'
import { partsOf, path, scalar, traitOf } from '../value.ts'
import { spanOf } from '../window.ts'
import { ahead, type ClauseKind, earliest, least, NEVER, NOW } from './kind.ts'
import { isoSql } from './last-event.ts'
import { instants } from './matching.ts'

const schema = z.strictObject({
  held: z.strictObject({ property: path, equals: scalar }),
  op: z.enum(['gte', 'lt']),
  for: duration,
})
type HeldClause = z.output<typeof schema>

export const held: ClauseKind<HeldClause> = {
  key: 'held',
  title: { en: 'Property held for a time', zh: '属性保持时长' },
  schema,
  plan(clause, sheet) {
    const span = spanOf(clause.for, sheet.bind, sheet.zone)
    const equal = compare({ text: 'value', kind: 'kind' }, { op: 'eq', value: clause.held.equals }, sheet).holds
    const over = `${NOW} >= ${span.leaves('since')}`
    return {
      source: 'fact',
      names: [`property:${partsOf(clause.held.property).join('.')}`],
      where: '1',
      evidence: '0',
      passages: instants(['t', span.leaves('t')]),
      stages: [
        // Of several values told for one instant the last one holds; the others never did.
        { by: ['t'], columns: [`argMax(toUInt8(${equal}), seq) AS same`] },
        {
          by: [],
          columns: [
            `max(if(t <= ${NOW} AND same = 0, t, 0)) AS other`,
            `groupArrayIf(t, t <= ${NOW} AND same = 1) AS told`,
            `${earliest('t')} AS ahead`,
          ],
        },
        { columns: ['ahead', 'arrayFilter(x -> x > other, told) AS run'] },
        { columns: ['ahead', `if(empty(run), ${NEVER}, arrayMin(run)) AS since`] },
      ],
      holds: `if(since = ${NEVER}, 0, ${clause.op === 'gte' ? over : `NOT (${over})`})`,
      next: `if(since = ${NEVER}, ahead, ${least('ahead', ahead(span.leaves('since')))})`,
      value: `if(since = ${NEVER}, '', ${isoSql('since')})`,
      idle: false,
    }
  },
  refers: (clause) => traitOf(clause.held.property),
}
