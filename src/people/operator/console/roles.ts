import type { Text } from '#web/text.ts'
import type { OperatorRole } from '../tables.ts'

export const ROLE_TITLES: Record<OperatorRole, Text> = {
  owner: { en: 'Owner', zh: '所有者' },
  manager: { en: 'Community manager', zh: '社群经理' },
  content: { en: 'Content operator', zh: '内容运营' },
  support: { en: 'Support agent', zh: '客服' },
  moderator: { en: 'Moderator', zh: '版主' },
  analyst: { en: 'Analyst', zh: '数据分析师' },
  store: { en: 'Store staff', zh: '店长/导购' },
}
export const ROLE_NAMES = Object.keys(ROLE_TITLES) as OperatorRole[]
