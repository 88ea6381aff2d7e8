// {"insight": {"kind", "query", "cell"}}: the members behind one cell of an insight. Never in a live segment.
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import type { ClauseKind } from './kind.ts'

const schema = z.strictObject({
  insight: z.strictObject({
    kind: z.string().min(1).max(50),
    query: z.record(z.string().max(100), z.unknown()),
    cell: z.string().min(1).max(1000),
  }),
})

export const insight: ClauseKind<z.output<typeof schema>> = {
  key: 'insight',
  title: { en: 'Cell of an insight', zh: '洞察单元格' },
  schema,
  plan() {
    throw new Problem('segment.insight_unavailable', 400)
  },
}
