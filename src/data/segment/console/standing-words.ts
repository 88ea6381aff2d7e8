// How people stand in a community, in words.
import type { Text } from '#web/text.ts'
import { VALUE_WORDS } from '../../../console/value-words.ts'

export interface Standing {
  value: string
  title: Text
}

export const STATES: readonly Standing[] = [
  { value: 'active', title: { en: 'a member', zh: '在群' } },
  { value: 'pending', title: { en: 'waiting to be let in', zh: '待审核' } },
  { value: 'left', title: { en: 'left', zh: '已退出' } },
  { value: 'removed', title: { en: 'removed', zh: '被移出' } },
  { value: 'banned', title: { en: 'banned', zh: '被封禁' } },
]

export const ROLES: readonly Standing[] = ['owner', 'manager', 'moderator', 'koc', 'volunteer', 'member'].map(
  (value) => ({
    value,
    title: VALUE_WORDS[value] ?? { en: value, zh: value },
  }),
)
