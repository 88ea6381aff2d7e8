import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { RowLink } from '../../../portal/ui/card.tsx'
import styles from './message.module.css'
import type { InboxMessage } from './use-inbox.ts'

export function MessageRow({ message }: { message: InboxMessage }) {
  const t = useText()
  const format = useFormat()
  const { content, read } = message
  return (
    <RowLink to={`/inbox/${message.id}`}>
      <span className={styles.entry} data-read={read}>
        <span className={styles.line}>
          <span className={styles.title}>
            {!read && (
              <span className={styles.dot}>
                <span className="sr-only">{t({ en: 'Unread: ', zh: '未读：' })}</span>
              </span>
            )}
            {content.title}
          </span>
          <time className={styles.time} dateTime={message.sentAt}>
            {format.ago(message.sentAt)}
          </time>
        </span>
        <span className={styles.body}>{content.body}</span>
      </span>
    </RowLink>
  )
}
