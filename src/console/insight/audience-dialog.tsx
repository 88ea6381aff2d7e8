import { useNavigate } from '@tanstack/react-router'
import { Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
import type { Input as OperationInput } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Field } from '../field.tsx'
import { Failed } from '../states.tsx'

interface Props {
  definition: OperationInput<'segment.save_as_list'>['definition']
  size: number
  suggested: string
  open: boolean
  close(): void
}

/** Nothing is done to anybody before it is drawn and published: the journey only knows whom it will take in. */
const graphFor = (segment: string): OperationInput<'journey.create'>['graph'] => ({
  start: 'in',
  nodes: {
    in: { type: 'trigger', on: { segment, when: 'entered' }, enrolExisting: true, next: 'end' },
    end: { type: 'exit' },
  },
})

/** Keeps the members as a list, a segment on it, and opens a new journey that takes them in. */
export function AudienceDialog({ definition, size, suggested, open, close }: Props) {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const [name, setName] = useState(suggested)
  const list = useAct('segment.save_as_list', { touches: ['list'] })
  const segment = useAct('segment.create')
  const journey = useAct('journey.create')
  const error = list.error ?? segment.error ?? journey.error
  useEffect(() => {
    if (open) setName(`${suggested} ${new Date().toISOString().slice(0, 10)}`.slice(0, 100))
  }, [open, suggested])
  const make = async () => {
    // What is made already is not made again when a later part failed.
    const { listId } = list.data ?? (await list.mutateAsync({ name, definition }))
    const { id } = segment.data ?? (await segment.mutateAsync({ name, definition: { list: listId } }))
    const made = await journey.mutateAsync({ name, graph: graphFor(id) })
    await navigate({ to: `/journeys/${made.id}` } as never)
  }
  return (
    <Modal
      open={open}
      title={t({ en: 'A journey for these members', zh: '为这些成员新建旅程' })}
      okText={t({ en: 'Create and draw', zh: '创建并编辑' })}
      okButtonProps={{ disabled: !name.trim() || size === 0 }}
      confirmLoading={list.isPending || segment.isPending || journey.isPending}
      onOk={() => void make().catch(() => undefined)}
      onCancel={close}
      destroyOnHidden
    >
      <div className="stack">
        <p className="soft">
          {t({
            en: `The ${format.number(size)} members of this moment are kept as a static list with a segment on it; a new journey takes them in. Nothing runs before you publish it.`,
            zh: `此刻的 ${format.number(size)} 名成员会存为静态名单并建立对应分群，新旅程以其为进入人群；发布之前不会执行任何动作。`,
          })}
        </p>
        <Field label={t({ en: 'Name', zh: '名称' })}>
          {(id) => (
            <Input
              id={id}
              value={name}
              maxLength={100}
              disabled={list.data !== undefined}
              onChange={(e) => setName(e.target.value)}
            />
          )}
        </Field>
        {error ? <Failed compact error={error} /> : null}
      </div>
    </Modal>
  )
}
