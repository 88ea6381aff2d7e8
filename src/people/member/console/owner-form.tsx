import { Modal, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { useSession } from '../../../console/session.tsx'
import { Failed } from '../../../console/states.tsx'
import type { Member } from './member-header.tsx'

/** Names change seldom. */
const FRESH_MS = 600_000
const NOBODY = ''

/** Colleagues by their account; empty for who may not see who works here. */
export function useStaff() {
  const { may } = useSession()
  const staff = useCall('operator.list', may('operator.read') ? { limit: 200 } : null, { staleTime: FRESH_MS })
  return staff.data?.items ?? []
}

/** Who looks after the member: a colleague, or nobody in particular. */
export function OwnerForm({
  member,
  name,
  open,
  close,
}: {
  member: Member
  name: string
  open: boolean
  close: () => void
}) {
  const t = useText()
  const staff = useStaff()
  const assign = useAct('member.set_owner')
  const present = member.ownerId ?? NOBODY
  const [ownerId, setOwnerId] = useState(present)
  const { reset } = assign
  useEffect(() => {
    if (!open) return
    setOwnerId(present)
    reset()
  }, [open, present, reset])
  return (
    <Modal
      open={open}
      title={t({ en: `Who looks after ${name}?`, zh: `分配归属 · ${name}` })}
      okText={t({ en: 'Save', zh: '保存' })}
      okButtonProps={{ disabled: ownerId === present }}
      confirmLoading={assign.isPending}
      onOk={() => assign.mutate({ memberId: member.memberId, ownerId: ownerId || null }, { onSuccess: close })}
      onCancel={close}
    >
      <div className="stack">
        <Field
          label={t({ en: 'Member of staff', zh: '归属员工' })}
          hint={t({
            en: 'Staff whose scope is “their own members” see this member only while it is theirs.',
            zh: '数据范围为「仅自己的成员」的员工，只能看到归属于自己的成员。',
          })}
        >
          {(id) => (
            <Select
              id={id}
              showSearch={{ optionFilterProp: 'label' }}
              value={ownerId}
              options={[
                { value: NOBODY, label: t({ en: 'Nobody (not assigned)', zh: '不分配（取消归属）' }) },
                ...staff
                  .filter((o) => !o.disabled || o.operatorId === present)
                  .map((o) => ({ value: o.operatorId, label: o.name })),
              ]}
              onChange={setOwnerId}
            />
          )}
        </Field>
        {assign.error ? <Failed compact error={assign.error} /> : null}
      </div>
    </Modal>
  )
}
