import { Modal } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { MemberPicker } from '../../../console/member-picker.tsx'
import { Failed } from '../../../console/states.tsx'
import type { Member } from './member-header.tsx'

/** Merges another member into this one; says first what moves and that it can be undone. */
export function MergeForm({
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
  const [other, setOther] = useState<string | null>(null)
  const chosen = useCall('member.get', other ? { memberId: other } : null)
  const merge = useAct('member.merge', { touches: ['points', 'message', 'checkin', 'community', 'segment'] })
  const otherName = chosen.data?.name ?? chosen.data?.externalId ?? ''
  return (
    <Modal
      open={open}
      title={t({ en: `Merge into ${name}`, zh: `合并到 ${name}` })}
      okText={t({ en: 'Merge', zh: '合并' })}
      okButtonProps={{ disabled: !other || other === member.memberId }}
      confirmLoading={merge.isPending}
      onOk={() => other && merge.mutate({ keepId: member.memberId, mergeId: other }, { onSuccess: close })}
      onCancel={close}
    >
      <div className="stack">
        <Field label={t({ en: 'Which member is the same person?', zh: '选择与其为同一人的成员' })}>
          {() => <MemberPicker value={other} onChange={setOther} />}
        </Field>
        {chosen.data ? (
          <p className="soft">
            {t({
              en: `${otherName} goes into ${name}: ${chosen.data.identities.length} identities, the whole timeline, points (balances add up), communities and messages. ${name} stays. A merge can be undone in the list of possible duplicates.`,
              zh: `${otherName} 将并入 ${name}：${chosen.data.identities.length} 个身份标识、全部动态、积分（余额相加）、社群与消息一并归并，保留 ${name}。合并后可在「疑似重复成员」中撤销。`,
            })}
          </p>
        ) : null}
        {merge.error ? <Failed compact error={merge.error} /> : null}
      </div>
    </Modal>
  )
}
