import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Avatar } from '../../../portal/ui/avatar.tsx'
import { RowLink, RowText } from '../../../portal/ui/card.tsx'
import styles from './community.module.css'
import { type Community, isIn, ROLES, TYPES } from './words.ts'

export function CommunityRow({ community }: { community: Community }) {
  const t = useText()
  const format = useFormat()
  const { mine } = community
  return (
    <RowLink to={`/communities/${community.id}`}>
      <Avatar name={community.name} />
      <RowText
        title={community.name}
        note={`${t(TYPES[community.type])} · ${t({
          en: `${format.compact(community.memberCount)} members`,
          zh: `${format.compact(community.memberCount)} 人`,
        })}`}
      />
      {mine && isIn(community) && (
        <span className={styles.role}>
          {mine.role === 'member' ? t({ en: 'Joined', zh: '已加入' }) : t(ROLES[mine.role])}
        </span>
      )}
    </RowLink>
  )
}
