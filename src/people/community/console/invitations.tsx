import { App, Button, Input, InputNumber, Modal, Select } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { useSession } from '../../../console/session.tsx'
import { Failed } from '../../../console/states.tsx'

type Invitation = Item<'community.invitations'>

const DAY_MS = 86_400_000
/** How long a code is usually good: a day for a live event, a quarter for a printed card. */
const VALID_DAYS = [1, 7, 30, 90] as const
const isOver = (i: Invitation) => i.expiresAt !== null && Date.parse(i.expiresAt) <= Date.now()

/** A day as a date field writes it, in the reader's own zone. */
const dayOf = (at: Date) =>
  [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, '0')).join('-')

export function Invitations({ communityId }: { communityId: string }) {
  const t = useText()
  const format = useFormat()
  const { message } = App.useApp()
  const { may } = useSession()
  const revoke = useAct('community.revoke_invitation')
  const [creating, setCreating] = useState(false)
  const moderate = may('community.moderate')
  const create = moderate ? (
    <Button icon={<Icon name="plus" />} onClick={() => setCreating(true)}>
      {t({ en: 'New code', zh: '新建邀请码' })}
    </Button>
  ) : null
  const spec = useMemo(
    (): ListSpec<Invitation> => ({
      name: 'invitation',
      title: t({ en: 'Invitations', zh: '邀请码' }),
      queryKey: ['community.invitations', communityId],
      load: ({ limit, cursor }, signal) =>
        call('community.invitations', { communityId, limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (i) => i.id,
      columns: [
        {
          key: 'code',
          title: t({ en: 'Code', zh: '邀请码' }),
          render: (i) => (
            <span className="row">
              <code>{i.code}</code>
              <Button
                type="text"
                size="small"
                icon={<Icon name="copy" size={14} />}
                aria-label={t({ en: 'Copy the code', zh: '复制邀请码' })}
                onClick={() =>
                  void navigator.clipboard
                    .writeText(i.code)
                    .then(() => message.success(t({ en: 'Copied', zh: '已复制' })))
                }
              />
            </span>
          ),
          text: (i) => i.code,
        },
        { key: 'note', title: t({ en: 'Note', zh: '备注' }), render: (i) => i.note || '–', text: (i) => i.note },
        {
          key: 'uses',
          title: t({ en: 'Used', zh: '使用情况' }),
          align: 'right',
          render: (i) => `${format.number(i.uses)} / ${i.maxUses === null ? '∞' : format.number(i.maxUses)}`,
          text: (i) => `${i.uses}/${i.maxUses ?? ''}`,
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          render: (i) =>
            i.revokedAt ? (
              <span className="pill bad">{t({ en: 'revoked', zh: '已作废' })}</span>
            ) : i.maxUses !== null && i.uses >= i.maxUses ? (
              <span className="pill">{t({ en: 'used up', zh: '已用完' })}</span>
            ) : isOver(i) ? (
              <span className="pill">{t({ en: 'expired', zh: '已过期' })}</span>
            ) : (
              <span className="pill good">{t({ en: 'valid', zh: '有效' })}</span>
            ),
          text: (i) => (i.revokedAt ? 'revoked' : isOver(i) ? 'expired' : 'valid'),
        },
        {
          key: 'expiresAt',
          title: t({ en: 'Valid until', zh: '有效期' }),
          render: (i) =>
            i.expiresAt ? (
              <span title={format.exact(i.expiresAt)}>{format.day(i.expiresAt)}</span>
            ) : (
              t({ en: 'no end', zh: '长期有效' })
            ),
          text: (i) => i.expiresAt ?? '',
        },
        {
          key: 'createdAt',
          title: t({ en: 'Created', zh: '创建时间' }),
          render: (i) => format.day(i.createdAt),
          text: (i) => i.createdAt,
        },
      ],
      ...(moderate
        ? {
            rowActions: (i: Invitation) =>
              i.revokedAt ? null : (
                <Button type="text" size="small" danger onClick={() => revoke.mutate({ communityId, id: i.id })}>
                  {t({ en: 'Revoke', zh: '作废' })}
                </Button>
              ),
          }
        : {}),
      empty: {
        title: t({ en: 'No invitation codes yet', zh: '还没有邀请码' }),
        hint: t({ en: 'A code opens a closed community for whoever has it.', zh: '封闭型社群可凭邀请码加入。' }),
      },
    }),
    [t, format, message, communityId, moderate, revoke],
  )
  return (
    <>
      {create ? <div style={{ marginBottom: 12 }}>{create}</div> : null}
      <DataList spec={spec} />
      {creating ? <InvitationForm communityId={communityId} close={() => setCreating(false)} /> : null}
    </>
  )
}

function InvitationForm({ communityId, close }: { communityId: string; close: () => void }) {
  const t = useText()
  const invite = useAct('community.invite')
  const [maxUses, setMaxUses] = useState<number | null>(1)
  const [validity, setValidity] = useState<(typeof VALID_DAYS)[number] | 'ever' | 'date'>(30)
  const [lastDay, setLastDay] = useState('')
  const [note, setNote] = useState('')
  const create = () => {
    const expiresAt =
      validity === 'ever'
        ? null
        : validity === 'date'
          ? new Date(`${lastDay}T23:59:59.999`)
          : new Date(Date.now() + validity * DAY_MS)
    invite.mutate(
      { communityId, maxUses, note, ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}) },
      { onSuccess: close },
    )
  }
  return (
    <Modal
      open
      title={t({ en: 'New invitation code', zh: '新建邀请码' })}
      okText={t({ en: 'Create', zh: '创建' })}
      confirmLoading={invite.isPending}
      okButtonProps={{ disabled: validity === 'date' && !lastDay }}
      onOk={create}
      onCancel={close}
    >
      <div className="stack">
        <Field label={t({ en: 'Uses', zh: '可用次数' })} hint={t({ en: 'Empty: any number', zh: '留空表示不限次数' })}>
          {(id) => (
            <InputNumber
              id={id}
              value={maxUses}
              min={1}
              max={1_000_000}
              precision={0}
              style={{ width: '100%' }}
              onChange={setMaxUses}
            />
          )}
        </Field>
        <Field label={t({ en: 'Valid for', zh: '有效期' })}>
          {(id) => (
            <Select
              id={id}
              value={validity}
              options={[
                ...VALID_DAYS.map((n) => ({
                  value: n,
                  label: t({ en: n === 1 ? '1 day' : `${n} days`, zh: `${n} 天` }),
                })),
                { value: 'date' as const, label: t({ en: 'Until a date', zh: '指定截止日期' }) },
                { value: 'ever' as const, label: t({ en: 'No end', zh: '长期有效' }) },
              ]}
              onChange={setValidity}
            />
          )}
        </Field>
        {validity === 'date' ? (
          <Field label={t({ en: 'Last day', zh: '截止日期（含当天）' })}>
            {(id) => (
              <Input
                id={id}
                type="date"
                min={dayOf(new Date())}
                value={lastDay}
                onChange={(e) => setLastDay(e.target.value)}
              />
            )}
          </Field>
        ) : null}
        <Field label={t({ en: 'Note', zh: '备注' })}>
          {(id) => <Input id={id} value={note} maxLength={200} onChange={(e) => setNote(e.target.value)} />}
        </Field>
        {invite.error ? <Failed compact error={invite.error} /> : null}
      </div>
    </Modal>
  )
}
