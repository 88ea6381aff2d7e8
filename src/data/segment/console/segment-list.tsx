import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'

type Segment = Item<'segment.list'>

export function SegmentList() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const create = useMemo(
    () =>
      may('segment.manage') ? (
        <Link to="/segments/new">
          <Button type="primary" icon={<Icon name="plus" />}>
            {t({ en: 'New segment', zh: '新建分群' })}
          </Button>
        </Link>
      ) : null,
    [may, t],
  )
  const spec = useMemo(
    (): ListSpec<Segment> => ({
      name: 'segment',
      title: t({ en: 'Segments', zh: '分群列表' }),
      queryKey: ['segment.list'],
      load: ({ search, limit, cursor }, signal) =>
        call('segment.list', { limit, ...(search ? { search } : {}), ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (s) => s.id,
      to: (s) => `/segments/${s.id}`,
      search: t({ en: 'Search by name', zh: '按名称搜索' }),
      columns: [
        { key: 'name', title: t({ en: 'Name', zh: '名称' }), render: (s) => s.name, text: (s) => s.name },
        {
          key: 'size',
          title: t({ en: 'Members', zh: '人数' }),
          align: 'right',
          width: 120,
          render: (s) => format.number(s.size),
          text: (s) => String(s.size),
          value: (s) => s.size,
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          width: 120,
          render: (s) => <SegmentState state={s.state} />,
          text: (s) => s.state,
        },
        {
          key: 'updatedAt',
          title: t({ en: 'Changed', zh: '最近修改' }),
          width: 150,
          render: (s) => <span title={format.exact(s.updatedAt)}>{format.ago(s.updatedAt)}</span>,
          text: (s) => s.updatedAt,
        },
        {
          key: 'createdAt',
          title: t({ en: 'Created', zh: '创建时间' }),
          optional: true,
          width: 150,
          render: (s) => format.day(s.createdAt),
          text: (s) => s.createdAt,
        },
        {
          key: 'version',
          title: t({ en: 'Version', zh: '版本' }),
          optional: true,
          align: 'right',
          width: 80,
          render: (s) => s.version,
          text: (s) => String(s.version),
          value: (s) => s.version,
        },
      ],
      empty: {
        title: t({ en: 'No segments yet', zh: '还没有分群' }),
        hint: t({
          en: 'A segment is everybody who meets your conditions, kept current within seconds. Journeys start from it, and analyses compare it.',
          zh: '分群会实时圈选满足条件的成员，行为一变，人群秒级更新；可用于触发旅程、精准触达和对比分析。',
        }),
        action: create,
      },
    }),
    [t, format, create],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Segments', zh: '分群' })}
        hint={t({
          en: 'Live groups of members by what they did and who they are.',
          zh: '按行为与属性圈选人群，实时更新，可逐人查看圈选原因。',
        })}
        actions={create}
      />
      <DataList spec={spec} />
    </>
  )
}

export function SegmentState({ state }: { state: Segment['state'] }) {
  const t = useText()
  return state === 'live' ? (
    <span className="pill good">
      <span className="dot" />
      {t({ en: 'live', zh: '实时' })}
    </span>
  ) : (
    <span className="pill warn">
      <span className="dot" />
      {t({ en: 'computing', zh: '计算中' })}
    </span>
  )
}
