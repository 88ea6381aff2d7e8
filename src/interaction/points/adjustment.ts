// What operators do by hand: corrections with a note, and the rules of the whole.
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { action, adjusted, expired, idField, MOST_POINTS, query } from './declare.ts'
import { earn, expiryRule } from './earn.ts'
import { insufficient, refuse, tooLarge } from './refusal.ts'
import { take } from './spend.ts'
import type { PointsTables } from './tables.ts'

const settingsShape = {
  expiryMonths: z
    .int()
    .min(0)
    .max(120)
    .meta({ en: 'Months until points expire (0: never)', zh: '有效月数（0 为永久有效）' }),
  largeLimit: z.int().min(1).max(MOST_POINTS).meta({ en: 'Limit without a further right', zh: '单次操作限额' }),
}

/** The rules in force. */
export async function settingsOf(db: Kysely<PointsTables>): Promise<{ expiryMonths: number; largeLimit: number }> {
  const row = await db.selectFrom('points_settings').selectAll().executeTakeFirstOrThrow()
  return { expiryMonths: row.expiry_months, largeLimit: row.large_limit }
}

export const settings = query('points.settings', {
  title: { en: 'Rules of points', zh: '积分规则' },
  input: z.object({}),
  output: z.object(settingsShape),
  offeredTo: ['operator'],
  needs: 'points.read',
  on: 'brand',
  run: (ctx) => settingsOf(ctx.db),
})

export const updateSettings = action('points.update_settings', {
  title: { en: 'Change the rules of points', zh: '修改积分规则' },
  input: z.object(settingsShape).partial(),
  output: z.object(settingsShape),
  offeredTo: ['operator'],
  needs: 'points.settings',
  on: 'brand',
  fails: tooLarge,
  async run(ctx, input) {
    const before = await settingsOf(ctx.db)
    // Else one person could lift the limit and then pass it.
    if ((input.largeLimit ?? 0) > before.largeLimit && !ctx.may('points.adjust_large')) refuse('points.too_large')
    const after = {
      expiryMonths: input.expiryMonths ?? before.expiryMonths,
      largeLimit: input.largeLimit ?? before.largeLimit,
    }
    await ctx.db
      .updateTable('points_settings')
      .set({ expiry_months: after.expiryMonths, large_limit: after.largeLimit })
      .execute()
    ctx.note({ before, after })
    return after
  },
})

/** Corrects a member's points up or down; the note says why. */
export const adjust = action('points.adjust', {
  title: { en: 'Adjust points', zh: '调整积分' },
  input: z.object({
    points: z
      .int()
      .min(-MOST_POINTS)
      .max(MOST_POINTS)
      .refine((n) => n !== 0, { message: '≠ 0' })
      .meta({ en: 'Points (below zero: take away)', zh: '积分数（负数为扣减）' }),
    note: z.string().trim().min(1).max(500).meta({ en: 'Note', zh: '备注' }),
  }),
  output: z.object({ transferId: idField, balance: z.int() }),
  offeredTo: ['operator'],
  needs: 'points.adjust',
  on: 'member',
  emits: [adjusted, expired],
  fails: { ...insufficient, ...tooLarge },
  async run(ctx, { points, note }) {
    const { expiryMonths, largeLimit } = await settingsOf(ctx.db)
    if (Math.abs(points) > largeLimit && !ctx.may('points.adjust_large')) refuse('points.too_large')
    const { memberId, cause, now: at } = ctx
    const change = { kind: 'adjust', memberId, cause, at, points: Math.abs(points), reason: 'adjust' } as const
    const expiresAt = expiryRule(expiryMonths, ctx.brand.zone)(at)
    const [done] = points > 0 ? await earn(ctx.db, [{ ...change, expiresAt }], at) : [await take(ctx.db, change)]
    if (!done) throw new Error('an adjustment without an answer')
    for (const lot of done.expired ?? []) ctx.emit(expired, { points: lot.points })
    if (done.fresh) {
      await ctx.db
        .insertInto('points_notes')
        .values({ transfer_id: done.transferId, member_id: memberId, note })
        .execute()
      ctx.emit(adjusted, { points, transferId: done.transferId })
    }
    return done
  },
})
