import type { Text } from '#web/text.ts'
import type { Admission, CommunityRole, CommunityType, MembershipState } from '../tables.ts'

export const TYPE_TITLES: Record<CommunityType, Text> = {
  interest: { en: 'Interest', zh: '兴趣型' },
  service: { en: 'Service', zh: '服务型' },
  trade: { en: 'Trade', zh: '交易型' },
  autonomous: { en: 'Autonomous', zh: '自治型' },
}
export const ADMISSION_TITLES: Record<Admission, Text> = {
  open: { en: 'Open', zh: '开放型' },
  closed: { en: 'By invitation', zh: '封闭型（邀请制）' },
}
export const ROLE_TITLES: Record<CommunityRole, Text> = {
  owner: { en: 'Owner', zh: '群主' },
  manager: { en: 'Manager', zh: '管理员' },
  moderator: { en: 'Moderator', zh: '版主' },
  koc: { en: 'KOC', zh: 'KOC' },
  volunteer: { en: 'Volunteer', zh: '志愿者' },
  member: { en: 'Member', zh: '成员' },
}
export const STATE_TITLES: Record<MembershipState, Text> = {
  pending: { en: 'waiting', zh: '待审核' },
  active: { en: 'active', zh: '在群' },
  left: { en: 'left', zh: '已退出' },
  removed: { en: 'removed', zh: '已移出' },
  banned: { en: 'banned', zh: '已封禁' },
}
export const STATE_LOOK: Record<MembershipState, string> = {
  pending: 'pill warn',
  active: 'pill good',
  left: 'pill',
  removed: 'pill',
  banned: 'pill bad',
}
