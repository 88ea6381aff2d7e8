import type { Text } from '#web/text.ts'

export const CLASS_TITLES = {
  client: { en: 'from a client', zh: '客户端上报' },
  capability: { en: 'from Banyan', zh: '系统互动' },
  system: { en: 'system', zh: '系统记录' },
} as const satisfies Record<string, Text>
export const CLASSES = Object.keys(CLASS_TITLES) as (keyof typeof CLASS_TITLES)[]

export const LETTER_KINDS = {
  rejected: { en: 'Rejected event', zh: '拒收事件' },
  parked: { en: 'Parked by a reactor', zh: '处理失败' },
  loop: { en: 'Loop stopped', zh: '循环中止' },
  refused: { en: 'Refused by the warehouse', zh: '入库失败' },
  job: { en: 'Failed job', zh: '任务失败' },
} as const satisfies Record<string, Text>
export type LetterKind = keyof typeof LETTER_KINDS
export const LETTER_STATES = {
  open: { en: 'Open', zh: '待处理' },
  replayed: { en: 'Replayed', zh: '已重放' },
  dropped: { en: 'Dropped', zh: '已丢弃' },
} as const satisfies Record<string, Text>
export type LetterState = keyof typeof LETTER_STATES
