import type { Item } from '#web/api.ts'
import type { Text } from '#web/text.ts'

export type Community = Item<'community.list'>

export const TYPES: Record<Community['type'], Text> = {
  interest: { en: 'Interest', zh: '兴趣社群' },
  service: { en: 'Service', zh: '服务社群' },
  trade: { en: 'Shopping', zh: '交易社群' },
  autonomous: { en: 'Self-governed', zh: '自治社群' },
}

export const ROLES: Record<NonNullable<Community['mine']>['role'], Text> = {
  owner: { en: 'Owner', zh: '群主' },
  manager: { en: 'Manager', zh: '管理员' },
  moderator: { en: 'Moderator', zh: '版主' },
  koc: { en: 'KOC', zh: 'KOC' },
  volunteer: { en: 'Volunteer', zh: '志愿者' },
  member: { en: 'Member', zh: '成员' },
}

export const isIn = (community: { mine: Community['mine'] }) => community.mine?.state === 'active'
