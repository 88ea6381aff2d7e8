// {"type": "branch", "cases": [{"when": Condition, "next": id}], "else": id}
import { z } from 'zod'
import { condition, evaluate, linksOf } from '#data/segment'
import { type NodeKind, nodeIdPattern } from './kind.ts'

const id = z.string().regex(nodeIdPattern)
const schema = z.strictObject({
  type: z.literal('branch'),
  cases: z
    .array(z.strictObject({ name: z.string().max(60).optional(), when: condition, next: id }))
    .min(1)
    .max(10),
  else: id,
})
export type BranchNode = z.output<typeof schema>

export const branch: NodeKind<BranchNode> = {
  type: 'branch',
  title: { en: 'Branch', zh: '条件分支' },
  hint: { en: 'The first case that holds for the member decides', zh: '按顺序，成员满足的第一个条件决定走向' },
  schema,
  exits: (node) => [
    ...node.cases.map((c, i) => ({ port: `case ${i + 1}`, to: c.next })),
    { port: 'else', to: node.else },
  ],
  describe: (node) => ({ en: `Branch into ${node.cases.length + 1}`, zh: `分为 ${node.cases.length + 1} 路` }),
  async step(node, visits, { ctx }) {
    const conditions = node.cases.map((c) => c.when)
    const verdicts = await evaluate(
      ctx.warehouse,
      conditions,
      visits.map((v) => v.memberId),
      { at: ctx.now, zone: ctx.brand.zone, links: await linksOf(ctx, conditions) },
    )
    return visits.map((v) => {
      const held = verdicts.get(v.memberId)?.indexOf(true) ?? -1
      const chosen = node.cases[held]
      return { kind: 'go', to: chosen?.next ?? node.else, outcome: chosen ? `case ${held + 1}` : 'else' }
    })
  },
}
