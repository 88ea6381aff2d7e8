import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { useMe } from '../../../portal/session.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { Empty, Failed, Loading } from '../../../portal/ui/states.tsx'
import { CommunityRow } from './community-row.tsx'
import { isIn } from './words.ts'

/** What fits a glance; all of them are one tap away. */
const SHOWN = 4

/** On the home screen the member's own communities first; at the door what there is to join. */
export function CommunityCard() {
  const t = useText()
  const me = useMe()
  const list = useCall('community.list', {})
  const mine = list.data?.items.filter(isIn) ?? []
  const shown = (mine.length > 0 ? mine : (list.data?.items ?? [])).slice(0, SHOWN)
  return (
    <Card
      flush
      title={
        mine.length > 0 ? t({ en: 'My communities', zh: '我的社群' }) : t({ en: 'Communities to join', zh: '发现社群' })
      }
      more={{ to: '/communities', label: t({ en: 'All', zh: '全部' }) }}
    >
      {list.isPending && (
        <div style={{ padding: '8px 20px 14px' }}>
          <Loading height={56} rows={3} />
        </div>
      )}
      {list.error && <Failed error={list.error} retry={() => void list.refetch()} />}
      {list.data && shown.length === 0 && (
        <Empty
          icon="people"
          title={t({ en: 'No community yet', zh: '还没有社群' })}
          hint={
            me
              ? t({ en: 'Invited? Open the link you were given.', zh: '收到邀请的话，打开邀请链接即可加入。' })
              : t({ en: 'Sign in to see more.', zh: '登录后可查看更多。' })
          }
        />
      )}
      <ul>
        {shown.map((community) => (
          <CommunityRow key={community.id} community={community} />
        ))}
      </ul>
    </Card>
  )
}
