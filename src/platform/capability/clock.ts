// The domain clock as tests move it. Refused while the clock is real.
import { z } from 'zod'
import { slice } from '#kernel/capability'

const { query, capability } = slice()('clock', {
  layer: 'platform',
  title: { en: 'Clock', zh: '业务时钟' },
  rights: { 'clock.move': { title: { en: 'Move the test clock', zh: '移动测试时钟' }, roles: [] } },
})

const fails = {
  'clock.real': {
    status: 409,
    title: {
      en: 'The clock is real; start with BANYAN_CLOCK=manual',
      zh: '时钟为真实时间；请以 BANYAN_CLOCK=manual 启动',
    },
  },
} as const

const get = query('clock.get', {
  title: { en: 'Domain time', zh: '业务时间' },
  input: z.object({}),
  output: z.object({ now: z.iso.datetime(), manual: z.boolean() }),
  offeredTo: ['public'],
  needs: null,
  on: 'brand',
  run: async (ctx) => ({ now: ctx.now.toISOString(), manual: ctx.runtime.manualClock }),
})

/** Queries by kind, since they must run outside a transaction: the work they set off has transactions of its own. */
const set = query('clock.set', {
  title: { en: 'Move the clock', zh: '移动时钟' },
  input: z.object({ now: z.iso.datetime({ offset: true }) }),
  output: z.object({ now: z.iso.datetime() }),
  offeredTo: ['operator'],
  needs: 'clock.move',
  on: 'brand',
  personal: true,
  fails,
  async run(ctx, { now }) {
    if (!ctx.runtime.manualClock) ctx.fail('clock.real')
    const at = new Date(now)
    await ctx.runtime.moveTo(at)
    return { now: at.toISOString() }
  },
})

const settle = query('clock.settle', {
  title: { en: 'Wait until nothing is due', zh: '等待全部处理完成' },
  input: z.object({}),
  output: z.object({ now: z.iso.datetime() }),
  offeredTo: ['operator'],
  needs: 'clock.move',
  on: 'brand',
  personal: true,
  async run(ctx) {
    await ctx.runtime.settle()
    return { now: ctx.now.toISOString() }
  },
})

export const clock = capability({ actions: [], queries: [get, set, settle] as const })
