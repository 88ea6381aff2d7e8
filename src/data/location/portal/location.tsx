import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Button } from '../../../portal/ui/button.tsx'
import { Card, Row, RowText } from '../../../portal/ui/card.tsx'
import { Icon } from '../../../portal/ui/icon.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Failed, Loading, Refused } from '../../../portal/ui/states.tsx'
import { distanceText, metresBetween, type Point } from './distance.ts'

/** A phone under a roof takes its time. */
const PATIENCE_MS = 20_000

const whereIAm = () =>
  new Promise<Point>((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error('no geolocation'))
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve([coords.latitude, coords.longitude]), reject, {
      timeout: PATIENCE_MS,
    })
  })

/** Whether the brand may know where the member is: told, told anew, taken back. */
export function MyLocation() {
  const t = useText()
  const standing = useCall('location.get', {})
  const [waiting, setWaiting] = useState(false)
  const [isLost, setLost] = useState(false)
  const allow = useAct('location.allow')
  const tell = useAct('location.tell')
  const withdraw = useAct('location.withdraw')
  const share = async () => {
    setWaiting(true)
    setLost(false)
    try {
      const point = await whereIAm()
      await allow.mutateAsync({})
      await tell.mutateAsync({ point })
    } catch (error) {
      // What the server refuses is shown by itself.
      if (!(error instanceof Error) || error.message === 'no geolocation') setLost(true)
    } finally {
      setWaiting(false)
    }
  }
  const refused = allow.error ?? tell.error ?? withdraw.error
  const { data } = standing
  return (
    <Page title={t({ en: 'My location', zh: '我的位置' })} up="/me">
      {standing.isPending && <Loading height={120} />}
      {standing.error && <Failed error={standing.error} retry={() => void standing.refetch()} />}
      {data && (
        <Card>
          <div className="stack">
            <p>
              {t({
                en: 'With your location we can tell you which stores are near and what is on there. Only the last place counts; other members do not see it.',
                zh: '开启后，我们会为你推荐附近门店与到店活动。以最近一次位置为准，不会展示给其他成员。',
              })}
            </p>
            {isLost && (
              <p role="alert" className="soft">
                {t({
                  en: 'Your device did not say where it is. Allow it in the browser’s settings, then try again.',
                  zh: '未能获取位置，请在浏览器设置中允许定位后重试。',
                })}
              </p>
            )}
            {refused && <Refused error={refused} />}
            <Button wide busy={waiting} onClick={() => void share()}>
              {data.point
                ? t({ en: 'Update my location', zh: '更新位置' })
                : t({ en: 'Share my location', zh: '开启位置' })}
            </Button>
            {data.allowed && (
              <Button wide tone="plain" busy={withdraw.isPending} onClick={() => withdraw.mutate({})}>
                {t({ en: 'Stop sharing', zh: '关闭位置' })}
              </Button>
            )}
          </div>
        </Card>
      )}
      {data?.point && <NearStores point={data.point} />}
    </Page>
  )
}

/** What fits a glance. */
const SHOWN = 5

function NearStores({ point }: { point: Point }) {
  const t = useText()
  const stores = useCall('store.list', { limit: 200 })
  const near = (stores.data?.items ?? [])
    .map((s) => ({ ...s, metres: metresBetween(point, s.point) }))
    .toSorted((a, b) => a.metres - b.metres)
    .slice(0, SHOWN)
  if (near.length === 0) return null
  return (
    <Card flush title={t({ en: 'Stores, the nearest first', zh: '门店（由近及远）' })}>
      <ul>
        {near.map((s) => (
          <Row key={s.id}>
            <Icon name="pin" />
            <RowText title={s.name} note={[distanceText(s.metres), s.address].filter(Boolean).join(' · ')} />
          </Row>
        ))}
      </ul>
    </Card>
  )
}
