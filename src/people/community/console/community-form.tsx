import { Input, Modal, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Failed } from '../../../console/states.tsx'
import type { Community } from './community-list.tsx'
import { ADMISSION_TITLES, TYPE_TITLES } from './words.ts'

type Values = Pick<Community, 'name' | 'type' | 'admission' | 'description'>
const BLANK: Values = { name: '', type: 'interest', admission: 'open', description: '' }

/** Creates a community, or edits the one given. */
export function CommunityForm({
  open,
  community,
  close,
}: {
  open: boolean
  community: Community | null
  close: () => void
}) {
  const t = useText()
  const create = useAct('community.create')
  const update = useAct('community.update')
  const [values, setValues] = useState(BLANK)
  useEffect(() => {
    if (!open) return
    setValues(
      community
        ? {
            name: community.name,
            type: community.type,
            admission: community.admission,
            description: community.description,
          }
        : BLANK,
    )
  }, [open, community])
  const set = (patch: Partial<Values>) => setValues({ ...values, ...patch })
  const save = () => {
    if (community) update.mutate({ communityId: community.id, ...values }, { onSuccess: close })
    else create.mutate(values, { onSuccess: close })
  }
  const error = community ? update.error : create.error
  return (
    <Modal
      open={open}
      title={community ? t({ en: 'Edit community', zh: '编辑社群' }) : t({ en: 'New community', zh: '新建社群' })}
      okText={t({ en: 'Save', zh: '保存' })}
      okButtonProps={{ disabled: !values.name.trim() }}
      confirmLoading={create.isPending || update.isPending}
      onOk={save}
      onCancel={close}
    >
      <div className="stack">
        <Field label={t({ en: 'Name', zh: '社群名称' })}>
          {(id) => (
            <Input id={id} value={values.name} maxLength={120} onChange={(e) => set({ name: e.target.value })} />
          )}
        </Field>
        <Field label={t({ en: 'Type', zh: '类型' })}>
          {(id) => (
            <Select
              id={id}
              value={values.type}
              options={Object.entries(TYPE_TITLES).map(([value, title]) => ({
                value: value as Values['type'],
                label: t(title),
              }))}
              onChange={(type) => set({ type })}
            />
          )}
        </Field>
        <Field label={t({ en: 'Admission', zh: '准入方式' })}>
          {(id) => (
            <Select
              id={id}
              value={values.admission}
              options={Object.entries(ADMISSION_TITLES).map(([value, title]) => ({
                value: value as Values['admission'],
                label: t(title),
              }))}
              onChange={(admission) => set({ admission })}
            />
          )}
        </Field>
        <Field label={t({ en: 'Description', zh: '简介' })}>
          {(id) => (
            <Input.TextArea
              id={id}
              value={values.description}
              maxLength={2000}
              autoSize={{ minRows: 3, maxRows: 8 }}
              onChange={(e) => set({ description: e.target.value })}
            />
          )}
        </Field>
        {error ? <Failed compact error={error} /> : null}
      </div>
    </Modal>
  )
}
