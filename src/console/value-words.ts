import type { Text } from '#web/text.ts'

/** Words that declarations and events carry as values, as people read them. */
export const VALUE_WORDS: Readonly<Record<string, Text>> = {
  member: { en: 'member', zh: '成员' },
  koc: { en: 'KOC', zh: 'KOC' },
  volunteer: { en: 'volunteer', zh: '志愿者' },
  moderator: { en: 'moderator', zh: '版主' },
  manager: { en: 'manager', zh: '管理员' },
  owner: { en: 'owner', zh: '群主' },
  open: { en: 'by themselves', zh: '自行加入' },
  invitation: { en: 'by invitation', zh: '凭邀请码' },
  added: { en: 'added by staff', zh: '运营添加' },
  inbox: { en: 'inbox', zh: '站内信' },
  marketing: { en: 'marketing', zh: '营销' },
  service: { en: 'service', zh: '服务通知' },
}
