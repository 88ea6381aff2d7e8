// Points a member earns and spends: a double-entry ledger that only grows, lots that expire, holds that end once.
// How points move is in ledger.ts and the parts beside it; here is what others may ask for.
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { balance, find, history, summary } from './account.ts'
import { adjust, settings, settingsOf, updateSettings } from './adjustment.ts'
import {
  action,
  adjusted,
  awarded,
  capability,
  expired,
  held,
  idField,
  pointsField,
  reasonField,
  released,
  reversed,
  spent,
  timer,
  trait,
} from './declare.ts'
import { earn, expiryRule } from './earn.ts'
import { expireLots } from './expiry.ts'
import { dueHolds, end, hold as holdPoints } from './hold.ts'
import { type Moved, mergeAccounts, unmergeAccounts } from './merge.ts'
import { expiryPast, holdEnded, insufficient, refuse, reversal, tooLarge } from './refusal.ts'
import { reverse as reverseTransfer } from './reverse.ts'
import { take } from './spend.ts'
import type { PointsTables } from './tables.ts'
import { undoPoints } from './undo.ts'
import { rebuildBalances, verifyPoints } from './verify.ts'

export { awarded, expired, held, rebuildBalances, released, reversed, spent, verifyPoints }

const moved = z.object({
  transferId: idField,
  balance: z.int().meta({ en: 'Balance', zh: '可用积分' }),
})

/** Awards points into a lot of their own; a repeat with the same cause and reason changes nothing. */
export const award = action('points.award', {
  title: { en: 'Award points', zh: '发放积分' },
  input: z.object({
    points: pointsField,
    reason: reasonField,
    /** null: never; left out: by the rule in the settings. */
    expiresAt: z.iso.datetime().nullable().optional().meta({ en: 'Expires at', zh: '到期时间' }),
  }),
  output: moved,
  offeredTo: ['operator', 'journey'],
  needs: 'points.award',
  on: 'member',
  emits: [awarded],
  fails: { ...expiryPast, ...tooLarge },
  async run(ctx, input) {
    if (ctx.actor.caller === 'operator' && !ctx.may('points.adjust_large')) {
      const { largeLimit } = await settingsOf(ctx.db)
      if (input.points > largeLimit) refuse('points.too_large')
    }
    const { memberId, cause, now: at } = ctx
    const [answer] = await awardAll(ctx, [{ memberId, cause, at, input }])
    return answer as z.input<typeof moved>
  },
  runMany: (ctx, calls) => awardAll(ctx, calls),
})

interface AwardCall {
  memberId: string
  cause: string
  at: Date
  input: { points: number; reason: string; expiresAt?: string | null | undefined }
}
interface AwardContext {
  db: Kysely<PointsTables>
  now: Date
  brand: { zone: string }
  emit(event: typeof awarded, data: z.input<typeof awarded.data>, call: AwardCall): void
}

async function awardAll(ctx: AwardContext, calls: readonly AwardCall[]): Promise<z.input<typeof moved>[]> {
  const { expiryMonths } = await settingsOf(ctx.db)
  const usual = expiryRule(expiryMonths, ctx.brand.zone)
  const awards = calls.map(({ memberId, cause, at, input: { points, reason, expiresAt } }) => ({
    memberId,
    cause,
    at,
    points,
    reason,
    expiresAt: expiresAt === undefined ? usual(at) : expiresAt === null ? null : new Date(expiresAt),
  }))
  const answers = await earn(ctx.db, awards, ctx.now)
  return answers.map(({ transferId, fresh, balance }, i) => {
    const call = calls[i] as AwardCall
    const { points, reason, expiresAt } = awards[i] as (typeof awards)[number]
    if (fresh) ctx.emit(awarded, { points, reason, transferId, expiresAt: expiresAt?.toISOString() ?? null }, call)
    return { transferId, balance }
  })
}

/** Spends points, soonest to expire first. */
export const spend = action('points.spend', {
  title: { en: 'Spend points', zh: '扣减积分' },
  input: z.object({ points: pointsField, reason: reasonField }),
  output: moved,
  offeredTo: ['operator', 'journey'],
  needs: 'points.spend',
  on: 'member',
  emits: [spent, expired],
  fails: insufficient,
  async run(ctx, { points, reason }) {
    const { memberId, cause, now: at } = ctx
    const taken = await take(ctx.db, { kind: 'spend', memberId, cause, at, points, reason })
    for (const lot of taken.expired) ctx.emit(expired, { points: lot.points })
    if (taken.fresh) ctx.emit(spent, { points, reason, transferId: taken.transferId })
    return taken
  },
})

/** A basket is left after half an hour at the latest; longer holds say so. */
const HOLD_MS = 30 * 60_000

/** Sets points aside until they are posted, voided or the time is up. */
export const hold = action('points.hold', {
  title: { en: 'Hold points', zh: '冻结积分' },
  input: z.object({
    points: pointsField,
    reason: reasonField,
    expiresAt: z.iso.datetime().optional().meta({ en: 'Held until', zh: '冻结至' }),
  }),
  output: z.object({ holdId: z.uuid(), balance: z.int() }),
  offeredTo: ['operator'],
  needs: 'points.spend',
  on: 'member',
  emits: [held, expired],
  fails: { ...insufficient, ...expiryPast },
  async run(ctx, { points, reason, ...input }) {
    const { memberId, cause, now: at } = ctx
    const expiresAt = input.expiresAt ? new Date(input.expiresAt) : new Date(at.getTime() + HOLD_MS)
    const taken = await holdPoints(ctx.db, { memberId, cause, at, points, reason, expiresAt })
    for (const lot of taken.expired) ctx.emit(expired, { points: lot.points })
    const holdId = taken.transferId
    if (taken.fresh) ctx.emit(held, { points, reason, holdId, expiresAt: expiresAt.toISOString() })
    return { holdId, balance: taken.balance }
  },
})

const holdInput = z.object({ holdId: z.uuid().meta({ en: 'Hold', zh: '冻结编号' }) })

/** Spends what a hold set aside. */
export const postHold = action('points.post_hold', {
  title: { en: 'Spend held points', zh: '扣减冻结积分' },
  input: holdInput,
  output: moved,
  offeredTo: ['operator'],
  needs: 'points.spend',
  on: 'member',
  emits: [spent],
  fails: holdEnded,
  async run(ctx, { holdId }) {
    const { memberId, cause, now: at } = ctx
    const ended = await end(ctx.db, { holdId, memberId, into: 'posted', cause, at })
    if (!ended) return ctx.fail('object.unknown')
    if (ended.fresh) ctx.emit(spent, { points: ended.points, reason: ended.reason, transferId: ended.transferId })
    return ended
  },
})

/** Gives back what a hold set aside, into the lots it came from. */
export const voidHold = action('points.void_hold', {
  title: { en: 'Release held points', zh: '解冻积分' },
  input: holdInput,
  output: moved,
  offeredTo: ['operator'],
  needs: 'points.spend',
  on: 'member',
  emits: [released],
  fails: holdEnded,
  async run(ctx, { holdId }) {
    const { memberId, cause, now: at } = ctx
    const ended = await end(ctx.db, { holdId, memberId, into: 'voided', cause, at })
    if (!ended) return ctx.fail('object.unknown')
    if (ended.fresh) ctx.emit(released, { points: ended.points, holdId, why: 'voided' })
    return ended
  },
})

/** Takes back all or part of an award, a spend, a posted hold or an adjustment. */
export const reverse = action('points.reverse', {
  title: { en: 'Reverse points', zh: '撤销积分流水' },
  input: z.object({
    transferId: idField,
    /** Left out: all that is left. */
    points: pointsField.optional(),
  }),
  output: moved.extend({
    points: z.int().meta({ en: 'Points (below zero: taken back)', zh: '积分数（负数为收回）' }),
    owed: z.int().meta({ en: 'Owed', zh: '欠分' }),
  }),
  offeredTo: ['operator', 'journey'],
  needs: 'points.reverse',
  on: 'member',
  emits: [reversed, expired],
  fails: reversal,
  async run(ctx, { transferId: originId, points }) {
    const { memberId, cause, now: at } = ctx
    const done = await reverseTransfer(ctx.db, { transferId: originId, memberId, points, cause, at })
    if (!done) return ctx.fail('object.unknown')
    for (const lot of done.expired) ctx.emit(expired, { points: lot.points })
    const { transferId, owed } = done
    if (done.fresh) ctx.emit(reversed, { points: done.points, transferId, originId, owed })
    return done
  },
})

const expiry = timer('points.expiry', {
  async nextAt(db) {
    const next = await db
      .selectFrom('points_lots')
      .select('expires_at as at')
      .where('remaining', '>', 0)
      .where('expires_at', 'is not', null)
      .unionAll(db.selectFrom('points_holds').select('expires_at as at').where('state', '=', 'held'))
      .orderBy('at')
      .limit(1)
      .executeTakeFirst()
    return next?.at ?? null
  },
  async run(ctx, limit) {
    // Holds first: what they give back into an expired lot expires with it in the same round.
    const holds = await dueHolds(ctx.db, ctx.now, limit)
    for (const { id: holdId, memberId } of holds) {
      const cause = `hold:${holdId}`
      const ended = await end(ctx.db, { holdId, memberId, into: 'expired', cause, at: ctx.now })
      if (ended?.fresh)
        ctx.emit(released, { points: ended.points, holdId, why: 'expired' }, { memberId, cause, depth: 0 })
    }
    const lots = await expireLots(ctx.db, 'all', ctx.now, limit - holds.length)
    for (const { memberId, points, cause } of lots) ctx.emit(expired, { points }, { memberId, cause, depth: 0 })
    return holds.length + lots.length
  },
})

export const points = capability({
  events: [awarded, spent, held, released, expired, reversed, adjusted],
  actions: [award, spend, hold, postHold, voidHold, reverse, adjust, updateSettings],
  queries: [balance, history, find, summary, settings],
  traits: [
    trait('points.earned', {
      title: { en: 'Points earned', zh: '累计获得积分' },
      from: awarded,
      measure: { sum: 'points' },
    }),
    trait('points.used', {
      title: { en: 'Points spent', zh: '累计消耗积分' },
      from: spent,
      measure: { sum: 'points' },
    }),
  ],
  timers: [expiry],
  appendOnly: ['points_transfers', 'points_entries', 'points_draws'],
  onMerge: (db, merge) => mergeAccounts(db, merge),
  onUnmerge: (db, merge, journal) => unmergeAccounts(db, merge, journal as Moved),
  undo: undoPoints,
  // The ledger stays: the member it names is nobody any more. What operators wrote about them goes.
  onErase: async (db, memberId) => {
    await db.deleteFrom('points_notes').where('member_id', '=', memberId).execute()
  },
})
