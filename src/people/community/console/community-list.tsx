import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { CommunityForm } from './community-form.tsx'
import { ADMISSION_TITLES, TYPE_TITLES } from './words.ts'

export type Community = Item<'community.list'>

export function CommunityList() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const [creating, setCreating] = useState(false)
  const manage = may('community.manage')
  const spec = useMemo(
    (): ListSpec<Community> => ({
      name: 'community',
      title: t({ en: 'Communities', zh: '社群列表' }),
      queryKey: ['community.list', 'all'],
      load: ({ search, filters, limit, cursor }, signal) => {
        const type = (Object.keys(TYPE_TITLES) as (keyof typeof TYPE_TITLES)[]).find((x) => x === filters.type)
        return call(
          'community.list',
          {
            limit,
            ...(search ? { search } : {}),
            ...(type ? { type } : {}),
            ...(filters.archived ? { archived: true } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        )
      },
      rowKey: (c) => c.id,
      to: (c) => `/communities/${c.id}`,
      search: t({ en: 'Search by name', zh: '按名称搜索' }),
      filters: [
        {
          key: 'type',
          title: t({ en: 'Type', zh: '类型' }),
          options: Object.entries(TYPE_TITLES).map(([value, title]) => ({ value, label: t(title) })),
        },
        {
          key: 'archived',
          title: t({ en: 'In use', zh: '运营中' }),
          options: [{ value: 'yes', label: t({ en: 'Archived', zh: '已归档' }) }],
        },
      ],
      columns: [
        { key: 'name', title: t({ en: 'Name', zh: '社群名称' }), render: (c) => c.name, text: (c) => c.name },
        {
          key: 'memberCount',
          title: t({ en: 'Members', zh: '成员数' }),
          align: 'right',
          width: 110,
          render: (c) => format.number(c.memberCount),
          text: (c) => String(c.memberCount),
          value: (c) => c.memberCount,
        },
        {
          key: 'type',
          title: t({ en: 'Type', zh: '类型' }),
          render: (c) => t(TYPE_TITLES[c.type]),
          text: (c) => c.type,
        },
        {
          key: 'admission',
          title: t({ en: 'Admission', zh: '准入方式' }),
          render: (c) => t(ADMISSION_TITLES[c.admission]),
          text: (c) => c.admission,
        },
        {
          key: 'description',
          title: t({ en: 'Description', zh: '简介' }),
          render: (c) => (
            <span className="soft clip" style={{ display: 'block' }}>
              {c.description || '–'}
            </span>
          ),
          text: (c) => c.description,
        },
        {
          key: 'createdAt',
          title: t({ en: 'Created', zh: '创建时间' }),
          width: 130,
          render: (c) => format.day(c.createdAt),
          text: (c) => c.createdAt,
        },
        {
          key: 'key',
          title: t({ en: 'Import key', zh: '导入标识' }),
          optional: true,
          render: (c) => <code>{c.key ?? '–'}</code>,
          text: (c) => c.key ?? '',
        },
      ],
      empty: {
        title: t({ en: 'No communities yet', zh: '还没有社群' }),
        hint: t({
          en: 'A community is where members gather. Open ones anybody may join; closed ones need an invitation.',
          zh: '社群是成员聚集互动的地方：开放型可自由加入，封闭型凭邀请码进入。',
        }),
        action: manage ? (
          <Button type="primary" icon={<Icon name="plus" />} onClick={() => setCreating(true)}>
            {t({ en: 'New community', zh: '新建社群' })}
          </Button>
        ) : null,
      },
    }),
    [t, format, manage],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Communities', zh: '社群' })}
        hint={t({ en: 'Where members gather.', zh: '管理社群、准入方式与群规。' })}
        actions={
          manage ? (
            <Button type="primary" icon={<Icon name="plus" />} onClick={() => setCreating(true)}>
              {t({ en: 'New community', zh: '新建社群' })}
            </Button>
          ) : null
        }
      />
      <DataList spec={spec} />
      <CommunityForm open={creating} community={null} close={() => setCreating(false)} />
    </>
  )
}
