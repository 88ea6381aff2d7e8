import type { Text } from '#web/text.ts'
import type { ImportState } from '../tables.ts'

export const STATE_TITLES: Record<ImportState, Text> = {
  waiting: { en: 'waiting', zh: '排队中' },
  running: { en: 'running', zh: '导入中' },
  done: { en: 'done', zh: '已完成' },
  failed: { en: 'failed', zh: '失败' },
  cancelled: { en: 'stopped', zh: '已停止' },
}
export const STATE_LOOK: Record<ImportState, string> = {
  waiting: 'pill',
  running: 'pill info',
  done: 'pill good',
  failed: 'pill bad',
  cancelled: 'pill warn',
}
export const isOpen = (state: ImportState) => state === 'waiting' || state === 'running'
