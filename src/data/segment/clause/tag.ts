// {"tag": Key}: a fixed tag is a fact; a dynamic one stands for its condition, as a segment does.
import { z } from 'zod'
import { planPresent } from './fact.ts'
import type { ClauseKind } from './kind.ts'

const schema = z.strictObject({ tag: z.string().min(1).max(100) })

export const tag: ClauseKind<z.output<typeof schema>> = {
  key: 'tag',
  title: { en: 'Tag', zh: '标签' },
  schema,
  plan: (clause) => planPresent(`tag:${clause.tag}`),
  refers: (clause) => ({ tag: clause.tag }),
}
