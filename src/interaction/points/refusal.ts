import { type Failure, Problem } from '#kernel/problem'

export const insufficient = {
  'points.insufficient': { status: 409, title: { en: 'Not enough points', zh: '积分不足' } },
} as const satisfies Record<string, Failure>

export const expiryPast = {
  'points.expiry_past': {
    status: 400,
    title: { en: 'The expiry must lie after the award', zh: '到期时间必须晚于发放时间' },
  },
} as const satisfies Record<string, Failure>

export const tooLarge = {
  'points.too_large': {
    status: 403,
    title: { en: 'This many points need someone with a further right', zh: '超出限额，需要有大额权限的人员操作' },
  },
} as const satisfies Record<string, Failure>

export const holdEnded = {
  'points.hold_ended': { status: 409, title: { en: 'This hold has ended', zh: '该冻结已结束' } },
} as const satisfies Record<string, Failure>

export const reversal = {
  'points.not_reversible': {
    status: 409,
    title: { en: 'This kind of entry cannot be reversed', zh: '此类流水不可撤销' },
  },
  'points.already_reversed': { status: 409, title: { en: 'Already reversed', zh: '已撤销，无可撤销积分' } },
  'points.more_than_left': {
    status: 409,
    title: { en: 'More than is left to reverse', zh: '超过可撤销的积分数' },
  },
} as const satisfies Record<string, Failure>

const all = { ...insufficient, ...expiryPast, ...tooLarge, ...holdEnded, ...reversal }

/** Ends the operation with a declared failure; its transaction rolls back. */
export function refuse(code: keyof typeof all): never {
  throw new Problem(code, all[code].status)
}
