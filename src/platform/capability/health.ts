// Health that shows a stuck pipe, not only a running process.
import { z } from 'zod'
import { slice } from '#kernel/capability'

const { query, capability } = slice()('health', {
  layer: 'platform',
  title: { en: 'Health', zh: '系统健康' },
  rights: {
    'health.read': {
      title: { en: 'See the health of the system', zh: '查看系统健康' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store'],
    },
  },
})

const status = query('health.status', {
  title: { en: 'Health checks', zh: '健康检查' },
  input: z.object({}),
  output: z.object({
    ok: z.boolean(),
    checks: z.array(
      z.object({ name: z.string(), ok: z.boolean(), detail: z.object({ en: z.string(), zh: z.string() }) }),
    ),
  }),
  offeredTo: ['operator'],
  needs: 'health.read',
  on: 'brand',
  async run(ctx) {
    const checks = [...(await ctx.runtime.checks())]
    return { ok: checks.every((c) => c.ok), checks }
  },
})

const WHOLE_BRAND = {
  en: 'These numbers are of the whole brand; your access is limited to a part of it.',
  zh: '该数据涉及整个品牌，而您的权限仅限部分范围。',
}
const count = z.int()
const conservation = query('health.conservation', {
  title: { en: 'Conservation of events', zh: '事件守恒' },
  input: z.object({}),
  output: z.object({
    accepted: count,
    stored: count,
    duplicate: count,
    rejected: count,
    erased: count,
    expired: count,
    pending: count,
    inWarehouse: count,
    difference: count,
  }),
  offeredTo: ['operator'],
  needs: 'health.read',
  on: 'brand',
  async run(ctx) {
    // How much the whole brand does is told to nobody who may see a part of it only.
    if (ctx.actor.scope.kind !== 'all') return ctx.fail('access.denied', WHOLE_BRAND)
    return ctx.runtime.conservation()
  },
})

const settled = query('health.settled', {
  title: { en: 'Whether all that was accepted can be seen', zh: '已接收的数据是否全部可见' },
  input: z.object({}),
  output: z.object({ settled: z.boolean() }),
  offeredTo: ['operator'],
  needs: 'health.read',
  on: 'brand',
  run: async (ctx) => ({ settled: await ctx.runtime.settled() }),
})

export const health = capability({ queries: [status, conservation, settled] as const })
