import { App, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'

export function SaveDialog({ statement, open, close }: { statement: string; open: boolean; close(): void }) {
  const t = useText()
  const { message } = App.useApp()
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const save = useAct('sql.save')
  const onOk = () =>
    save.mutate(
      { name, statement, shared },
      {
        onSuccess: () => {
          message.success(t({ en: 'Saved', zh: '已保存' }))
          close()
        },
        onError: (error) => {
          const { title, hint } = explainProblem(error, t)
          message.error(`${title} ${hint}`)
        },
      },
    )
  return (
    <Modal
      open={open}
      title={t({ en: 'Save the statement', zh: '保存语句' })}
      okText={t({ en: 'Save', zh: '保存' })}
      okButtonProps={{ disabled: !name.trim(), loading: save.isPending }}
      onOk={onOk}
      onCancel={close}
      destroyOnHidden
    >
      <div className="stack">
        <Field label={t({ en: 'Name', zh: '名称' })}>
          {(id) => <Input id={id} value={name} maxLength={100} onChange={(e) => setName(e.target.value)} />}
        </Field>
        <Checkbox checked={shared} onChange={(e) => setShared(e.target.checked)}>
          {t({ en: 'For everybody who may ask in SQL', zh: '共享给所有可使用 SQL 的人员' })}
        </Checkbox>
      </div>
    </Modal>
  )
}
