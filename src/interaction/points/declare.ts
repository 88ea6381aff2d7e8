// The slice's name, rights and events; the parts declare their operations with these.
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { migrations, type PointsTables } from './tables.ts'

export const { event, action, query, trait, timer, capability } = slice<PointsTables>()('points', {
  layer: 'interaction',
  title: { en: 'Points', zh: '积分' },
  rights: {
    'points.view': {
      title: { en: 'See the points of a member', zh: '查看成员积分' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store', 'member'],
    },
    'points.read': {
      title: { en: 'See the points ledger', zh: '查看积分账本' },
      roles: ['manager', 'support', 'analyst', 'store'],
    },
    'points.award': { title: { en: 'Award points', zh: '发放积分' }, roles: ['manager'] },
    'points.spend': { title: { en: 'Spend and hold points', zh: '扣减与冻结积分' }, roles: ['manager'] },
    'points.reverse': { title: { en: 'Reverse points', zh: '撤销积分流水' }, roles: ['manager'] },
    'points.adjust': { title: { en: 'Adjust points', zh: '调整积分' }, roles: ['manager'] },
    'points.adjust_large': {
      title: { en: 'Award and adjust points above the limit', zh: '超限额发放与调整积分' },
      roles: [],
    },
    'points.settings': { title: { en: 'Change the rules of points', zh: '修改积分规则' }, roles: ['manager'] },
  },
  migrations,
})

/** One entry is at most this much: a slip of the keyboard costs no more. */
export const MOST_POINTS = 1_000_000

export const pointsField = z.int().min(1).max(MOST_POINTS).meta({ en: 'Points', zh: '积分数' })
/** The name of the rule or occasion; it stands in the ledger for good, so nothing personal belongs here. */
export const reasonField = z.string().trim().min(1).max(80).meta({ en: 'Reason', zh: '原因' })
export const idField = z.uuid().meta({ en: 'Ledger entry', zh: '流水编号' })
const whenField = z.iso.datetime()

export const awarded = event('points.awarded', {
  title: { en: 'Points awarded', zh: '获得积分' },
  data: z.object({
    points: z.int().meta({ en: 'Points', zh: '积分数' }),
    reason: reasonField,
    transferId: idField,
    expiresAt: whenField.nullable().meta({ en: 'Expires at', zh: '到期时间' }),
  }),
})
export const spent = event('points.spent', {
  title: { en: 'Points spent', zh: '消耗积分' },
  data: z.object({
    points: z.int().meta({ en: 'Points', zh: '积分数' }),
    reason: reasonField,
    transferId: idField,
  }),
})
export const held = event('points.held', {
  title: { en: 'Points held', zh: '冻结积分' },
  data: z.object({
    points: z.int().meta({ en: 'Points', zh: '积分数' }),
    reason: reasonField,
    holdId: z.uuid().meta({ en: 'Hold', zh: '冻结编号' }),
    expiresAt: whenField.meta({ en: 'Held until', zh: '冻结至' }),
  }),
})
export const released = event('points.released', {
  title: { en: 'Held points released', zh: '解冻积分' },
  data: z.object({
    points: z.int().meta({ en: 'Points', zh: '积分数' }),
    holdId: z.uuid().meta({ en: 'Hold', zh: '冻结编号' }),
    why: z.enum(['voided', 'expired']).meta({ en: 'Why', zh: '原因' }),
  }),
})
export const expired = event('points.expired', {
  title: { en: 'Points expired', zh: '积分过期' },
  class: 'system',
  data: z.object({ points: z.int().meta({ en: 'Points', zh: '积分数' }) }),
})
export const reversed = event('points.reversed', {
  title: { en: 'Points reversed', zh: '积分撤销' },
  class: 'system',
  data: z.object({
    points: z.int().meta({ en: 'Points (below zero: taken back)', zh: '积分数（负数为收回）' }),
    transferId: idField,
    originId: idField.meta({ en: 'Reversed entry', zh: '被撤销流水' }),
    owed: z.int().meta({ en: 'Owed after it', zh: '撤销后欠分' }),
  }),
})
export const adjusted = event('points.adjusted', {
  title: { en: 'Points adjusted', zh: '积分调整' },
  class: 'system',
  data: z.object({ points: z.int().meta({ en: 'Points', zh: '积分数' }), transferId: idField }),
})
