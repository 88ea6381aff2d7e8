// {"score": Name, "op": Num, "value": n}: a predicted score, as told last.
import { z } from 'zod'
import { num } from '../op.ts'
import { planCompared } from './fact.ts'
import type { ClauseKind } from './kind.ts'

const schema = z.strictObject({ score: z.string().regex(/^[A-Za-z][\w.]{0,99}$/), op: num, value: z.number() })

export const score: ClauseKind<z.output<typeof schema>> = {
  key: 'score',
  title: { en: 'Score', zh: '评分' },
  schema,
  plan: (clause, sheet) => planCompared(`score:${clause.score}`, { op: clause.op, value: clause.value }, sheet),
  refers: (clause) => ({ trait: clause.score }),
}
