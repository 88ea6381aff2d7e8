import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Answer } from '../../../console/states.tsx'
import { STATE_LOOK, STATE_TITLES } from './words.ts'

const SHOWN = 6

/** What reached the member, and what did not with the reason. */
export function MemberMessages({ memberId }: { memberId: string }) {
  const t = useText()
  const format = useFormat()
  const messages = useCall('message.list', { memberId, limit: SHOWN })
  return (
    <Answer of={messages} rows={2}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="soft">{t({ en: 'No messages yet.', zh: '暂无触达记录。' })}</p>
        ) : (
          <ul className="stack tight">
            {items.map((m) => (
              <li key={m.id}>
                <div className="row between">
                  <span className="clip">{m.content.title}</span>
                  <span className={STATE_LOOK[m.state]} title={m.reason}>
                    {t(STATE_TITLES[m.state])}
                  </span>
                </div>
                <p className="faint small clip">
                  {format.minute(m.sentAt ?? m.plannedAt)}
                  {m.reason ? ` · ${m.reason}` : ''}
                </p>
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  )
}
