// {"type": "wait", "for": Duration, "next": id}
import { z } from 'zod'
import { addDays, duration, localDate, parseDuration, startOfDay } from '#kernel/time'
import { type NodeKind, nodeIdPattern } from './kind.ts'

const schema = z.strictObject({ type: z.literal('wait'), for: duration, next: z.string().regex(nodeIdPattern) })
export type WaitNode = z.output<typeof schema>

/** The instant `length` after `now`; calendar days end with the midnight that begins the day. */
function after(length: string, now: Date, zone: string): Date {
  const d = parseDuration(length)
  if (!d) throw new Error(`not a duration: ${length}`)
  if (d.kind === 'exact') return new Date(now.getTime() + d.ms)
  return startOfDay(addDays(localDate(now, zone), d.days), zone)
}

export const wait: NodeKind<WaitNode> = {
  type: 'wait',
  title: { en: 'Wait', zh: '等待' },
  hint: { en: 'Goes on after a while', zh: '等待一段时间后继续' },
  schema,
  exits: (node) => [{ port: 'next', to: node.next }],
  rests: true,
  describe: (node) => ({ en: `Wait ${node.for}`, zh: `等待 ${node.for}` }),
  step: async (node, visits, { ctx }) =>
    visits.map((v) =>
      v.woken
        ? { kind: 'go', to: node.next, outcome: 'woken' }
        : { kind: 'wait', until: after(node.for, ctx.now, ctx.brand.zone) },
    ),
}
