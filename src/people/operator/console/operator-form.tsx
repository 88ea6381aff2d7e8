import { Input, Modal, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { useSession } from '../../../console/session.tsx'
import { Failed } from '../../../console/states.tsx'
import type { OperatorRole } from '../tables.ts'
import type { Operator } from './operator-list.tsx'
import { ROLE_NAMES, ROLE_TITLES } from './roles.ts'
import { ScopeField, type ScopeValue, scopeIsReady } from './scope-field.tsx'

/** Invites somebody, or changes role and scope of who is there. */
export function OperatorForm({
  of,
  close,
  invited,
}: {
  of: Operator | 'new' | null
  close: () => void
  invited: (path: string) => void
}) {
  const t = useText()
  const { me } = useSession()
  const isNew = of === 'new'
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<OperatorRole>('content')
  const [scope, setScope] = useState<ScopeValue>({ kind: 'all' })
  const invite = useAct('operator.invite')
  const update = useAct('operator.update')

  useEffect(() => {
    if (!of) return
    setEmail('')
    setRole(of === 'new' ? 'content' : of.role)
    setScope(of === 'new' ? { kind: 'all' } : (of.scope ?? { kind: 'all' }))
  }, [of])

  const save = async () => {
    if (!of) return
    if (of === 'new') invited((await invite.mutateAsync({ email, role, scope })).path)
    else await update.mutateAsync({ operatorId: of.operatorId, role, scope })
    close()
  }
  const error = isNew ? invite.error : update.error
  const roles = ROLE_NAMES.filter((r) => r !== 'owner' || me.role === 'owner')
  return (
    <Modal
      open={of !== null}
      title={
        isNew ? t({ en: 'Invite an operator', zh: '邀请运营人员' }) : t({ en: 'Role and scope', zh: '调整角色与范围' })
      }
      okText={isNew ? t({ en: 'Make the invitation link', zh: '生成邀请链接' }) : t({ en: 'Save', zh: '保存' })}
      okButtonProps={{ disabled: (isNew && !email.includes('@')) || !scopeIsReady(scope) }}
      confirmLoading={invite.isPending || update.isPending}
      onOk={() => void save().catch(() => undefined)}
      onCancel={close}
    >
      <div className="stack">
        {isNew ? (
          <Field label={t({ en: 'E-mail', zh: '邮箱' })}>
            {(id) => (
              <Input id={id} type="email" value={email} maxLength={254} onChange={(e) => setEmail(e.target.value)} />
            )}
          </Field>
        ) : null}
        <Field label={t({ en: 'Role', zh: '角色' })}>
          {(id) => (
            <Select
              id={id}
              value={role}
              options={roles.map((r) => ({ value: r, label: t(ROLE_TITLES[r]) }))}
              onChange={setRole}
            />
          )}
        </Field>
        <Field label={t({ en: 'Scope', zh: '数据范围' })}>
          {(id) => <ScopeField id={id} value={scope} onChange={setScope} />}
        </Field>
        {error ? <Failed compact error={error} /> : null}
      </div>
    </Modal>
  )
}
