import { useNavigate } from '@tanstack/react-router'
import { Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
import type { Input as OperationInput } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Failed } from '../../../console/states.tsx'

type Saving = OperationInput<'segment.save_as_list'>

interface Props {
  of: { id: string } | { definition: Saving['definition'] }
  size: number
  suggested: string
  open: boolean
  close(): void
}

/** Keeps who is in it at this moment under a name; the list does not move with the segment. */
export function SaveListDialog({ of, size, suggested, open, close }: Props) {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const [name, setName] = useState(suggested)
  const save = useAct('segment.save_as_list', { touches: ['list'] })
  const { reset } = save
  useEffect(() => {
    if (!open) return
    setName(`${suggested} ${new Date().toISOString().slice(0, 10)}`.slice(0, 100))
    reset()
  }, [open, suggested, reset])
  return (
    <Modal
      open={open}
      title={t({ en: 'Keep as a static list', zh: '存为静态名单' })}
      okText={t({ en: `Save ${format.number(size)} members`, zh: `保存 ${format.number(size)} 人` })}
      okButtonProps={{ disabled: !name.trim() || size === 0 }}
      confirmLoading={save.isPending}
      onOk={() =>
        save.mutate({ name, ...of }, { onSuccess: ({ listId }) => void navigate({ to: `/lists/${listId}` } as never) })
      }
      onCancel={close}
    >
      <div className="stack">
        <p className="soft">
          {t({
            en: 'Who is in it at this moment. The list stays as it is when members come and go.',
            zh: '保存此刻的成员快照；之后成员进出，名单不会随之变化。',
          })}
        </p>
        <Field label={t({ en: 'Name of the list', zh: '名单名称' })}>
          {(id) => <Input id={id} value={name} maxLength={100} onChange={(e) => setName(e.target.value)} />}
        </Field>
        {save.error ? <Failed compact error={save.error} /> : null}
      </div>
    </Modal>
  )
}
