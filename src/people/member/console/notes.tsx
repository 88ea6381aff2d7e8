import { Button, Input } from 'antd'
import { useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer } from '../../../console/states.tsx'

/** What colleagues should know; never shown to the member. */
export function Notes({ memberId }: { memberId: string }) {
  const t = useText()
  const format = useFormat()
  const { may, operatorId } = useSession()
  const notes = useCall('member.notes', { memberId, limit: 20 })
  const staff = useCall('operator.list', may('operator.read') ? { limit: 200 } : null, { staleTime: 600_000 })
  const add = useAct('member.add_note')
  const remove = useAct('member.delete_note')
  const [text, setText] = useState('')
  const nameOf = (author: string) =>
    staff.data?.items.find((o) => author === `operator:${o.operatorId}`)?.name ?? t({ en: 'a colleague', zh: '同事' })
  return (
    <section className="card">
      <header>
        <h2>{t({ en: 'Notes', zh: '备注' })}</h2>
      </header>
      {may('member.note') ? (
        <form
          className="stack tight"
          onSubmit={(e) => {
            e.preventDefault()
            add.mutate({ memberId, text }, { onSuccess: () => setText('') })
          }}
        >
          <Input.TextArea
            aria-label={t({ en: 'New note', zh: '新备注' })}
            placeholder={t({ en: 'Something colleagues should know…', zh: '记录同事需要了解的信息…' })}
            value={text}
            maxLength={5000}
            autoSize={{ minRows: 1, maxRows: 8 }}
            onChange={(e) => setText(e.target.value)}
          />
          {text.trim() ? (
            <div>
              <Button size="small" type="primary" htmlType="submit" loading={add.isPending}>
                {t({ en: 'Add', zh: '添加备注' })}
              </Button>
            </div>
          ) : null}
        </form>
      ) : null}
      <Answer of={notes} rows={1}>
        {({ items }) => (
          <ul className="notes">
            {items.map((note) => (
              <li key={note.id}>
                <p>{note.text}</p>
                <p className="faint small row">
                  {nameOf(note.author)} · <time dateTime={note.at}>{format.ago(note.at)}</time>
                  {note.author === `operator:${operatorId}` ? (
                    <Button
                      type="text"
                      size="small"
                      icon={<Icon name="close" size={12} />}
                      aria-label={t({ en: 'Delete this note', zh: '删除该备注' })}
                      onClick={() => remove.mutate({ memberId, noteId: note.id })}
                    />
                  ) : null}
                </p>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </section>
  )
}
