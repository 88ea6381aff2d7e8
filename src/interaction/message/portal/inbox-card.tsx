import { useText } from '#web/preferences.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { Failed, Loading } from '../../../portal/ui/states.tsx'
import styles from './message.module.css'
import { MessageRow } from './message-row.tsx'
import { useInbox } from './use-inbox.ts'

const SHOWN = 2

export function InboxCard() {
  const t = useText()
  const { pages, messages } = useInbox()
  return (
    <Card
      flush
      title={t({ en: 'Messages', zh: '最新消息' })}
      more={{ to: '/inbox', label: t({ en: 'All', zh: '全部' }) }}
    >
      {pages.isPending && (
        <div style={{ padding: '8px 20px 14px' }}>
          <Loading height={60} rows={SHOWN} />
        </div>
      )}
      {pages.error && messages.length === 0 && <Failed error={pages.error} retry={() => void pages.refetch()} />}
      {pages.data && messages.length === 0 && (
        <p className={styles.none}>{t({ en: 'Nothing new', zh: '暂时没有消息' })}</p>
      )}
      <ul>
        {messages.slice(0, SHOWN).map((message) => (
          <MessageRow key={message.id} message={message} />
        ))}
      </ul>
    </Card>
  )
}
