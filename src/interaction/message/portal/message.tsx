import { useEffect, useEffectEvent } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useAct } from '#web/use-call.ts'
import type { ScreenProps } from '../../../portal/screen.ts'
import { ButtonLink } from '../../../portal/ui/button.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Empty, Failed, Loading } from '../../../portal/ui/states.tsx'
import styles from './message.module.css'
import { type InboxMessage, useInbox } from './use-inbox.ts'

const PURPOSES: Record<InboxMessage['purpose'], Text> = {
  marketing: { en: 'Offers', zh: '活动' },
  service: { en: 'Service', zh: '服务通知' },
}

/** One message; who comes by a link to an old one has the list read until it is there. */
export function Message({ params }: ScreenProps) {
  const t = useText()
  const { pages, messages } = useInbox()
  const message = messages.find((m) => m.id === params.messageId)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages
  const searching = !message && (pages.isPending || hasNextPage)
  useEffect(() => {
    if (!message && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [message, hasNextPage, isFetchingNextPage, fetchNextPage])
  if (message) return <Opened message={message} />
  return (
    <Page title={t({ en: 'Message', zh: '消息' })} up="/inbox">
      {pages.error ? (
        <Failed error={pages.error} retry={() => void pages.refetch()} />
      ) : searching ? (
        <Loading height={220} />
      ) : (
        <Empty
          icon="mail"
          title={t({ en: 'This message is not in your inbox', zh: '没有找到这条消息' })}
          action={<ButtonLink to="/inbox">{t({ en: 'To the inbox', zh: '回到消息列表' })}</ButtonLink>}
        />
      )}
    </Page>
  )
}

function Opened({ message }: { message: InboxMessage }) {
  const t = useText()
  const format = useFormat()
  const { mutate } = useAct('message.read')
  const open = useEffectEvent((messageId: string) => {
    if (!message.read) mutate({ messageId })
  })
  useEffect(() => open(message.id), [message.id])
  return (
    <Page
      title={message.content.title}
      up="/inbox"
      note={`${t(PURPOSES[message.purpose])} · ${format.minute(message.sentAt)}`}
    >
      <Card>
        <p className={styles.text}>
          <Linked text={message.content.body} />
        </p>
      </Card>
    </Page>
  )
}

/** Addresses in a text become links; all else stays the text it is. */
function Linked({ text }: { text: string }) {
  // Chinese goes on without a space: an address ends where its own letters do.
  const parts = text.split(/(https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+)/)
  return parts.map((part, i) =>
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a fixed text
      <a key={i} href={part} target="_blank" rel="noopener noreferrer">
        {part}
      </a>
    ) : (
      part
    ),
  )
}
