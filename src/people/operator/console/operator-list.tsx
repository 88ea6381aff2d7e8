import { Button, Dropdown } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Avatar } from '../../../console/avatar.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { OperatorForm } from './operator-form.tsx'
import { ROLE_NAMES, ROLE_TITLES } from './roles.ts'
import { ScopeText } from './scope-field.tsx'
import { ShownOnce } from './shown-once.tsx'

export type Operator = Item<'operator.list'>

const fullLink = (path: string) => new URL(path, location.origin).href

export function OperatorList() {
  const t = useText()
  const format = useFormat()
  const { may, operatorId } = useSession()
  const [form, setForm] = useState<Operator | 'new' | null>(null)
  const [link, setLink] = useState<string | null>(null)
  const update = useAct('operator.update')
  const reset = useAct('operator.reset_password')
  const confirmed = useConfirmed()
  const manage = may('operator.manage')

  const menu = useMemo(
    () => (o: Operator) => ({
      items: [
        { key: 'edit', icon: <Icon name="edit" />, label: t({ en: 'Role and scope', zh: '调整角色与范围' }) },
        {
          key: 'reset',
          icon: <Icon name="link" />,
          label: t({ en: 'Link for a new password', zh: '生成重设密码链接' }),
        },
        { type: 'divider' as const },
        o.disabled
          ? { key: 'enable', icon: <Icon name="play" />, label: t({ en: 'Switch on again', zh: '恢复启用' }) }
          : {
              key: 'disable',
              danger: true,
              disabled: o.operatorId === operatorId,
              icon: <Icon name="pause" />,
              label: t({ en: 'Switch off', zh: '停用账号' }),
            },
      ],
      onClick: ({ key }: { key: string }) => {
        if (key === 'edit') setForm(o)
        else if (key === 'reset')
          void confirmed({
            title: t({ en: `New password for ${o.name}?`, zh: `为 ${o.name} 生成重设密码链接？` }),
            consequence: t({
              en: 'The link works once and for 24 hours. Using it ends all of their sessions.',
              zh: '链接 24 小时内有效且仅可使用一次，使用后该账号的所有登录都会失效。',
            }),
            ok: t({ en: 'Make the link', zh: '生成链接' }),
            act: async () => setLink(fullLink((await reset.mutateAsync({ operatorId: o.operatorId })).path)),
          })
        else if (key === 'enable') void update.mutateAsync({ operatorId: o.operatorId, disabled: false })
        else
          void confirmed({
            danger: true,
            title: t({ en: `Switch off ${o.name}?`, zh: `停用 ${o.name} 的账号？` }),
            consequence: t({
              en: 'They are signed out at once and their API keys are revoked. What they did stays.',
              zh: '该账号将立即退出登录，其创建的 API 密钥一并吊销，历史操作记录保留。',
            }),
            ok: t({ en: 'Switch off', zh: '停用' }),
            act: () => update.mutateAsync({ operatorId: o.operatorId, disabled: true }),
          })
      },
    }),
    [t, operatorId, update, reset, confirmed],
  )

  const spec = useMemo(
    (): ListSpec<Operator> => ({
      name: 'operator',
      title: t({ en: 'Operators', zh: '运营人员' }),
      queryKey: ['operator.list'],
      local: true,
      load: ({ limit, cursor }, signal) => call('operator.list', { limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (o) => o.operatorId,
      search: t({ en: 'Search by name or e-mail', zh: '按姓名或邮箱搜索' }),
      filters: [
        {
          key: 'role',
          title: t({ en: 'Role', zh: '角色' }),
          options: ROLE_NAMES.map((r) => ({ value: r, label: t(ROLE_TITLES[r]) })),
          holds: (o, value) => o.role === value,
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          options: [
            { value: 'on', label: t({ en: 'Active', zh: '启用' }) },
            { value: 'off', label: t({ en: 'Switched off', zh: '已停用' }) },
          ],
          holds: (o, value) => o.disabled === (value === 'off'),
        },
      ],
      columns: [
        {
          key: 'name',
          title: t({ en: 'Name', zh: '姓名' }),
          render: (o) => (
            <span className="row">
              <Avatar name={o.name} id={o.operatorId} />
              <span className="clip">
                <strong>{o.name}</strong>
                {o.email ? (
                  <span className="faint small" style={{ display: 'block' }}>
                    {o.email}
                  </span>
                ) : null}
              </span>
            </span>
          ),
          text: (o) => `${o.name} ${o.email ?? ''}`,
        },
        {
          key: 'role',
          title: t({ en: 'Role', zh: '角色' }),
          render: (o) => t(ROLE_TITLES[o.role]),
          text: (o) => t(ROLE_TITLES[o.role]),
        },
        {
          key: 'scope',
          title: t({ en: 'Scope', zh: '数据范围' }),
          render: (o) => <ScopeText scope={o.scope} />,
          text: (o) => o.scope?.kind ?? '',
        },
        {
          key: 'totp',
          title: t({ en: 'Two-step', zh: '两步验证' }),
          render: (o) =>
            o.totp === null ? (
              '–'
            ) : o.totp ? (
              t({ en: 'on', zh: '已开启' })
            ) : (
              <span className="faint">{t({ en: 'off', zh: '未开启' })}</span>
            ),
          text: (o) => String(o.totp),
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          render: (o) =>
            o.disabled ? (
              <span className="pill">{t({ en: 'switched off', zh: '已停用' })}</span>
            ) : (
              <span className="pill good">{t({ en: 'active', zh: '启用' })}</span>
            ),
          text: (o) => (o.disabled ? 'off' : 'on'),
        },
        {
          key: 'createdAt',
          title: t({ en: 'Since', zh: '加入时间' }),
          render: (o) => format.day(o.createdAt),
          text: (o) => o.createdAt,
        },
      ],
      ...(manage
        ? {
            rowActions: (o: Operator) => (
              <Dropdown trigger={['click']} menu={menu(o)}>
                <Button
                  type="text"
                  size="small"
                  icon={<Icon name="more" />}
                  aria-label={t({ en: `More for ${o.name}`, zh: `${o.name} 的更多操作` })}
                />
              </Dropdown>
            ),
          }
        : {}),
      empty: { title: t({ en: 'Nobody yet', zh: '暂无运营人员' }) },
    }),
    [t, format, manage, menu],
  )

  return (
    <>
      <PageHead
        title={t({ en: 'Operators', zh: '运营人员' })}
        hint={t({
          en: 'Who works here, in which role, and whose data they see.',
          zh: '管理团队成员的角色与数据范围。',
        })}
        actions={
          manage ? (
            <Button type="primary" icon={<Icon name="plus" />} onClick={() => setForm('new')}>
              {t({ en: 'Invite', zh: '邀请同事' })}
            </Button>
          ) : null
        }
      />
      <DataList spec={spec} />
      <OperatorForm of={form} close={() => setForm(null)} invited={(path) => setLink(fullLink(path))} />
      <ShownOnce
        title={t({ en: 'Send this link', zh: '请将链接发送给对方' })}
        hint={t({ en: 'It works once. Nobody can see it again.', zh: '链接仅可使用一次，关闭后无法再次查看。' })}
        value={link}
        close={() => setLink(null)}
      />
    </>
  )
}
