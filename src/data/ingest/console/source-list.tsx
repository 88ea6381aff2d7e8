import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import type { Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer, Empty, Failed } from '../../../console/states.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import './source-list.css'

type Source = Item<'source.list'>

/** Where events come from, the keys they are sent with, and how to send the first one. */
export function SourceList() {
  const t = useText()
  const { may } = useSession()
  const sources = useCall('source.list', {})
  const createKey = useAct('source.create_key')
  const [creating, setCreating] = useState(false)
  const [key, setKey] = useState<string | null>(null)
  const manage = may('source.manage')
  const add = manage ? (
    <Button type="primary" icon={<Icon name="plus" />} onClick={() => setCreating(true)}>
      {t({ en: 'New source', zh: '新建来源' })}
    </Button>
  ) : null
  return (
    <>
      <PageHead
        title={t({ en: 'Sources', zh: '数据来源' })}
        hint={t({
          en: 'Any Segment-compatible SDK works with this address and a write key.',
          zh: '兼容 Segment 协议，任意 Segment SDK 填入本站地址与写入密钥即可上报。',
        })}
        actions={add}
      />
      <Answer of={sources} rows={6}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="card">
              <Empty
                title={t({ en: 'No sources yet', zh: '还没有数据来源' })}
                hint={t({
                  en: 'A source is a website, an app or a system that sends events.',
                  zh: '数据来源可以是网站、小程序、App 或业务系统。',
                })}
                action={add}
              />
            </div>
          ) : (
            <div className="sources">
              {items.map((s) => (
                <SourceCard
                  key={s.id}
                  source={s}
                  manage={manage}
                  newKey={() => createKey.mutate({ sourceId: s.id }, { onSuccess: ({ writeKey }) => setKey(writeKey) })}
                />
              ))}
            </div>
          )
        }
      </Answer>
      <SourceForm open={creating} close={() => setCreating(false)} />
      <NewKey writeKey={key} close={() => setKey(null)} />
    </>
  )
}

function SourceCard({ source: s, manage, newKey }: { source: Source; manage: boolean; newKey: () => void }) {
  const t = useText()
  const format = useFormat()
  const revoke = useAct('source.revoke_key')
  const confirmed = useConfirmed()
  return (
    <section className="card">
      <header>
        <div className="grow">
          <h2>{s.name}</h2>
          <code className="faint">{s.key}</code>
        </div>
        {manage ? (
          <Button size="small" icon={<Icon name="key" size={14} />} onClick={newKey}>
            {t({ en: 'New write key', zh: '新建写入密钥' })}
          </Button>
        ) : null}
      </header>
      <ul className="stack tight">
        {s.keys.map((k) => (
          <li key={k.id} className="row between">
            <span>
              <code>{k.prefix}…</code> <span className="faint small">{format.day(k.createdAt)}</span>
            </span>
            {k.revokedAt ? (
              <span className="pill">{t({ en: 'revoked', zh: '已吊销' })}</span>
            ) : manage ? (
              <Button
                type="text"
                size="small"
                danger
                onClick={() =>
                  void confirmed({
                    danger: true,
                    title: t({ en: 'Revoke this write key?', zh: '吊销该写入密钥？' }),
                    consequence: t({
                      en: 'Whoever sends with it is refused within a second. Events that were accepted stay.',
                      zh: '使用该密钥的客户端将在一秒内被拒绝，已接收的事件不受影响。',
                    }),
                    ok: t({ en: 'Revoke', zh: '吊销' }),
                    act: () => revoke.mutateAsync({ keyId: k.id }),
                  })
                }
              >
                {t({ en: 'Revoke', zh: '吊销' })}
              </Button>
            ) : null}
          </li>
        ))}
        {s.keys.length === 0 ? <li className="soft">{t({ en: 'No write key yet.', zh: '尚无写入密钥。' })}</li> : null}
      </ul>
    </section>
  )
}

function SourceForm({ open, close }: { open: boolean; close: () => void }) {
  const t = useText()
  const create = useAct('source.create')
  const [name, setName] = useState('')
  const [key, setKey] = useState('')
  return (
    <Modal
      open={open}
      title={t({ en: 'New source', zh: '新建数据来源' })}
      okText={t({ en: 'Create', zh: '创建' })}
      okButtonProps={{ disabled: !name.trim() || !/^[a-z][a-z0-9-]{0,39}$/.test(key) }}
      confirmLoading={create.isPending}
      onOk={() => create.mutate({ name, key }, { onSuccess: close })}
      onCancel={close}
    >
      <div className="stack">
        <Field label={t({ en: 'Name', zh: '名称' })}>
          {(id) => (
            <Input
              id={id}
              value={name}
              maxLength={80}
              placeholder={t({ en: 'e.g. Web shop', zh: '例如：小程序商城' })}
              onChange={(e) => setName(e.target.value)}
            />
          )}
        </Field>
        <Field
          label={t({ en: 'Key', zh: '标识' })}
          hint={t({
            en: 'Small letters, digits and dashes. Events carry it and it cannot be changed.',
            zh: '小写字母、数字与短横线，会写入每条事件，创建后不可修改。',
          })}
        >
          {(id) => (
            <Input
              id={id}
              className="mono"
              value={key}
              maxLength={40}
              onChange={(e) => setKey(e.target.value.toLowerCase())}
            />
          )}
        </Field>
        {create.error ? <Failed compact error={create.error} /> : null}
      </div>
    </Modal>
  )
}

function NewKey({ writeKey, close }: { writeKey: string | null; close: () => void }) {
  const t = useText()
  const sample = `import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({ host: '${location.origin}', writeKey: '${writeKey ?? ''}' })
analytics.track({ userId: 'u-1', event: 'Course Viewed', properties: { course: 'A1' } })`
  return (
    <Modal
      open={writeKey !== null}
      width={640}
      title={t({ en: 'Your write key', zh: '写入密钥' })}
      mask={{ closable: false }}
      onCancel={close}
      footer={
        <Button type="primary" onClick={close}>
          {t({ en: 'I have kept it', zh: '我已妥善保存' })}
        </Button>
      }
    >
      <div className="stack">
        <p className="soft">
          {t({ en: 'Copy it now. It is not shown again.', zh: '请立即复制保存，关闭后将无法再次查看。' })}
        </p>
        <Input
          readOnly
          className="mono"
          value={writeKey ?? ''}
          aria-label={t({ en: 'Write key', zh: '写入密钥' })}
          onFocus={(e) => e.target.select()}
        />
        <div>
          <h3>{t({ en: 'Send the first event', zh: '上报第一条事件' })}</h3>
          <pre className="json-view">{sample}</pre>
        </div>
      </div>
    </Modal>
  )
}
