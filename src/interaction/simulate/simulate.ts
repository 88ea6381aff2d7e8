// A believable brand for trying things out and for load: `banyan simulate`.
import { z } from 'zod'
import { complete } from '#interaction/checkin'
import { importOrder } from '#interaction/order'
import { slice } from '#kernel/capability'
import type { Db } from '#kernel/host'
import { membersByExternalId } from '#people/member'
import { send } from './send.ts'

export { send }

const { action, capability } = slice()('simulate', {
  layer: 'interaction',
  title: { en: 'Simulation', zh: '模拟数据' },
  rights: { 'simulate.run': { title: { en: 'Write simulated data', zh: '写入模拟数据' }, roles: [] } },
})

const call = z.discriminatedUnion('action', [
  z.object({ action: z.literal('checkin'), externalId: z.string().min(1).max(200), at: z.iso.datetime() }),
  z.object({
    action: z.literal('order'),
    externalId: z.string().min(1).max(200),
    at: z.iso.datetime(),
    order: importOrder.input,
  }),
])

/** Actions at times in the past, each with the permanent cause that makes a repeat change nothing. */
const perform = action('simulate.perform', {
  title: { en: 'Perform simulated actions', zh: '执行模拟动作' },
  input: z.object({ calls: z.array(call).min(1).max(500) }),
  output: z.object({ done: z.int(), refused: z.int() }),
  offeredTo: ['operator'],
  needs: 'simulate.run',
  on: 'brand',
  async run(ctx, { calls }) {
    const members = await membersByExternalId(ctx.db as unknown as Db, [...new Set(calls.map((c) => c.externalId))])
    const known = calls.flatMap((c) => {
      const memberId = members.get(c.externalId)
      return memberId ? [{ ...c, memberId, cause: `simulate:${c.action}:${c.externalId}:${c.at}` }] : []
    })
    const checkins = await ctx.callMany(
      complete,
      known.flatMap(({ action: kind, memberId, cause, at }) =>
        kind === 'checkin' ? [{ memberId, cause, at: new Date(at), input: {} }] : [],
      ),
    )
    const orders = await ctx.callMany(
      importOrder,
      known.flatMap((c) =>
        c.action === 'order' ? [{ memberId: c.memberId, cause: c.cause, at: new Date(c.at), input: c.order }] : [],
      ),
    )
    const done = [...checkins, ...orders].filter((r) => r.ok).length
    ctx.note({ done, of: calls.length })
    return { done, refused: calls.length - done }
  },
})

export const simulate = capability({ actions: [perform] as const })
