import { Link, useNavigate } from '@tanstack/react-router'
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
import { useActorName } from '../../list/console/use-actor-name.ts'
import './segment-people.css'

type Segment = Item<'segment.list'>

const SORTS = ['name', 'size', 'change', 'updatedAt'] as const
/** As many as a picture can compare. */
export const MOST_COMPARED = 5

function load({ search, sort, direction, limit, cursor }: ListQuery, signal: AbortSignal) {
  const by = SORTS.find((s) => s === sort)
  return call(
    'segment.list',
    {
      limit,
      uses: true,
      ...(by ? { sort: by, order: direction } : { sort: 'updatedAt', order: 'desc' }),
      ...(search ? { search } : {}),
      ...(cursor ? { cursor } : {}),
    },
    { signal },
  )
}

export function SegmentList() {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const { may } = useSession()
  const actorName = useActorName()
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
      queryKey: ['segment.list', 'table'],
      load,
      rowKey: (s) => s.id,
      to: (s) => `/segments/${s.id}`,
      search: t({ en: 'Search by name', zh: '按名称搜索' }),
      bulk: (rows) => (
        <Button
          size="small"
          icon={<Icon name="branch" size={14} />}
          disabled={rows.length < 2 || rows.length > MOST_COMPARED}
          title={t({ en: 'Choose 2 to 5 segments', zh: '请选择 2～5 个分群' })}
          onClick={() => void navigate({ to: `/segments/compare?ids=${rows.map((s) => s.id).join(',')}` } as never)}
        >
          {t({ en: 'Compare', zh: '对比与重叠' })}
        </Button>
      ),
      columns: [
        { key: 'name', sort: 'name', title: t({ en: 'Name', zh: '名称' }), render: (s) => s.name, text: (s) => s.name },
        {
          key: 'size',
          sort: 'size',
          title: t({ en: 'Members', zh: '人数' }),
          align: 'right',
          width: 110,
          render: (s) => format.number(s.size),
          text: (s) => String(s.size),
        },
        {
          key: 'change',
          sort: 'change',
          title: t({ en: 'Since yesterday', zh: '较昨日' }),
          align: 'right',
          width: 120,
          render: (s) => <Change by={s.change} />,
          text: (s) => String(s.change ?? ''),
        },
        {
          key: 'uses',
          title: t({ en: 'Used by', zh: '引用' }),
          align: 'right',
          width: 90,
          render: (s) =>
            s.uses ? (
              <Link to={`/segments/${s.id}?tab=usage`}>{format.number(s.uses)}</Link>
            ) : (
              <span className="faint">–</span>
            ),
          text: (s) => String(s.uses ?? ''),
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          width: 110,
          render: (s) => <SegmentState state={s.state} />,
          text: (s) => s.state,
        },
        {
          key: 'createdBy',
          title: t({ en: 'Made by', zh: '创建人' }),
          width: 120,
          render: (s) => actorName(s.createdBy),
          text: (s) => actorName(s.createdBy),
        },
        { ...changedColumn(t, format), sort: 'updatedAt' },
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
    [t, format, create, navigate, actorName],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Segments', zh: '分群' })}
        hint={t({
          en: 'Live groups of members by what they did and who they are.',
          zh: '按行为与属性圈选人群，实时更新，可逐人查看圈选原因。',
        })}
        actions={
          <>
            <Link to="/segments/compare">
              <Button icon={<Icon name="branch" />}>{t({ en: 'Compare', zh: '对比与重叠' })}</Button>
            </Link>
            {create}
          </>
        }
      />
      <DataList spec={spec} />
    </>
  )
}

/** A difference with its sign; nothing where it is not known. */
export function Change({ by }: { by: number | null }) {
  const format = useFormat()
  if (by === null) return <span className="faint">–</span>
  if (by === 0) return <span className="faint tabular">0</span>
  return (
    <span className={by > 0 ? 'kpi-up tabular' : 'kpi-down tabular'}>
      {by > 0 ? `+${format.number(by)}` : `−${format.number(-by)}`}
    </span>
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
