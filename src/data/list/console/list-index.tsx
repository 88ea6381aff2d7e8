import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { changedColumn } from '../../../console/list/changed-column.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListQuery, ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'

type Row = Item<'list.list'>

const SORTS = ['name', 'size', 'updatedAt'] as const

function load({ search, sort, direction, limit, cursor }: ListQuery, signal: AbortSignal) {
  const by = SORTS.find((s) => s === sort)
  return call(
    'list.list',
    {
      limit,
      ...(by ? { sort: by, order: direction } : { sort: 'updatedAt', order: 'desc' }),
      ...(search ? { search } : {}),
      ...(cursor ? { cursor } : {}),
    },
    { signal },
  )
}

/** All static lists. */
export function ListIndex() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const create = useMemo(
    () =>
      may('list.manage') ? (
        <Link to="/lists/new">
          <Button type="primary" icon={<Icon name="plus" />}>
            {t({ en: 'New list', zh: '新建名单' })}
          </Button>
        </Link>
      ) : null,
    [may, t],
  )
  const spec = useMemo(
    (): ListSpec<Row> => ({
      name: 'list',
      title: t({ en: 'Static lists', zh: '静态名单' }),
      queryKey: ['list.list'],
      load,
      rowKey: (l) => l.id,
      to: (l) => `/lists/${l.id}`,
      search: t({ en: 'Search by name', zh: '按名称搜索' }),
      columns: [
        { key: 'name', sort: 'name', title: t({ en: 'Name', zh: '名称' }), render: (l) => l.name, text: (l) => l.name },
        {
          key: 'size',
          sort: 'size',
          title: t({ en: 'Members', zh: '人数' }),
          align: 'right',
          width: 120,
          render: (l) => format.number(l.size),
          text: (l) => String(l.size),
        },
        {
          key: 'unknown',
          title: t({ en: 'Ids not matched', zh: '未匹配 ID' }),
          align: 'right',
          width: 140,
          render: (l) => (l.unknown > 0 ? format.number(l.unknown) : '–'),
          text: (l) => String(l.unknown),
        },
        { ...changedColumn(t, format), sort: 'updatedAt' },
        {
          key: 'createdAt',
          title: t({ en: 'Created', zh: '创建时间' }),
          optional: true,
          width: 150,
          render: (l) => format.day(l.createdAt),
          text: (l) => l.createdAt,
        },
      ],
      empty: {
        title: t({ en: 'No static lists yet', zh: '还没有静态名单' }),
        hint: t({
          en: 'Upload ids from elsewhere (guests of an event, a do-not-disturb list), then use the list in segments and journeys.',
          zh: '上传活动签到、免打扰等外部名单，即可在分群与旅程中作为条件使用。',
        }),
        action: create,
      },
    }),
    [t, format, create],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Static lists', zh: '静态名单' })}
        hint={t({
          en: 'Members by uploaded ids. A list changes only when somebody changes it, and every change can be looked up.',
          zh: '按上传的 ID 圈定成员；名单只随人工变更，每次变更均可追溯、可撤销。',
        })}
        actions={create}
      />
      <DataList spec={spec} />
    </>
  )
}
