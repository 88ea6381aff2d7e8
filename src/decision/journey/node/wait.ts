// {"type": "wait", "for": Duration, "next": id}
import { z } from 'zod'
import type { Text } from '#kernel/text'
import { addDays, duration, localDate, parseDuration, startOfDay } from '#kernel/time'
import { type NodeKind, nodeIdPattern } from './kind.ts'

const schema = z.strictObject({ type: z.literal('wait'), for: duration, next: z.string().regex(nodeIdPattern) })
export type WaitNode = z.output<typeof schema>

const UNITS: Readonly<Record<string, Text>> = {
  ms: { en: 'ms', zh: '毫秒' },
  s: { en: 's', zh: '秒' },
  m: { en: 'min', zh: '分钟' },
  h: { en: 'h', zh: '小时' },
  d: { en: 'days', zh: '天' },
  w: { en: 'weeks', zh: '周' },
  cd: { en: 'calendar days', zh: '个自然日' },
}

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
  describe(node) {
    const [, n = '', unit = ''] = /^(\d+)(\D+)$/.exec(node.for) ?? []
    const word = UNITS[unit]
    return word ? { en: `Wait ${n} ${word.en}`, zh: `等待 ${n} ${word.zh}` } : { en: node.for, zh: node.for }
  },
  step: async (node, visits, { ctx }) =>
    visits.map((v) =>
      v.woken
        ? { kind: 'go', to: node.next, outcome: 'woken' }
        : { kind: 'wait', until: after(node.for, ctx.now, ctx.brand.zone) },
    ),
}
