// {"type": "exit", "reason"?}
import { z } from 'zod'
import type { NodeKind } from './kind.ts'

const schema = z.strictObject({ type: z.literal('exit'), reason: z.string().trim().max(100).optional() })
export type ExitNode = z.output<typeof schema>

export const exit: NodeKind<ExitNode> = {
  type: 'exit',
  title: { en: 'Exit', zh: '结束' },
  hint: { en: 'The journey ends here', zh: '旅程在此结束' },
  schema,
  exits: () => [],
  describe: ({ reason }) => (reason ? { en: `Exit: ${reason}`, zh: `结束：${reason}` } : { en: 'Exit', zh: '结束' }),
  step: async (node, visits) => visits.map(() => ({ kind: 'end', state: 'done', reason: node.reason ?? 'end' })),
}
