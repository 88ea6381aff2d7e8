import { useQueryClient } from '@tanstack/react-query'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Button } from '../../../portal/ui/button.tsx'
import { Card, Row, RowText } from '../../../portal/ui/card.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Failed, Loading, Refused } from '../../../portal/ui/states.tsx'

export function Devices() {
  const t = useText()
  const format = useFormat()
  const client = useQueryClient()
  const sessions = useCall('signin.sessions', {})
  const end = useAct('signin.end_session', {
    onSuccess: () => client.invalidateQueries({ queryKey: ['member.me'] }),
  })
  return (
    <Page
      up="/me"
      title={t({ en: 'Signed-in devices', zh: '登录设备' })}
      note={t({ en: 'End what you do not recognise.', zh: '如有不认识的登录，请将其退出。' })}
    >
      {end.error && <Refused error={end.error} />}
      {sessions.error && <Failed error={sessions.error} retry={() => void sessions.refetch()} />}
      {sessions.isPending && <Loading height={76} rows={2} />}
      {sessions.data && (
        <Card flush>
          <ul>
            {sessions.data.items.map((s) => (
              <Row key={s.sessionId}>
                <RowText
                  title={
                    s.current ? t({ en: 'This device', zh: '当前设备' }) : t({ en: 'Another device', zh: '其他设备' })
                  }
                  note={t({
                    en: `Since ${format.minute(s.createdAt)} · seen ${format.ago(s.seenAt)} · ${s.address}`,
                    zh: `${format.minute(s.createdAt)} 登录 · ${format.ago(s.seenAt)}使用 · ${s.address}`,
                  })}
                />
                <Button
                  tone="plain"
                  busy={end.isPending && end.variables.sessionId === s.sessionId}
                  onClick={() => end.mutate({ sessionId: s.sessionId })}
                >
                  {t({ en: 'Sign out', zh: '退出' })}
                </Button>
              </Row>
            ))}
          </ul>
        </Card>
      )}
    </Page>
  )
}
