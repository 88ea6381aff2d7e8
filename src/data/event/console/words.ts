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
/** What happened and what to do, for kinds whose reasons are messages of programs. */
export const LETTER_HINTS: Readonly<Record<LetterKind, Text>> = {
  rejected: {
    en: 'The event breaks a rule. Mend it and replay it.',
    zh: '事件不符合规范。请修正后重放。',
  },
  parked: {
    en: 'A capability failed on this event; all others have it. Replay it once the cause is gone.',
    zh: '某项功能处理该事件时出错，其他功能不受影响。排除原因后重放即可。',
  },
  loop: {
    en: 'Effects set each other off without end and were stopped. Change the journey or rule behind it, then drop this letter.',
    zh: '动作之间循环触发，已自动中止。请调整相关旅程或规则，然后丢弃此条。',
  },
  refused: {
    en: 'The warehouse refused this row. Tell whoever runs this server, then drop it.',
    zh: '数据仓库拒绝写入该条记录。请联系系统管理员处理，然后丢弃此条。',
  },
  job: {
    en: 'This task was tried several times and given up. Replay it once the cause is gone.',
    zh: '该任务多次重试后仍失败。排除原因后重放即可。',
  },
}
export type LetterKind = keyof typeof LETTER_KINDS
export const LETTER_STATES = {
  open: { en: 'Open', zh: '待处理' },
  replayed: { en: 'Replayed', zh: '已重放' },
  dropped: { en: 'Dropped', zh: '已丢弃' },
} as const satisfies Record<string, Text>
export type LetterState = keyof typeof LETTER_STATES
