import { Button, Dropdown, Input, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { MemberName, useMemberName } from '../../../console/member-name.tsx'
import { MemberPicker } from '../../../console/member-picker.tsx'
import { useSession } from '../../../console/session.tsx'
import { Failed } from '../../../console/states.tsx'
import { ROLE_TITLES, STATE_LOOK, STATE_TITLES } from './words.ts'

type Standing = Item<'community.members'>
type Role = Standing['role']
type State = Standing['state']
const ROLES = Object.keys(ROLE_TITLES) as Role[]
const STATES = Object.keys(STATE_TITLES) as State[]

export function Roster({ communityId }: { communityId: string }) {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const setRole = useAct('community.set_role')
  const [leaving, setLeaving] = useState<{ memberId: string; ban: boolean } | null>(null)
  const [adding, setAdding] = useState(false)
  const moderate = may('community.moderate')
  const spec = useMemo(
    (): ListSpec<Standing> => ({
      name: 'community-member',
      title: t({ en: 'Members of the community', zh: '社群成员' }),
      queryKey: ['community.members', communityId],
      load: ({ filters, limit, cursor }, signal) => {
        const role = ROLES.find((r) => r === filters.role)
        const state = STATES.find((s) => s === filters.state)
        return call(
          'community.members',
          {
            communityId,
            limit,
            ...(role ? { role } : {}),
            ...(state ? { state } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        )
      },
      rowKey: (m) => m.memberId,
      to: (m) => `/members/${m.memberId}`,
      filters: [
        {
          key: 'state',
          title: t(STATE_TITLES.active),
          options: STATES.map((s) => ({ value: s, label: t(STATE_TITLES[s]) })),
        },
        {
          key: 'role',
          title: t({ en: 'Role', zh: '角色' }),
          options: ROLES.map((r) => ({ value: r, label: t(ROLE_TITLES[r]) })),
        },
      ],
      columns: [
        {
          key: 'member',
          title: t({ en: 'Member', zh: '成员' }),
          render: (m) => <MemberName memberId={m.memberId} name={m.memberName} size={28} />,
          text: (m) => m.memberName ?? m.memberId,
        },
        {
          key: 'role',
          title: t({ en: 'Role', zh: '角色' }),
          render: (m) => t(ROLE_TITLES[m.role]),
          text: (m) => m.role,
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          render: (m) => <span className={STATE_LOOK[m.state]}>{t(STATE_TITLES[m.state])}</span>,
          text: (m) => m.state,
        },
        {
          key: 'joinedAt',
          title: t({ en: 'Joined', zh: '加入时间' }),
          width: 150,
          render: (m) => <span title={format.exact(m.joinedAt)}>{format.day(m.joinedAt)}</span>,
          text: (m) => m.joinedAt,
        },
      ],
      ...(moderate
        ? {
            rowActions: (m: Standing) =>
              m.state === 'active' ? (
                <Dropdown
                  trigger={['click']}
                  menu={{
                    items: [
                      {
                        key: 'role',
                        label: t({ en: 'Role', zh: '设置角色' }),
                        children: ROLES.map((r) => ({
                          key: `role:${r}`,
                          label: t(ROLE_TITLES[r]),
                          disabled: r === m.role,
                        })),
                      },
                      { type: 'divider' },
                      { key: 'remove', danger: true, label: t({ en: 'Remove', zh: '移出社群' }) },
                      { key: 'ban', danger: true, label: t({ en: 'Ban', zh: '封禁' }) },
                    ],
                    onClick: ({ key }) => {
                      const role = ROLES.find((r) => key === `role:${r}`)
                      if (role) setRole.mutate({ communityId, memberId: m.memberId, role })
                      else setLeaving({ memberId: m.memberId, ban: key === 'ban' })
                    },
                  }}
                >
                  <Button
                    type="text"
                    size="small"
                    icon={<Icon name="more" />}
                    aria-label={t({ en: 'More', zh: '更多操作' })}
                  />
                </Dropdown>
              ) : null,
          }
        : {}),
      empty: {
        title: t({ en: 'Nobody here', zh: '暂无成员' }),
        hint: t({ en: 'Share the portal address, or add members yourself.', zh: '分享会员端地址，或直接添加成员。' }),
        action: moderate ? (
          <Button type="primary" onClick={() => setAdding(true)}>
            {t({ en: 'Add a member', zh: '添加成员' })}
          </Button>
        ) : null,
      },
    }),
    [t, format, communityId, moderate, setRole],
  )
  return (
    <>
      {moderate ? (
        <div style={{ marginBottom: 12 }}>
          <Button icon={<Icon name="plus" />} onClick={() => setAdding(true)}>
            {t({ en: 'Add a member', zh: '添加成员' })}
          </Button>
        </div>
      ) : null}
      <DataList spec={spec} />
      {leaving ? <LeaveForm communityId={communityId} {...leaving} close={() => setLeaving(null)} /> : null}
      {adding ? <AddForm communityId={communityId} close={() => setAdding(false)} /> : null}
    </>
  )
}

function LeaveForm({
  communityId,
  memberId,
  ban,
  close,
}: {
  communityId: string
  memberId: string
  ban: boolean
  close: () => void
}) {
  const t = useText()
  const name = useMemberName(memberId)
  const act = useAct(ban ? 'community.ban' : 'community.remove_member')
  const [reason, setReason] = useState('')
  return (
    <Modal
      open
      title={
        ban
          ? t({ en: `Ban ${name}?`, zh: `封禁 ${name}？` })
          : t({ en: `Remove ${name}?`, zh: `将 ${name} 移出社群？` })
      }
      okText={ban ? t({ en: 'Ban', zh: '封禁' }) : t({ en: 'Remove', zh: '移出' })}
      okButtonProps={{ danger: true, disabled: !reason.trim() }}
      confirmLoading={act.isPending}
      onOk={() => act.mutate({ communityId, memberId, reason }, { onSuccess: close })}
      onCancel={close}
    >
      <div className="stack">
        <p className="soft">
          {ban
            ? t({
                en: 'They leave the community at once and cannot come back until you lift the ban. Points and history stay.',
                zh: '该成员将立即离开社群，解封前无法再次加入；积分与历史记录保留。',
              })
            : t({
                en: 'They leave the community at once and may come back through its door. Points and history stay.',
                zh: '该成员将立即离开社群，之后仍可按准入方式重新加入；积分与历史记录保留。',
              })}
        </p>
        <Field label={t({ en: 'Reason (the member sees it)', zh: '原因（成员可见）' })}>
          {(id) => (
            <Input.TextArea
              id={id}
              value={reason}
              maxLength={500}
              autoSize={{ minRows: 2 }}
              onChange={(e) => setReason(e.target.value)}
            />
          )}
        </Field>
        {act.error ? <Failed compact error={act.error} /> : null}
      </div>
    </Modal>
  )
}

function AddForm({ communityId, close }: { communityId: string; close: () => void }) {
  const t = useText()
  const add = useAct('community.add_member')
  const [memberId, setMemberId] = useState<string | null>(null)
  return (
    <Modal
      open
      title={t({ en: 'Add a member', zh: '添加成员' })}
      okText={t({ en: 'Add', zh: '添加' })}
      okButtonProps={{ disabled: !memberId }}
      confirmLoading={add.isPending}
      onOk={() => memberId && add.mutate({ communityId, memberId }, { onSuccess: close })}
      onCancel={close}
    >
      <div className="stack">
        <MemberPicker value={memberId} onChange={setMemberId} />
        {add.error ? <Failed compact error={add.error} /> : null}
      </div>
    </Modal>
  )
}
