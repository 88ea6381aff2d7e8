import { useNavigate } from '@tanstack/react-router'
import { Button, Dropdown } from 'antd'
import { useMemo, useState } from 'react'
import { type CatalogAction, useCatalog } from '#web/catalog.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { ActionDialog } from '../../../console/action-dialog.tsx'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { MemberForm } from './member-form.tsx'
import type { Member } from './member-header.tsx'
import { MergeForm } from './merge-form.tsx'
import { OwnerForm } from './owner-form.tsx'

/** Has a place of its own on this page, or takes more than this page knows, such as the number of a transfer. */
const ELSEWHERE = [
  'member.update',
  'member.erase',
  'member.add_note',
  'member.delete_note',
  'member.upsert',
  'member.set_owner',
  'points.post_hold',
  'points.void_hold',
  'points.reverse',
]

/** What can be done with this member: everything that any capability offers and this operator may do. */
export function MemberActions({ member, name }: { member: Member; name: string }) {
  const t = useText()
  const navigate = useNavigate()
  const { may } = useSession()
  const catalog = useCatalog()
  const confirmed = useConfirmed()
  const erase = useAct('member.erase')
  const [action, setAction] = useState<CatalogAction | null>(null)
  const [open, setOpen] = useState<'edit' | 'merge' | 'owner' | null>(null)
  const offered = useMemo(
    () =>
      (catalog.data?.actions ?? []).filter(
        (a) =>
          a.on.length === 1 &&
          a.on[0] === 'member' &&
          a.offeredTo.includes('operator') &&
          may(a.permission) &&
          !ELSEWHERE.includes(a.name),
      ),
    [catalog.data, may],
  )
  const askErase = () =>
    void confirmed({
      danger: true,
      title: t({ en: `Erase ${name}?`, zh: `删除 ${name} 的个人信息？` }),
      consequence: t({
        en: `Everything personal is removed for good, with ${member.identities.length} identities and ${member.mergedIds.length} merged members. At once nobody finds this member any more. This cannot be undone.`,
        zh: `将永久删除该成员的全部个人信息，包括 ${member.identities.length} 个身份标识与 ${member.mergedIds.length} 个已合并成员，立即无法查询，且不可恢复。`,
      }),
      ok: t({ en: 'Erase for good', zh: '永久删除' }),
      done: t({ en: 'Erased', zh: '已删除' }),
      act: () => erase.mutateAsync({ memberId: member.memberId }).then(() => navigate({ to: '/members' } as never)),
    })

  const items = [
    ...offered.map((a) => ({ key: a.name, label: t(a.title) })),
    ...(may('member.assign')
      ? [{ key: 'owner', icon: <Icon name="operator" />, label: t({ en: 'Assign to staff', zh: '分配归属' }) }]
      : []),
    ...(may('member.merge')
      ? [{ key: 'merge', icon: <Icon name="merge" />, label: t({ en: 'Merge with another', zh: '合并重复成员' }) }]
      : []),
    ...(may('member.erase')
      ? [
          { type: 'divider' as const },
          {
            key: 'erase',
            danger: true,
            icon: <Icon name="trash" />,
            label: t({ en: 'Erase personal data', zh: '删除个人信息' }),
          },
        ]
      : []),
  ]
  return (
    <>
      {may('member.write') ? (
        <Button icon={<Icon name="edit" />} onClick={() => setOpen('edit')}>
          {t({ en: 'Edit', zh: '编辑资料' })}
        </Button>
      ) : null}
      {items.length > 0 ? (
        <Dropdown
          trigger={['click']}
          menu={{
            items,
            onClick: ({ key }) => {
              if (key === 'erase') askErase()
              else if (key === 'merge' || key === 'owner') setOpen(key)
              else setAction(offered.find((a) => a.name === key) ?? null)
            },
          }}
        >
          <Button type="primary" iconPlacement="end" icon={<Icon name="down" size={13} />}>
            {t({ en: 'Actions', zh: '操作' })}
          </Button>
        </Dropdown>
      ) : null}
      <ActionDialog
        action={action}
        about={{ memberId: member.memberId }}
        aboutName={name}
        close={() => setAction(null)}
      />
      <MemberForm member={member} open={open === 'edit'} close={() => setOpen(null)} />
      <OwnerForm member={member} name={name} open={open === 'owner'} close={() => setOpen(null)} />
      <MergeForm member={member} name={name} open={open === 'merge'} close={() => setOpen(null)} />
    </>
  )
}
