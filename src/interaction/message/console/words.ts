import type { Text } from '#web/text.ts'
import type { Channel, Purpose, State } from '../tables.ts'

export const STATE_TITLES: Record<State, Text> = {
  planned: { en: 'planned', zh: '待发送' },
  sent: { en: 'sent', zh: '已送达' },
  read: { en: 'read', zh: '已读' },
  suppressed: { en: 'suppressed', zh: '已抑制' },
  failed: { en: 'failed', zh: '失败' },
  withdrawn: { en: 'withdrawn', zh: '已撤回' },
}
export const STATE_LOOK: Record<State, string> = {
  planned: 'pill info',
  sent: 'pill good',
  read: 'pill good',
  suppressed: 'pill warn',
  failed: 'pill bad',
  withdrawn: 'pill warn',
}
export const CHANNEL_TITLES: Record<Channel, Text> = { inbox: { en: 'Inbox', zh: '站内信' } }
export const PURPOSE_TITLES: Record<Purpose, Text> = {
  marketing: { en: 'Marketing', zh: '营销' },
  service: { en: 'Service', zh: '服务通知' },
}

export const STATES = Object.keys(STATE_TITLES) as State[]
export const PURPOSES = Object.keys(PURPOSE_TITLES) as Purpose[]
