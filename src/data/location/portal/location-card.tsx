import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { useMe } from '../../../portal/session.tsx'
import { Card, RowLink, RowText } from '../../../portal/ui/card.tsx'
import { Icon } from '../../../portal/ui/icon.tsx'

/** Where the brand has stores: the way to what is known of the member's place. */
export function LocationCard() {
  const t = useText()
  const me = useMe()
  const stores = useCall('store.list', me ? { limit: 1 } : null)
  const standing = useCall('location.get', me && stores.data?.items.length ? {} : null)
  if (!standing.data) return null
  return (
    <Card flush>
      <ul>
        <RowLink to="/me/location">
          <Icon name="pin" />
          <RowText
            title={t({ en: 'Stores near you', zh: '附近门店' })}
            note={
              standing.data.allowed
                ? t({ en: 'Your location is shared', zh: '已开启位置' })
                : t({ en: 'Share your location to see them', zh: '开启位置，查看附近门店与到店活动' })
            }
          />
        </RowLink>
      </ul>
    </Card>
  )
}
