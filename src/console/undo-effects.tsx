import { Button, Modal } from 'antd'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Answer, Failed } from './states.tsx'

/** Takes back what an event brought about, once the consequences have been read in numbers. */
export function UndoEffects({ eventId, size = 'medium' }: { eventId: string; size?: 'small' | 'medium' }) {
  const t = useText()
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button danger size={size} onClick={() => setAsking(true)}>
        {t({ en: 'Take back effects', zh: '撤销影响' })}
      </Button>
      {asking ? <UndoDialog eventId={eventId} close={() => setAsking(false)} /> : null}
    </>
  )
}

function UndoDialog({ eventId, close }: { eventId: string; close: () => void }) {
  const t = useText()
  const preview = useCall('event.undo_preview', { eventId }, { staleTime: 0, gcTime: 0 })
  const undo = useAct('event.undo', { touches: ['points', 'message', 'member', 'audit'] })
  const done = undo.data
  const changes = preview.data?.capabilities.some((c) => c.consequences.some((line) => !line.stays)) ?? false
  const nothing = preview.data?.capabilities.length === 0
  const closes = nothing || done !== undefined
  return (
    <Modal
      open
      title={
        done
          ? t({ en: 'The effects were taken back', zh: '影响已撤销' })
          : nothing
            ? t({ en: 'Nothing to take back', zh: '没有可撤销的影响' })
            : t({ en: 'Take back the effects of this event?', zh: '撤销该事件产生的影响？' })
      }
      okText={closes ? t({ en: 'Close', zh: '关闭' }) : t({ en: 'Take back', zh: '确认撤销' })}
      okButtonProps={closes ? {} : { danger: true, disabled: !changes }}
      cancelButtonProps={closes ? { style: { display: 'none' } } : {}}
      confirmLoading={undo.isPending}
      onOk={() => (closes ? close() : undo.mutate({ eventId }))}
      onCancel={close}
    >
      <div className="stack">
        {done ? (
          <Consequences of={done} />
        ) : (
          <>
            {nothing ? null : (
              <p className="soft">
                {t({
                  en: 'The event itself stays on the timeline. This is what changes for the members:',
                  zh: '事件本身会保留在时间线上。撤销后成员将受到以下影响：',
                })}
              </p>
            )}
            <Answer of={preview} rows={3}>
              {(answer) => <Consequences of={answer} />}
            </Answer>
          </>
        )}
        {undo.error ? <Failed compact error={undo.error} /> : null}
      </div>
    </Modal>
  )
}

function Consequences({ of: { name, capabilities } }: { of: Output<'event.undo_preview'> }) {
  const t = useText()
  const format = useFormat()
  if (capabilities.length === 0)
    return (
      <p>
        {t(
          name === 'points.awarded'
            ? {
                en: 'These points are themselves an effect and brought about nothing more. Reverse them under points (“Reverse points” or “Adjust points”).',
                zh: '这笔积分本身就是影响，并未引发其他影响。如需收回，请在积分中操作（“撤销积分流水”或“调整积分”）。',
              }
            : {
                en: 'There is nothing to take back: this event has no effects, or they have been taken back already.',
                zh: '没有可撤销的内容：该事件没有产生影响，或影响已被撤销。',
              },
        )}
      </p>
    )
  return capabilities.map(({ capability, title, consequences }) => (
    <section key={capability}>
      <h3>{t(title)}</h3>
      <dl className="pairs">
        {consequences.map((line) => (
          <div key={line.title.en}>
            <dt>
              {t(line.title)}
              {line.stays ? (
                <span className="faint"> {t({ en: '(stay as they are)', zh: '（保持不变）' })}</span>
              ) : null}
            </dt>
            <dd className="tabular">{format.number(line.count)}</dd>
          </div>
        ))}
      </dl>
    </section>
  ))
}
