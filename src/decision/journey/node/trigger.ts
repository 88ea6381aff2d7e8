// {"type": "trigger", "on": {"event": Name, "where": [...]} | {"segment": Id, "when": "entered|left"}, "key"?, "enrolExisting"?, "next"}
import { z } from 'zod'
import { eventName, filters } from '#data/segment'
import { type NodeKind, nodeIdPattern } from './kind.ts'

const on = z.union([
  z.strictObject({ event: eventName, where: filters.default([]) }),
  z.strictObject({ segment: z.uuid(), when: z.enum(['entered', 'left']) }),
])
const schema = z.strictObject({
  type: z.literal('trigger'),
  on,
  /** Property of the event that tells runs of one member apart (an order's id). */
  key: z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(100)).min(1).max(10)]).optional(),
  enrolExisting: z.boolean().default(false),
  next: z.string().regex(nodeIdPattern),
})
export type TriggerNode = z.output<typeof schema>

export const trigger: NodeKind<TriggerNode> = {
  type: 'trigger',
  title: { en: 'Trigger', zh: '触发' },
  hint: { en: 'Where members come in', zh: '成员从这里进入旅程' },
  schema,
  exits: (node) => [{ port: 'next', to: node.next }],
  describe(node, { segments, events }) {
    if ('event' in node.on) {
      const title = events.get(node.on.event)?.title
      return {
        en: `When “${title?.en ?? node.on.event}” happens`,
        zh: `当发生「${title?.zh ?? node.on.event}」时`,
      }
    }
    const name = segments.get(node.on.segment) ?? node.on.segment
    return node.on.when === 'entered'
      ? { en: `When a member enters “${name}”`, zh: `当成员进入分群「${name}」时` }
      : { en: `When a member leaves “${name}”`, zh: `当成员离开分群「${name}」时` }
  },
  check(node, { segments }) {
    if ('event' in node.on) {
      // A journey started by journeys would start itself; what one does to another is told by the actions' events.
      return /^journey\./.test(node.on.event)
        ? [{ path: 'on.event', message: { en: 'journey events start no journey', zh: '旅程事件不能触发旅程' } }]
        : []
    }
    return segments.has(node.on.segment)
      ? []
      : [{ path: 'on.segment', message: { en: 'no such segment', zh: '找不到该分群' } }]
  },
  segments: (node) => ('segment' in node.on ? [node.on.segment] : []),
  step: async (node, visits) => visits.map(() => ({ kind: 'go', to: node.next, outcome: 'entered' })),
}
