import type { Item } from '#web/api.ts'
import type { Text } from '#web/text.ts'

type Kind = Item<'points.history'>['kind']

export const KINDS: Record<Kind, Text> = {
  award: { en: 'Earned', zh: '获得' },
  spend: { en: 'Spent', zh: '使用' },
  hold: { en: 'Set aside', zh: '冻结' },
  post: { en: 'Spent from what was set aside', zh: '冻结积分已使用' },
  void: { en: 'Given back', zh: '冻结积分退回' },
  expire: { en: 'Expired', zh: '到期失效' },
  reverse: { en: 'Taken back', zh: '撤销' },
  adjust: { en: 'Corrected', zh: '调整' },
  settle: { en: 'Settled', zh: '抵扣欠分' },
  merge: { en: 'From your other account', zh: '账号合并转入' },
  unmerge: { en: 'Back to your other account', zh: '账号拆分转出' },
}

/** Reasons that the product itself writes; those of operators are words already. */
export const REASONS: Readonly<Record<string, Text>> = {
  checkin: { en: 'Daily check-in', zh: '每日打卡' },
}
