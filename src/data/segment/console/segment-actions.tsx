import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { BulkDialog } from './bulk-dialog.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { SaveListDialog } from './save-list-dialog.tsx'

/** What can be done with a segment and with everybody in it. */
export function SegmentActions({ segment }: { segment: Output<'segment.get'> }) {
  const { id, name, size } = segment
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const { may } = useSession()
  const confirmed = useConfirmed()
  const remove = useAct('segment.delete')
  const usage = useCall('segment.usage', { id })
  const [open, setOpen] = useState<'export' | 'bulk' | 'list' | null>(null)
  const close = () => setOpen(null)
  const used = usage.data?.items.length ?? 0
  const askRemove = () =>
    void confirmed({
      danger: true,
      title: t({ en: `Delete “${name}”?`, zh: `删除分群「${name}」？` }),
      consequence: t({
        en: `The segment with ${format.number(size)} members and its history are gone for good. The members stay.`,
        zh: `该分群（当前 ${format.number(size)} 人）及其历史将永久删除，成员本身不受影响。`,
      }),
      ok: t({ en: 'Delete', zh: '删除' }),
      act: () => remove.mutateAsync({ id }).then(() => navigate({ to: '/segments' } as never)),
    })
  const items = [
    ...(may('segment.bulk')
      ? [{ key: 'bulk', icon: <Icon name="bolt" />, label: t({ en: 'Do something for everybody', zh: '批量操作' }) }]
      : []),
    ...(may('list.manage')
      ? [{ key: 'list', icon: <Icon name="list" />, label: t({ en: 'Keep as a static list', zh: '存为静态名单' }) }]
      : []),
    { key: 'compare', icon: <Icon name="branch" />, label: t({ en: 'Compare with others', zh: '对比与重叠' }) },
    ...(may('segment.manage')
      ? [
          { type: 'divider' as const },
          {
            key: 'delete',
            danger: true,
            disabled: used > 0,
            icon: <Icon name="trash" />,
            label:
              used > 0
                ? t({ en: `Delete (used by ${used})`, zh: `删除（被 ${used} 处引用）` })
                : t({ en: 'Delete', zh: '删除' }),
          },
        ]
      : []),
  ]
  return (
    <>
      {may('segment.export') ? (
        <Button icon={<Icon name="export" />} onClick={() => setOpen('export')}>
          {t({ en: 'Export', zh: '导出成员' })}
        </Button>
      ) : null}
      <Dropdown
        trigger={['click']}
        menu={{
          items,
          onClick: ({ key }) => {
            if (key === 'delete') askRemove()
            else if (key === 'compare') void navigate({ to: `/segments/compare?ids=${id}` } as never)
            else if (key === 'bulk' || key === 'list') setOpen(key)
          },
        }}
      >
        <Button iconPlacement="end" icon={<Icon name="down" size={13} />}>
          {t({ en: 'Actions', zh: '更多操作' })}
        </Button>
      </Dropdown>
      {may('segment.manage') ? (
        <Link to={`/segments/${id}/edit`}>
          <Button type="primary" icon={<Icon name="edit" />}>
            {t({ en: 'Edit', zh: '编辑条件' })}
          </Button>
        </Link>
      ) : null}
      <ExportDialog of={{ id }} size={size} open={open === 'export'} close={close} />
      <BulkDialog id={id} name={name} open={open === 'bulk'} close={close} />
      <SaveListDialog of={{ id }} size={size} suggested={name} open={open === 'list'} close={close} />
    </>
  )
}
