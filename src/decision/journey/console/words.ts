import type { Text } from '#web/text.ts'
import type { IconName } from '../../../console/icon.tsx'
import type { Insertable, NodeType } from './draft.ts'

export const NODE_TITLES: Record<NodeType, Text> = {
  trigger: { en: 'Trigger', zh: '触发' },
  wait: { en: 'Wait', zh: '等待' },
  branch: { en: 'Branch', zh: '条件分支' },
  action: { en: 'Action', zh: '动作' },
  exit: { en: 'Exit', zh: '结束' },
}
export const NODE_HINTS: Record<NodeType, Text> = {
  trigger: { en: 'Where members come in', zh: '成员从这里进入旅程' },
  wait: { en: 'Goes on after a while', zh: '等待一段时间后继续' },
  branch: { en: 'The first case that holds decides', zh: '按顺序判断，走第一个满足的分支' },
  action: { en: 'Does something for the member', zh: '为成员执行一个动作' },
  exit: { en: 'The journey ends here', zh: '旅程在此结束' },
}
export const NODE_ICONS: Record<NodeType, IconName> = {
  trigger: 'bolt',
  wait: 'clock',
  branch: 'branch',
  action: 'message',
  exit: 'flag',
}
export const INSERTABLE: readonly Insertable[] = ['action', 'wait', 'branch', 'exit']

export const STATE_TITLES = {
  draft: { en: 'draft', zh: '草稿' },
  published: { en: 'running', zh: '运行中' },
  paused: { en: 'paused', zh: '已暂停' },
} as const satisfies Record<string, Text>
export const STATE_LOOK = { draft: 'pill', published: 'pill good', paused: 'pill warn' } as const
export type JourneyState = keyof typeof STATE_TITLES

export const RUN_TITLES = {
  running: { en: 'running', zh: '执行中' },
  waiting: { en: 'waiting', zh: '等待中' },
  done: { en: 'done', zh: '已完成' },
  exited: { en: 'left', zh: '已退出' },
  failed: { en: 'failed', zh: '失败' },
} as const satisfies Record<string, Text>
export const RUN_LOOK = {
  running: 'pill info',
  waiting: 'pill info',
  done: 'pill good',
  exited: 'pill',
  failed: 'pill bad',
} as const
export type RunState = keyof typeof RUN_TITLES
export const RUN_STATES = Object.keys(RUN_TITLES) as RunState[]

export const REENTRY_TITLES = {
  never: { en: 'once only', zh: '每位成员仅一次' },
  afterExit: { en: 'again once the last run has ended', zh: '上一次结束后可再次进入' },
  always: { en: 'every time', zh: '每次触发都进入' },
} as const satisfies Record<string, Text>
