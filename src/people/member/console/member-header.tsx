import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Avatar } from '../../../console/avatar.tsx'
import { nameOf } from '../../../console/member-name.tsx'
import { useStaff } from './owner-form.tsx'

export type Member = Output<'member.get'>

/** What one wants to know first: how to reach them, since when, and how alive they are. */
export function MemberHeader({ member: m }: { member: Member }) {
  const t = useText()
  const format = useFormat()
  const owner = useStaff().find((o) => o.operatorId === m.ownerId)
  return (
    <span className="row wrap member-header">
      <Avatar name={nameOf(m) ?? '?'} id={m.memberId} src={m.avatar} size={36} />
      {m.status === 'known' ? (
        <span className="pill good">{t({ en: 'known', zh: '已识别' })}</span>
      ) : (
        <span className="pill">{t({ en: 'anonymous', zh: '匿名访客' })}</span>
      )}
      {owner ? <span className="pill">{t({ en: `with ${owner.name}`, zh: `归属：${owner.name}` })}</span> : null}
      {m.externalId && !m.externalId.startsWith('email:') ? <code>{m.externalId}</code> : null}
      {m.email ? <span>{m.email}</span> : null}
      {m.phone ? <span className="tabular">{m.phone}</span> : null}
      <span className="faint">
        {t({ en: `since ${format.day(m.createdAt)}`, zh: `${format.day(m.createdAt)}加入` })}
        {m.lastSeenAt
          ? ` · ${t({ en: `seen ${format.ago(m.lastSeenAt)}`, zh: `${format.ago(m.lastSeenAt)}活跃` })}`
          : ''}
      </span>
    </span>
  )
}
