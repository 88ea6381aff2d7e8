// {"property": Path, "op": Op, "value": any}
import type { z } from 'zod'
import { compare, comparing } from '../op.ts'
import { partsOf, path } from '../value.ts'
import type { ClauseKind } from './kind.ts'

const schema = comparing({ property: path })
export type PropertyClause = z.output<typeof schema>

const keyOf = (clause: PropertyClause) => `property:${partsOf(clause.property).join('.')}`

export const property: ClauseKind<PropertyClause> = {
  key: 'property',
  title: { en: 'Member property', zh: '成员属性' },
  schema,
  compile(clause, sheet) {
    const fact = sheet.fact(keyOf(clause))
    const { holds, changes } = compare(fact, clause, sheet)
    return { holds, changes: [fact.changes, ...changes], value: fact.text }
  },
  triggers: (clause) => ({ fact: keyOf(clause) }),
}
