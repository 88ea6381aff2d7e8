import { Button } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { MemberName } from '../../../console/member-name.tsx'
import { useUrlState } from '../../../console/url-state.ts'
import { LayerChoice, useChosenLayer } from './layer-choice.tsx'
import type { Scheme } from './look.ts'

type Row = Item<'layer.members'>

export function LayerMembers({ scheme }: { scheme: Scheme }) {
  const t = useText()
  const format = useFormat()
  const [, set] = useUrlState()
  const layer = useChosenLayer(scheme)
  const { id } = scheme
  const { key, size } = layer
  const name = t(layer.name)
  const spec = useMemo(
    (): ListSpec<Row> => ({
      name: 'layer-member',
      title: name,
      queryKey: ['layer.members', id, key, size],
      load: ({ search, limit, cursor }, signal) =>
        call(
          'layer.members',
          { id, key, limit, ...(search ? { search } : {}), ...(cursor ? { cursor } : {}) },
          { signal },
        ),
      search: t({ en: 'Search by name or id', zh: '按姓名或会员号搜索' }),
      rowKey: (m) => m.memberId,
      to: (m) => `/members/${m.memberId}`,
      columns: [
        {
          key: 'name',
          title: t({ en: 'Member', zh: '成员' }),
          render: (m) => <MemberName memberId={m.memberId} name={m.name ?? m.externalId} />,
          text: (m) => m.name ?? '',
        },
        {
          key: 'externalId',
          title: t({ en: 'Brand id', zh: '品牌会员号' }),
          render: (m) => <span className="mono">{m.externalId ?? '–'}</span>,
          text: (m) => m.externalId ?? '',
        },
        {
          key: 'enteredAt',
          title: t({ en: 'In this layer since', zh: '进入该层时间' }),
          width: 170,
          render: (m) => <span title={format.exact(m.enteredAt)}>{format.ago(m.enteredAt)}</span>,
          text: (m) => m.enteredAt,
        },
      ],
      rowActions: (m) => (
        <Button type="text" size="small" onClick={() => set({ tab: 'why', layer: key, member: m.memberId }, true)}>
          {t({ en: 'Why?', zh: '原因' })}
        </Button>
      ),
      empty: {
        title: t({ en: 'Nobody is in this layer now', zh: '该层暂无成员' }),
        hint: t({ en: 'Members appear here as soon as they belong to it.', zh: '一旦有成员符合，会立即出现在这里。' }),
      },
    }),
    [id, key, size, name, t, format, set],
  )
  return (
    <div className="stack">
      <LayerChoice scheme={scheme} />
      <DataList key={key} spec={spec} />
    </div>
  )
}
