import { Button, Input, Modal, Select } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Failed } from '../../../console/states.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { ScopeText } from './scope-field.tsx'
import { ShownOnce } from './shown-once.tsx'

type Key = Item<'key.list'>

export function KeyList() {
  const t = useText()
  const format = useFormat()
  const confirmed = useConfirmed()
  const revoke = useAct('key.revoke')
  const [creating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const create = (
    <Button type="primary" icon={<Icon name="plus" />} onClick={() => setCreating(true)}>
      {t({ en: 'New key', zh: '新建密钥' })}
    </Button>
  )
  const spec = useMemo(
    (): ListSpec<Key> => ({
      name: 'key',
      title: t({ en: 'API keys', zh: 'API 密钥' }),
      queryKey: ['key.list'],
      local: true,
      load: ({ limit, cursor }, signal) => call('key.list', { limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (k) => k.keyId,
      search: t({ en: 'Search by name', zh: '按名称搜索' }),
      filters: [
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          options: [
            { value: 'on', label: t({ en: 'In use', zh: '有效' }) },
            { value: 'off', label: t({ en: 'Revoked', zh: '已吊销' }) },
          ],
          holds: (k, value) => (k.revokedAt === null) === (value === 'on'),
        },
      ],
      columns: [
        {
          key: 'name',
          title: t({ en: 'Name', zh: '名称' }),
          render: (k) => (
            <span>
              <strong>{k.name}</strong> <code className="faint">{k.prefix && `banyan_${k.prefix}…`}</code>
            </span>
          ),
          text: (k) => k.name,
        },
        {
          key: 'rights',
          title: t({ en: 'Rights', zh: '权限' }),
          render: (k) =>
            k.rights.includes('*') ? (
              <span className="pill warn">{t({ en: 'everything', zh: '全部权限' })}</span>
            ) : (
              <span title={k.rights.join('\n')}>
                {t({ en: `${k.rights.length} rights`, zh: `${k.rights.length} 项` })}
              </span>
            ),
          text: (k) => k.rights.join(' '),
        },
        {
          key: 'scope',
          title: t({ en: 'Scope', zh: '数据范围' }),
          render: (k) => <ScopeText scope={k.scope} />,
          text: (k) => k.scope.kind,
        },
        {
          key: 'lastUsedAt',
          title: t({ en: 'Last used', zh: '最近使用' }),
          render: (k) =>
            k.lastUsedAt ? format.ago(k.lastUsedAt) : <span className="faint">{t({ en: 'never', zh: '从未' })}</span>,
          text: (k) => k.lastUsedAt ?? '',
        },
        {
          key: 'createdAt',
          title: t({ en: 'Created', zh: '创建时间' }),
          render: (k) => format.day(k.createdAt),
          text: (k) => k.createdAt,
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          render: (k) =>
            k.revokedAt ? (
              <span className="pill bad">{t({ en: 'revoked', zh: '已吊销' })}</span>
            ) : (
              <span className="pill good">{t({ en: 'in use', zh: '有效' })}</span>
            ),
          text: (k) => (k.revokedAt ? 'revoked' : 'in use'),
        },
      ],
      rowActions: (k) =>
        k.revokedAt || k.origin === 'environment' ? null : (
          <Button
            type="text"
            size="small"
            danger
            onClick={() =>
              void confirmed({
                danger: true,
                title: t({ en: `Revoke “${k.name}”?`, zh: `吊销密钥「${k.name}」？` }),
                consequence: t({
                  en: 'Programs that use it, and keys made with it, stop working at once. This cannot be undone.',
                  zh: '使用该密钥的程序以及由它创建的密钥将立即失效，且无法恢复。',
                }),
                ok: t({ en: 'Revoke', zh: '吊销' }),
                act: () => revoke.mutateAsync({ keyId: k.keyId }),
              })
            }
          >
            {t({ en: 'Revoke', zh: '吊销' })}
          </Button>
        ),
      empty: {
        title: t({ en: 'No API keys yet', zh: '还没有 API 密钥' }),
        hint: t({
          en: 'A key lets a program do what you allow it, no more. Its secret is shown once.',
          zh: '密钥让程序按授权范围调用接口，明文仅在创建时显示一次。',
        }),
      },
    }),
    [t, format, confirmed, revoke],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'API keys', zh: 'API 密钥' })}
        hint={t({
          en: 'For programs. Never more rights than your own.',
          zh: '供程序调用接口使用，权限不会超出您本人。',
        })}
        actions={create}
      />
      <DataList spec={spec} />
      <KeyForm open={creating} close={() => setCreating(false)} made={setSecret} />
      <ShownOnce
        title={t({ en: 'Your new key', zh: '新密钥' })}
        hint={t({ en: 'Copy it now. It is not shown again.', zh: '请立即复制保存，关闭后将无法再次查看。' })}
        value={secret}
        close={() => setSecret(null)}
      />
    </>
  )
}

function KeyForm({ open, close, made }: { open: boolean; close: () => void; made: (secret: string) => void }) {
  const t = useText()
  const { may } = useSession()
  const catalog = useCatalog()
  const create = useAct('key.create')
  const [name, setName] = useState('')
  const [rights, setRights] = useState<string[]>([])
  const save = async () => {
    made((await create.mutateAsync({ name, rights })).secret)
    setName('')
    setRights([])
    close()
  }
  return (
    <Modal
      open={open}
      title={t({ en: 'New API key', zh: '新建 API 密钥' })}
      okText={t({ en: 'Create', zh: '创建' })}
      okButtonProps={{ disabled: !name.trim() || rights.length === 0 }}
      confirmLoading={create.isPending}
      onOk={() => void save().catch(() => undefined)}
      onCancel={close}
    >
      <div className="stack">
        <Field
          label={t({ en: 'Name', zh: '名称' })}
          hint={t({ en: 'Which program will use it.', zh: '注明由哪个程序使用。' })}
        >
          {(id) => <Input id={id} value={name} maxLength={80} onChange={(e) => setName(e.target.value)} />}
        </Field>
        <Field label={t({ en: 'Rights', zh: '权限' })}>
          {(id) => (
            <Select
              id={id}
              mode="multiple"
              value={rights}
              showSearch={{ optionFilterProp: 'label' }}
              options={(catalog.data?.rights ?? [])
                .filter((r) => may(r.name))
                .map((r) => ({ value: r.name, label: `${t(r.title)} (${r.name})` }))}
              onChange={setRights}
            />
          )}
        </Field>
        {create.error ? <Failed compact error={create.error} /> : null}
      </div>
    </Modal>
  )
}
