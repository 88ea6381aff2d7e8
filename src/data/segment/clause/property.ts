// {"property": Path, "op": Op, "value": any}
import type { z } from 'zod'
import { comparing } from '../op.ts'
import { partsOf, path, traitOf } from '../value.ts'
import { planCompared } from './fact.ts'
import type { ClauseKind } from './kind.ts'

const schema = comparing({ property: path })
type PropertyClause = z.output<typeof schema>

export const property: ClauseKind<PropertyClause> = {
  key: 'property',
  title: { en: 'Member property', zh: '成员属性' },
  schema,
  plan: (clause, sheet) => planCompared(`property:${partsOf(clause.property).join('.')}`, clause, sheet),
  refers: (clause) => traitOf(clause.property),
}
