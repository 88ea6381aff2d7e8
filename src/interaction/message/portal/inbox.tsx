import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Button } from '../../../portal/ui/button.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Empty, Failed, Loading, Refused } from '../../../portal/ui/states.tsx'
import { MessageRow } from './message-row.tsx'
import { useInbox } from './use-inbox.ts'

export function Inbox() {
  const t = useText()
  const { pages, messages, unread } = useInbox()
  const readAll = useAct('message.read_all')
  return (
    <Page
      title={t({ en: 'Inbox', zh: '消息' })}
      note={
        unread > 0 ? t({ en: `${unread} unread`, zh: `${unread} 条未读` }) : t({ en: 'All read', zh: '已全部读完' })
      }
      action={
        unread > 0 && (
          <Button tone="soft" busy={readAll.isPending} onClick={() => readAll.mutate({})}>
            {t({ en: 'Mark all read', zh: '全部已读' })}
          </Button>
        )
      }
    >
      {readAll.error && <Refused error={readAll.error} />}
      {pages.isPending && <Loading height={84} rows={5} />}
      {pages.error && messages.length === 0 && <Failed error={pages.error} retry={() => void pages.refetch()} />}
      {pages.data && messages.length === 0 && (
        <Card>
          <Empty
            icon="mail"
            title={t({ en: 'No message yet', zh: '还没有消息' })}
            hint={t({ en: 'What concerns you arrives here at once.', zh: '与你有关的通知会第一时间出现在这里。' })}
          />
        </Card>
      )}
      {messages.length > 0 && (
        <Card flush>
          <ul aria-live="polite" aria-relevant="additions">
            {messages.map((message) => (
              <MessageRow key={message.id} message={message} />
            ))}
          </ul>
        </Card>
      )}
      {pages.hasNextPage && (
        <Button tone="plain" wide busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t({ en: 'Earlier', zh: '查看更早的消息' })}
        </Button>
      )}
    </Page>
  )
}
