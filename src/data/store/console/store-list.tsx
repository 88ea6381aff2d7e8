import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { changedColumn } from '../../../console/list/changed-column.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListQuery, ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSegmentSize } from '../../../console/segment-size.ts'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { pointText } from './coordinates.ts'
import { StoreForm } from './store-form.tsx'

type Store = Item<'store.list'>

/** How far people go for a cup of tea. */
const NEAR = '3km'

const SORTS = ['name', 'updatedAt'] as const

function load({ search, sort, direction, limit, cursor }: ListQuery, signal: AbortSignal) {
  const by = SORTS.find((s) => s === sort)
  return call(
    'store.list',
    {
      limit,
      ...(by ? { sort: by, order: direction } : {}),
      ...(search ? { search } : {}),
      ...(cursor ? { cursor } : {}),
    },
    { signal },
  )
}

/** The brand's stores, and how many members were last near each. */
export function StoreList() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const [editing, setEditing] = useState<Store | 'new' | null>(null)
  const manages = may('store.manage')
  const counts = may('segment.read')
  const create = useMemo(
    () =>
      manages ? (
        <Button type="primary" icon={<Icon name="plus" />} onClick={() => setEditing('new')}>
          {t({ en: 'New store', zh: '新建门店' })}
        </Button>
      ) : null,
    [manages, t],
  )
  const spec = useMemo(
    (): ListSpec<Store> => ({
      name: 'store',
      title: t({ en: 'Stores', zh: '门店' }),
      queryKey: ['store.list'],
      load,
      rowKey: (s) => s.id,
      search: t({ en: 'Name or address', zh: '名称或地址' }),
      columns: [
        {
          key: 'name',
          sort: 'name',
          title: t({ en: 'Store', zh: '门店' }),
          render: (s) => s.name,
          text: (s) => s.name,
        },
        {
          key: 'address',
          title: t({ en: 'Address', zh: '地址' }),
          render: (s) => s.address || <span className="faint">–</span>,
          text: (s) => s.address,
        },
        {
          key: 'point',
          title: t({ en: 'Latitude, longitude', zh: '纬度, 经度' }),
          width: 190,
          render: (s) => <span className="mono small">{pointText(s.point)}</span>,
          text: (s) => pointText(s.point),
        },
        ...(counts
          ? [
              {
                key: 'near',
                title: t({ en: 'Members within 3 km', zh: '3 公里内成员' }),
                width: 160,
                align: 'right' as const,
                render: (s: Store) => <MembersNear store={s.id} />,
                text: () => '',
              },
            ]
          : []),
        { ...changedColumn(t, format), sort: 'updatedAt' },
      ],
      ...(manages ? { rowActions: (s: Store) => <RowActions store={s} edit={() => setEditing(s)} /> } : {}),
      empty: {
        title: t({ en: 'No stores yet', zh: '还没有门店' }),
        hint: t({
          en: 'Segments and journeys can then ask who was last near one. Only members who allow it are located.',
          zh: '添加门店后，分群与旅程即可按「在门店附近」圈人；仅统计已授权位置的成员。',
        }),
        action: create,
      },
    }),
    [t, format, create, manages, counts],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Stores', zh: '门店' })}
        hint={t({
          en: 'Where the brand is. Conditions ask for members who were last near a store, of those who allow it.',
          zh: '品牌的线下网点。条件「在门店附近」按成员最近一次授权的位置判断。',
        })}
        actions={create}
      />
      <DataList spec={spec} />
      {editing ? (
        <StoreForm
          key={editing === 'new' ? 'new' : editing.id}
          store={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </>
  )
}

/** By the same condition that segments ask, inside the reader's scope. */
function MembersNear({ store }: { store: string }) {
  const format = useFormat()
  const { data, error } = useSegmentSize({ near: { store }, radius: NEAR })
  return <span className="tabular">{data === undefined ? (error ? '–' : '…') : format.number(data)}</span>
}

function RowActions({ store, edit }: { store: Store; edit(): void }) {
  const t = useText()
  const confirmed = useConfirmed()
  const remove = useAct('store.delete')
  return (
    <span className="row">
      <Button
        type="text"
        size="small"
        icon={<Icon name="edit" />}
        aria-label={t({ en: `Change “${store.name}”`, zh: `编辑「${store.name}」` })}
        onClick={edit}
      />
      <Button
        type="text"
        size="small"
        icon={<Icon name="trash" />}
        aria-label={t({ en: `Delete “${store.name}”`, zh: `删除「${store.name}」` })}
        onClick={() =>
          void confirmed({
            danger: true,
            title: t({ en: `Delete “${store.name}”?`, zh: `删除「${store.name}」？` }),
            consequence: t({
              en: 'The store is gone for good. It is refused while a segment or a journey asks for it.',
              zh: '门店将被永久删除；若有分群或旅程正在使用该门店，则无法删除。',
            }),
            ok: t({ en: 'Delete', zh: '删除' }),
            act: () => remove.mutateAsync({ id: store.id }),
          })
        }
      />
    </span>
  )
}
